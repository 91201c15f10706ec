"""Where a model's files are, and which model they are: by path, from the hub's cache, or from the hub.

A model by name is taken from the cache as it is there, without asking the hub, so that a start needs no network and
never changes the model by itself; the hub is asked once, for a model that the cache lacks. The libraries that load
models are given the folder, because given a name they ask the hub for a minute before they give up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.errors import HubUnreachable, ModelBroken, ModelNotFound

# How long one request to the hub may take to be answered.
HUB_TIMEOUT_S = 8.0
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
_WEIGHTS = (".safetensors", ".bin", ".pt")
# The same weights for other programs.
_OTHER_FORMATS = ("*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "onnx/*", "openvino/*", "*.tflite", "*.mlmodel")
# The same weights in PyTorch's older format, which many repositories hold beside the newer one.
_OLDER_FORMAT = ("*.bin", "*.pt")
# Of a large file, this many blocks spread over it tell it from another: training moves every weight.
_SAMPLES, _BLOCK = 16, 64 * 1024
_WHOLE = 4 * 1024 * 1024


@dataclass(frozen=True)
class ModelFiles:
    """A folder that a model can be loaded from; `id` is its name and revision ("intfloat/multilingual-e5-small@614…").

    The revision is the hub's commit, or for a folder of one's own a hash over the files.
    """

    folder: Path
    id: str


def here(name: str, organisation: str, setting: str) -> ModelFiles | None:
    """The model of this name or path if it is on this machine; None for a name that the hub would have to be asked for.

    `organisation` is whose model a bare name is. Raises `ModelNotFound` for a path that leads nowhere and `ModelBroken`
    for one that is no folder. Nothing is loaded and no network is used.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return ModelFiles(path, f"{path.resolve().name}@{_fingerprint(path)}")
    if path.exists():
        raise ModelBroken(name=name, setting=setting, problem="it is a file, not a folder")
    if not _HUB_NAME.fullmatch(name) or name.startswith("."):
        raise ModelNotFound(name=name, setting=setting)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        ignored = [*_OTHER_FORMATS, *_OLDER_FORMAT]
        folder = Path(snapshot_download(_full(name, organisation), local_files_only=True, ignore_patterns=ignored))
    except HFValidationError as error:
        raise ModelNotFound(name=name, setting=setting) from error
    except OSError:
        return None
    # One that was broken off is told by an error, but not if the weights are in the older format.
    complete = any(file.suffix in _WEIGHTS for file in _files(folder))
    return ModelFiles(folder, f"{_full(name, organisation)}@{folder.name[:12]}") if complete else None


def fetched(name: str, organisation: str, setting: str) -> ModelFiles:
    """The model of this name or path, downloaded if it is not here. Raises `ModelError`, and soon."""
    found = here(name, organisation, setting)
    if found is None:
        _download(name, _full(name, organisation), setting)
        found = here(name, organisation, setting)
    if found is None:
        raise ModelBroken(name=name, setting=setting, problem="it has no weights that PyTorch reads")
    return found


def _download(name: str, repository: str, setting: str) -> None:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        known = HfApi().model_info(repository, timeout=HUB_TIMEOUT_S)
        stored = [file.rfilename for file in known.siblings or ()]
        older = _OLDER_FORMAT if any(file.endswith(".safetensors") for file in stored) else ()
        snapshot_download(repository, ignore_patterns=[*_OTHER_FORMATS, *older], etag_timeout=HUB_TIMEOUT_S)
    except GatedRepoError as error:
        raise HubUnreachable(name=name, setting=setting, problem="access has to be granted there first") from error
    except RepositoryNotFoundError as error:
        raise ModelNotFound(name=name, setting=setting) from error
    # Its client raises what the HTTP library below it raises, and that has changed between versions.
    except Exception as error:
        raise HubUnreachable(name=name, setting=setting, problem=said(error)) from error


def _full(name: str, organisation: str) -> str:
    return name if "/" in name else f"{organisation}/{name}"


def said(error: BaseException) -> str:
    """What an error of a library says, short enough to be shown."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200].rstrip('. ')}" if lines else type(error).__name__


def described(folder: Path, file: str = "config.json") -> dict[str, Any]:
    """One of a model's JSON files; {} where there is none or it can't be read, which loading the model will tell."""
    try:
        content = json.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def kind(folder: Path) -> tuple[str, str]:
    """What a model's files say that it is: the sentence-transformers class that saved it and its architecture ("" each
    where they say nothing)."""
    saved = described(folder, "config_sentence_transformers.json").get("model_type")
    architectures = described(folder).get("architectures")
    return str(saved or ""), str(architectures[0]) if isinstance(architectures, list) and architectures else ""


def _files(folder: Path) -> Iterator[Path]:
    """The files that make the model what it is, in a fixed order: no hidden ones, no prose."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix != ".md":
            yield path


def _fingerprint(folder: Path) -> str:
    digest = sha256()
    for path in _files(folder):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\n".encode("utf-8", "surrogateescape"))
        with path.open("rb") as file:
            if size <= _WHOLE:
                digest.update(file.read())
                continue
            for sample in range(_SAMPLES):
                file.seek((size - _BLOCK) * sample // (_SAMPLES - 1))
                digest.update(file.read(_BLOCK))
    return digest.hexdigest()[:12]
