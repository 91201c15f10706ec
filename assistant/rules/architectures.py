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


@cache
def find_architecture(name: str | None, params_b: float | None) -> Match | None:
    """The architecture for a model's name and size; None when nothing of its kind is known.

    A name alone or with its size ("qwen2.5-72b", "DeepSeek-R1") is that model. A family with a size ("Qwen", 72) or a
    bare size (70) is the nearest one, assumed. A family of which no architecture is known has none: models differ too
    much (sliding windows, hybrid attention) to lend it another's.
    """
    if name:
        keys = {_key(name), _key(f"{name}{params_b:g}b") if params_b else _key(name)}
        for row in architectures():
            if keys & {_key(row.id), *(_key(alias) for alias in row.aliases)}:
                if params_b and _near(row, params_b) > _NEAR:
                    break
                return Match(architecture=row, assumed=False)
        key = _key(name)
        kin = [row for row in architectures() if key.startswith(_key(row.family)) or _key(row.family).startswith(key)]
        if not kin or params_b is None:
            return None
        versioned = [row for row in kin if _key(row.id).startswith(key)]
        pool = sorted(versioned or kin, key=lambda row: _near(row, params_b))
        if _near(pool[0], params_b) <= _NEAR:
            return Match(architecture=pool[0], assumed=True)
    if params_b is None:
        return None
    nearest = min((row for row in architectures() if row.kind == "dense"), key=lambda row: _near(row, params_b))
    if _near(nearest, params_b) <= _NEAR:
        return Match(architecture=nearest, assumed=True)
    exact = [row for row in architectures() if row.size_b == params_b]
    return Match(architecture=exact[0], assumed=True) if exact else None
