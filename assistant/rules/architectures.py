"""Models whose memory can be calculated, and which one a buyer's words mean."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from assistant.rules.files import read
from assistant.rules.text import Frozen

Kind = Literal["dense", "moe", "multimodal"]
Precision = Literal["fp32", "bf16", "fp16", "fp8", "int8", "int4", "nf4"]

# A size may differ from the table's by this much and still mean the same architecture (7 and 7.6, 70 and 72).
_NEAR = 0.1


class Architecture(Frozen):
    """Dimensions of a transformer. `params_b` in billions (all experts), `active_b` those that one token uses;
    `mla_dim` = latent rank + rope dimension of a model with multi-head latent attention, which has no `kv_heads`.
    `working_k` is a measured factor of one layer's working memory (see `arithmetic.activations`)."""

    id: str
    name: str
    family: str
    size_b: float
    params_b: float
    active_b: float | None = None
    kind: Kind = "dense"
    native: Precision = "bf16"
    layers: int
    hidden: int
    kv_heads: int | None = None
    head_dim: int | None = None
    mla_dim: int | None = None
    vocab: int
    working_k: float | None = None
    aliases: tuple[str, ...] = ()
    source: tuple[str, ...]
    unverified: tuple[str, ...] = ()

    @property
    def parameters_b(self) -> float:
        """Parameters to calculate with: the sourced count, else the size in the model's name."""
        return self.size_b if "params_b" in self.unverified else self.params_b


class Match(Frozen):
    """An architecture for a buyer's words; `assumed` when the words name a size or a family, not this model."""

    architecture: Architecture
    assumed: bool


@cache
def architectures() -> tuple[Architecture, ...]:
    """Every architecture of the table; raises `ValidationError` on a malformed row."""
    return tuple(Architecture.model_validate(row) for row in read("architectures")["architectures"])


@cache
def architecture_sources() -> dict[str, str]:
    """Source id to its title."""
    return dict(read("architectures")["sources"])


def _key(name: str) -> str:
    name = re.sub(r"(?i)instruct|chat|base|awq|gptq|gguf|int4|int8|fp8|bf16|fp16", "", name)
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _near(row: Architecture, size: float) -> float:
    return min(abs(row.size_b - size), abs(row.params_b - size)) / size


_SIZE = re.compile(r"(?<![A-Za-z0-9])(\d+(?:\.\d+)?)\s?[bB](?![A-Za-z0-9])")
# A model distilled into another family's architecture, named after its teacher.
_DISTILLED = re.compile(r"distill|蒸馏", re.IGNORECASE)
_TEACHERS = ("deepseek",)


def size_of(name: str | None, params_b: float | None) -> float | None:
    """Billions of parameters: as said, as the name says, or as the table knows the name; None when unknown."""
    if params_b is not None:
        return params_b
    if name and (said := _SIZE.search(name)):
        return float(said[1])
    match = find_architecture(name, None)
    return match.architecture.parameters_b if match else None


@cache
def find_architecture(name: str | None, params_b: float | None) -> Match | None:
    """The architecture for a model's name and size; None when nothing of its kind is known.

    A name alone or with its size ("qwen2.5-72b", "DeepSeek-R1") is that model. The beginning of a name with a size
    ("Qwen", 72) or a bare size (70) is the nearest one, assumed. Any other name has none: models differ too much
    (heads, sliding windows, hybrid attention, experts) to lend it another's.
    """
    if name is None:
        return _nearest([row for row in architectures() if row.kind == "dense"], params_b) or _exactly(params_b)
    key = _key(name)
    if not key:
        return None
    said = _SIZE.search(name)
    size = params_b if params_b is not None else float(said[1]) if said else None
    keys = {key, _key(f"{name}{params_b:g}b") if params_b else key}
    for row in architectures():
        if keys & {_key(row.id), *(_key(alias) for alias in row.aliases)} and (not size or _near(row, size) <= _NEAR):
            return Match(architecture=row, assumed=False)
    if size is None:
        return None
    bare = _key(_SIZE.sub("", name))
    kin = [row for row in architectures() if _begins(row, bare)]
    found = _nearest(kin, size)
    if found is None and (_DISTILLED.search(name) or bare.startswith(_TEACHERS)):
        found = _nearest([row for row in architectures() if row.kind == "dense"], size)
    return found


def _begins(row: Architecture, name: str) -> bool:
    """Whether a name is the family of a row or the beginning of the row's own name that holds at least the family."""
    family = _key(row.family)
    return name == family or (name.startswith(family) and _key(row.id).startswith(name))


def _nearest(rows: list[Architecture], size: float | None) -> Match | None:
    """The row whose size is near enough, assumed."""
    if size is None or not rows:
        return None
    best = min(rows, key=lambda row: _near(row, size))
    return Match(architecture=best, assumed=True) if _near(best, size) <= _NEAR else None


def _exactly(size: float | None) -> Match | None:
    """A bare size that only a model of another kind has, such as 671."""
    row = next((row for row in architectures() if row.size_b == size), None)
    return Match(architecture=row, assumed=True) if row else None
