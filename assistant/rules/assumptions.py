"""What a sizing result takes for granted, and the public sources that it rests on."""

from __future__ import annotations

from functools import cache
from typing import Any

from assistant.rules.architectures import Architecture, Match, architecture_sources
from assistant.rules.files import read
from assistant.rules.footprint import Load
from assistant.rules.gpus import GB, Gpu, gpu_sources
from assistant.rules.text import Frozen, Text


class Reference(Frozen):
    """A public source of a figure."""

    id: str
    title: str


@cache
def wording() -> dict[str, Any]:
    """sizing.yaml as plain data."""
    return dict(read("sizing"))


def worded(group: str, key: str, **parts: object) -> Text:
    """A sentence of sizing.yaml with its figures filled in."""
    row = wording()[group][key]
    return Text(zh=row["zh"].format(**parts), en=row["en"].format(**parts))


def assumptions(
    load: Load, match: Match | None, named: tuple[Gpu, ...], asked: str | None, gpus: int | None, used: int
) -> tuple[Text, ...]:
    """Everything that a result takes for granted, as sentences."""
    texts: list[Text] = []
    if match is None:
        texts.append(worded("assumptions", "architecture_unknown"))
    else:
        texts += _about(match.architecture, match.assumed, load)
    figures = {"context": load.context, "concurrency": load.concurrency, "batch": load.batch}
    if load.full:
        texts.append(worded("assumptions", "state"))
    else:
        texts.append(worded("assumptions", "precision", precision=load.precision.upper()))
    if load.task == "inference":
        if match is not None:
            texts.append(worded("assumptions", "context_inference", **figures))
        texts.append(worded("assumptions", "utilisation"))
        if match is not None and load.precision not in ("bf16", "fp16"):
            texts.append(worded("assumptions", "cache_width"))
    else:
        if match is not None:
            texts.append(worded("assumptions", "context_training", **figures))
        if not load.full:
            texts.append(worded("assumptions", "rank", rank=load.rank))
        texts.append(worded("assumptions", "zero", zero=load.zero))
        texts.append(worded("assumptions", "links"))
    if gpus and used != gpus:
        texts.append(worded("assumptions", "parallel", gpus=gpus, used=used))
    for gpu in named:
        if load.precision == "fp8" and load.task == "inference" and gpu.fp8_tflops is None and gpu.bf16_tflops:
            texts.append(worded("assumptions", "no_fp8", gpu=gpu.name))
        if asked and gpu.class_ != asked and not gpu.like and _plain(asked) != _plain(gpu.name) and gpu.bf16_tflops:
            texts.append(worded("assumptions", "gpu_assumed", name=gpu.name))
        if gpu.like:
            texts.append(worded("assumptions", "stands_for", gpu=gpu.name, like=gpu.like))
    if any(gpu.memory_gb.unverified for gpu in named):
        texts.append(worded("assumptions", "memory_only"))
    texts += [worded("assumptions", "units"), worded("assumptions", "public_reference")]
    return tuple(texts)


def _about(model: Architecture, assumed: bool, load: Load) -> list[Text]:
    texts: list[Text] = []
    if assumed:
        texts.append(worded("assumptions", "architecture_assumed", name=model.name))
    if "params_b" in model.unverified and load.params == model.parameters_b * GB:
        texts.append(worded("assumptions", "params_by_name", params=f"{model.size_b:g}"))
    if model.kind == "moe" and model.active_b:
        texts.append(worded("assumptions", "moe", params=f"{load.params / GB:g}", active=f"{model.active_b:g}"))
    if model.mla_dim is not None and load.task == "inference":
        texts.append(worded("assumptions", "mla"))
    return texts


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def references(load: Load, named: tuple[Gpu, ...]) -> tuple[Reference, ...]:
    """The public sources that the figures of a result come from."""
    titles = {**wording()["sources"], **architecture_sources(), **gpu_sources()}
    used = [s for gpu in named for s in gpu.sources]
    used += load.architecture.source if load.architecture else ()
    used += ["S25"] if load.task == "inference" else ["S28", "S30"] if load.full else ["S31", "S30"]
    return tuple(Reference(id=key, title=titles[key]) for key in dict.fromkeys(used))
