"""What a model and a task need of GPU memory, part by part, and how the parts spread over several GPUs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.rules import arithmetic
from assistant.rules.architectures import Architecture, Precision
from assistant.rules.arithmetic import ADAPTER_BYTES, GIB, STATE_BYTES, Span
from assistant.rules.files import read
from assistant.rules.gpus import GB, Gpu

Task = Literal["inference", "lora", "qlora", "finetune-full", "training"]
# How a part spreads: over all GPUs, over those that hold other heads, by ZeRO stage, or not at all.
Spread = Literal["split", "heads", "zero", "each"]

# GPUs that one machine takes in an estimate, and the counts that are tried.
PER_SERVER = 8
LADDER: tuple[int, ...] = (1, 2, 4, 8, *range(16, 129, 8), *range(160, 1025, 32))


@dataclass(frozen=True)
class Constant:
    """A constant of sizing.yaml; an interval where the truth is one."""

    low: float
    high: float
    unit: str
    source: tuple[str, ...]


@cache
def sizing_constants() -> dict[str, Constant]:
    """The constants by name."""
    return {
        name: Constant(
            row.get("low", row.get("value")), row.get("high", row.get("value")), row["unit"], (*row["source"],)
        )
        for name, row in read("sizing")["constants"].items()
    }


@dataclass(frozen=True)
class Load:
    """What is calculated: parameters (units, not billions), the architecture when known, the task and its figures."""

    params: float
    architecture: Architecture | None
    task: Task
    precision: Precision
    context: int
    concurrency: int = 1
    batch: int = 1
    rank: int = 16
    zero: int = 3

    @property
    def full(self) -> bool:
        """Whether every parameter is trained."""
        return self.task in ("finetune-full", "training")


@dataclass(frozen=True)
class Part:
    """One part of the memory: the bytes as they stand on one GPU, how they spread, and the formula with its inputs."""

    id: str
    span: Span
    spread: Spread
    worked: str


@dataclass(frozen=True)
class Footprint:
    """All parts of a load."""

    load: Load
    parts: tuple[Part, ...]

    def per_gpu(self, gpus: int) -> Span:
        """Bytes on each of `gpus` GPUs."""
        total = Span(0, 0)
        for part in self.parts:
            total += self._share(part, gpus)
        return total

    def _share(self, part: Part, gpus: int) -> Span:
        machines = max(1, -(-gpus // PER_SERVER))
        match part.spread:
            case "split":
                return part.span / gpus
            case "heads":
                # Inside a machine heads are split, across machines layers; a latent cache has no heads to split.
                heads = self.load.architecture.kv_heads if self.load.architecture else None
                return part.span / (min(gpus // machines, heads or 1) * machines)
            case "zero":
                low, high = (
                    arithmetic.zero_state(self.load.params, gpus, self.load.zero, STATE_BYTES[account])
                    for account in ("zero", "mixed")
                )
                return Span(low, high)
            case "each":
                # Talking to other GPUs takes more than running alone.
                more = _runtime(gpus) - _runtime(1) if part.id == "serving" else 0.0
                return part.span + Span.of(more)

    def fewest(self, memory: float, surely: bool = False) -> int | None:
        """The smallest count tried whose GPUs of `memory` bytes hold the load; `surely` at the upper end of it."""
        for gpus in LADDER:
            need = self.per_gpu(gpus)
            if (need.high if surely else need.low) <= memory:
                return gpus
        return None


def usable(gpu: Gpu, task: Task) -> float:
    """Bytes of a GPU that the task may use at most; a server for inference keeps a reserve."""
    return gpu.memory_bytes * (sizing_constants()["inference_share"].low if task == "inference" else 1.0)


def safe(gpu: Gpu, task: Task) -> float:
    """Bytes that it surely may use: training fragments memory, so a part of it stays free."""
    return usable(gpu, task) * (1.0 if task == "inference" else sizing_constants()["training_share"].low)


def _runtime(gpus: int) -> float:
    return sizing_constants()["runtime_one" if gpus == 1 else "runtime_many"].low * GIB


def footprint(load: Load) -> Footprint:
    """The parts of a load. With an unknown architecture the cache and the activations are not calculated: a generic
    overhead stands in for them and the result is on the low side."""
    parts = _weights(load)
    if load.architecture is None:
        if not load.full and load.task != "inference":
            parts.append(_adapter(load))
        extra = sizing_constants()["unknown_overhead"]
        base = sum(part.span.high for part in parts)
        parts.append(Part("overhead", Span(extra.low * base, extra.high * base), "split", "0–20%"))
    elif load.task == "inference":
        parts += _serving(load, load.architecture)
    else:
        parts += _training(load, load.architecture)
    return Footprint(load, tuple(parts))


def _weights(load: Load) -> list[Part]:
    billions = f"{round(load.params / GB, 2):g}B"
    if load.full:
        state = Span(load.params * STATE_BYTES["zero"], load.params * STATE_BYTES["mixed"])
        return [Part("state", state, "zero", f"{billions} × 16–18 B")]
    dims = load.architecture
    sizes = (dims.vocab, dims.hidden) if dims else (None, None)
    span = arithmetic.weights(load.params, load.precision, *sizes)
    width = arithmetic.BYTES[load.precision]
    note = "" if width >= 2 or dims is None else " + embedding 2 B"
    shown = "~0.5" if load.precision == "nf4" else f"{width:g}"
    sharded = load.task == "inference" or load.zero == 3
    return [
        Part(
            "weights",
            span,
            "split" if sharded else "each",
            f"{billions} × {shown} B{note}",
        )
    ]


def _serving(load: Load, dims: Architecture) -> list[Part]:
    constants = sizing_constants()
    tokens = load.context * load.concurrency
    if dims.mla_dim is not None:
        each = arithmetic.mla_per_token(dims.layers, dims.mla_dim)
        formula = f"{dims.layers} × {dims.mla_dim} × 2 B"
    else:
        heads, width = dims.kv_heads or 1, dims.head_dim or 1
        each = arithmetic.kv_per_token(dims.layers, heads, width)
        formula = f"2 × {dims.layers} × {heads} × {width} × 2 B"
    spread: Spread = "heads"
    cache_ = Part("kv_cache", Span.of(each * tokens), spread, f"{formula} × {load.context} × {load.concurrency}")
    active = constants[f"activation_{dims.kind}"]
    serving = Span(active.low * GIB, active.high * GIB) + Span.of(_runtime(1))
    return [cache_, Part("serving", serving, "each", f"{active.low:g}–{active.high:g} GiB + {_runtime(1) / GIB:g} GiB")]


def _adapter(load: Load) -> Part:
    trained = arithmetic.adapter_params(load.params, load.rank)
    lean, full = ADAPTER_BYTES
    span = Span(trained.low * lean, trained.high * full)
    return Part("adapter", span, "split" if load.zero else "each", f"r={load.rank} × {lean:g}–{full:g} B")


def _training(load: Load, dims: Architecture) -> list[Part]:
    parts: list[Part] = []
    if not load.full:
        parts.append(_adapter(load))
    k = Span.of(dims.working_k) if dims.working_k else None
    span = arithmetic.activations(dims.layers, dims.hidden, dims.vocab, load.context, load.batch, True, k)
    factor = f"{k.low:g}" if k else "–".join(f"{end:g}" for end in arithmetic.WORKING_K)
    worked = f"{load.batch} × {load.context} × (2 × {dims.hidden} × ({dims.layers} + {factor}) + 4–6 × {dims.vocab})"
    parts.append(Part("activations", span, "each", worked))
    extra = sizing_constants()["training_runtime"]
    parts.append(Part("framework", Span(extra.low * GB, extra.high * GB), "each", f"{extra.low:g}–{extra.high:g} GB"))
    return parts
