"""How much GPU memory a model and a task need, on how many GPUs of which class, with the arithmetic shown."""

from __future__ import annotations

import re
from math import ceil
from typing import Literal

from pydantic import ConfigDict, Field

from assistant.rules import arithmetic
from assistant.rules.architectures import Match, Precision, find_architecture, size_of
from assistant.rules.arithmetic import GIB, Span
from assistant.rules.assumptions import Reference, assumptions, references, worded, wording
from assistant.rules.catalogue import GPU_CLASSES, GpuClass
from assistant.rules.footprint import (
    LADDER,
    PER_SERVER,
    Footprint,
    Load,
    Task,
    footprint,
    safe,
    sizing_constants,
    usable,
)
from assistant.rules.gpus import GB, Gpu, find_gpus, sized_with
from assistant.rules.text import Frozen, Source, Text

Verdict = Literal["fits", "tight", "does_not_fit"]
Scarce = Literal["no_model", "unknown_model", "unknown_gpu"]


class Unsizable(ValueError):
    """Nothing can be calculated: no model and no size, a model whose size is not known, or an unknown GPU `name`."""

    def __init__(self, reason: Scarce, name: str = "") -> None:
        super().__init__(f"{reason}: {name}" if name else reason)
        self.reason = reason
        self.name = name


class SizingRequest(Frozen):
    """What to calculate. `params_b` in billions, `context` in tokens (sequence length in training), `concurrency`
    simultaneous requests, `batch` sequences on each GPU, `gpu` a class ("96gb"), a GPU or a memory size, `gpus` how
    many of them are asked about. What is left out gets a default that the result names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    model: str | None = Field(default=None, min_length=1, max_length=80)
    params_b: float | None = Field(default=None, gt=0, le=100_000)
    task: Task = "inference"
    precision: Precision | None = None
    context: int | None = Field(default=None, gt=0, le=10_000_000)
    concurrency: int | None = Field(default=None, gt=0, le=1_000_000)
    batch: int | None = Field(default=None, gt=0, le=4096)
    rank: int | None = Field(default=None, gt=0, le=1024)
    zero: int | None = Field(default=None, ge=0, le=3)
    gpu: str | None = Field(default=None, min_length=1, max_length=60)
    gpus: int | None = Field(default=None, gt=0, le=100_000)


class Interval(Frozen):
    """Lower and upper end of a figure, equal where it is one value."""

    low: float
    high: float


class Term(Frozen):
    """One part of the memory in GB (1e9 bytes): on a single GPU before it is spread, with the formula and inputs."""

    id: str
    label: Text
    gb: Interval
    formula: str


class Asked(Frozen):
    """The answer for the number of GPUs asked about."""

    gpus: int
    per_gpu_gib: Interval
    verdict: Verdict
    text: Text


class Option(Frozen):
    """One GPU (or class) and how many hold the load: `fewest` at the lower end of the need, `enough` at the upper.

    `usable_gib` is the memory of a GPU that counts, in GiB as the driver shows it, `servers` how many machines
    `enough` GPUs fill in this estimate, `needs` the result as a sentence, `power` the whole installation in kW (None
    where the GPU's power is not sourced).
    """

    gpu: str
    gpu_class: GpuClass | None
    memory_gb: float
    usable_gib: float
    fewest: int | None
    enough: int | None
    per_gpu_gib: Interval | None
    servers: int | None
    needs: Text
    power: Text | None = None
    asked: Asked | None = None

    @property
    def told(self) -> Text:
        """The result as a sentence: the verdict on the number asked about, else how many are needed."""
        return self.asked.text if self.asked else self.needs


class Other(Frozen):
    """The same model by a lighter method or precision: its memory in all, and whether the GPUs asked about hold it."""

    task: Task
    precision: Precision
    label: Text
    total_gb: Interval
    verdict: Verdict | None


class SizingResult(Frozen):
    """The arithmetic: what was calculated, its parts, which GPUs hold it, and what was assumed."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str
    params_b: float
    architecture: str | None
    task: Task
    task_label: Text
    precision: Precision
    terms: tuple[Term, ...]
    total_gb: Interval
    options: tuple[Option, ...]
    others: tuple[Other, ...] = ()
    checkpoint: Text | None = None
    network: Text
    network_source: Source
    network_note: Text | None = None
    assumptions: tuple[Text, ...]
    sources: tuple[Reference, ...]


def gb(value: float) -> str:
    """A figure in GB or GiB as it is shown: whole from 10, at most one digit below."""
    return f"{value:.0f}" if value >= 10 else f"{round(value, 1):g}"


def span_text(span: Interval) -> str:
    """An interval as shown, one figure where both ends look alike."""
    low, high = gb(span.low), gb(span.high)
    return low if low == high else f"{low}–{high}"


def _interval(span: Span) -> Interval:
    return Interval(low=span.low / GB, high=span.high / GB)


def _gib(span: Span) -> Interval:
    return Interval(low=span.low / GIB, high=span.high / GIB)


# A width in bits says more than the method of quantisation, which only implies one.
_NAMED_PRECISION: tuple[tuple[Precision, re.Pattern[str]], ...] = (
    ("int4", re.compile(r"int-?4|4[- ]?bit|q4|w4", re.IGNORECASE)),
    ("int8", re.compile(r"int-?8|8[- ]?bit|q8|w8", re.IGNORECASE)),
    ("fp8", re.compile(r"fp8", re.IGNORECASE)),
    ("nf4", re.compile(r"nf4", re.IGNORECASE)),
    ("bf16", re.compile(r"bf16|fp16", re.IGNORECASE)),
    ("int4", re.compile(r"awq|gptq|gguf", re.IGNORECASE)),
)


def precision_of(words: str | None) -> Precision | None:
    """The precision that a model's name or a quantisation's name says; None for one that is not known."""
    return next((name for name, pattern in _NAMED_PRECISION if words and pattern.search(words)), None)


def load_of(request: SizingRequest) -> tuple[Load, Match | None]:
    """The request with everything left out filled in; raises `Unsizable` without a model's size."""
    match = find_architecture(request.model, request.params_b)
    said = size_of(request.model, request.params_b)
    defaults = wording()["defaults"]
    if match is None and said is None:
        raise Unsizable("unknown_model" if request.model else "no_model", request.model or "")
    # A size that was said counts for itself unless it only repeats the model's name.
    billions = said
    if match and (billions is None or billions == match.architecture.size_b):
        billions = match.architecture.parameters_b
    assert billions is not None  # either said or known, checked above
    native: Precision = precision_of(request.model) or (match.architecture.native if match else "bf16")
    chosen: dict[Task, Precision] = {"inference": native, "lora": "bf16", "qlora": "nf4"}
    context = defaults["inference_context" if request.task == "inference" else "training_context"]
    load = Load(
        params=billions * GB,
        architecture=match.architecture if match else None,
        task=request.task,
        precision=request.precision or chosen.get(request.task, "bf16"),
        context=request.context or context,
        concurrency=request.concurrency or defaults["concurrency"],
        batch=request.batch or defaults["batch"],
        rank=request.rank or defaults["rank"],
        zero=defaults["zero"] if request.zero is None else request.zero,
    )
    return load, match


def estimate(request: SizingRequest) -> SizingResult:
    """The whole result; raises `Unsizable` when there is nothing to calculate with."""
    load, match = load_of(request)
    named = find_gpus(request.gpu) if request.gpu else tuple(g for c in GPU_CLASSES for g in sized_with(c))
    if not named:
        raise Unsizable("unknown_gpu", request.gpu or "")
    need = footprint(load)
    options = tuple(_option(need, gpu, request.gpus) for gpu in named)
    enough = min((option.servers for option in options if option.servers), default=1)
    source = wording()["network_source"]
    return SizingResult(
        model=_name(request, load),
        params_b=load.params / GB,
        architecture=load.architecture.name if load.architecture else None,
        task=load.task,
        task_label=worded("tasks", load.task),
        precision=load.precision,
        terms=tuple(
            Term(id=part.id, label=worded("terms", part.id), gb=_interval(part.span), formula=part.worked)
            for part in need.parts
        ),
        total_gb=_interval(need.per_gpu(1)),
        options=options,
        others=_others(load, named[0], request.gpus),
        checkpoint=_checkpoint(load),
        network=worded("notes", "network_inference" if load.task == "inference" else "network_training"),
        network_source=Source(**source),
        network_note=_network_note(load, enough),
        assumptions=assumptions(load, match, named, request.gpu, request.gpus, _parallel(load, request.gpus or 1)),
        sources=references(load, named),
    )


def _name(request: SizingRequest, load: Load) -> str:
    """The model as it was called, with its size where the name alone does not tell it."""
    size = f"{round(request.params_b or load.params / GB, 2):g}B"
    if request.model is None:
        return size
    said = re.search(r"(\d+(?:\.\d+)?)[bB]\b", request.model)
    told = said is None and request.params_b is None
    told = told or (said is not None and request.params_b in (None, float(said[1])))
    return request.model if told else f"{request.model} {size}"


def _verdict(need: Footprint, gpu: Gpu, gpus: int) -> Verdict:
    each, task = need.per_gpu(_parallel(need.load, gpus)), need.load.task
    if each.low > usable(gpu, task):
        return "does_not_fit"
    # What is not calculated (cache, activations of an unknown architecture) can't be promised to fit.
    surely = each.high <= safe(gpu, task) and need.load.architecture is not None
    return "fits" if surely else "tight"


def _parallel(load: Load, gpus: int) -> int:
    """How many of `gpus` share a model: serving splits attention heads evenly inside a machine, so 3 work as 2."""
    if load.task != "inference" or gpus >= PER_SERVER:
        return gpus
    return 1 << (gpus.bit_length() - 1)


def _option(need: Footprint, gpu: Gpu, asked: int | None) -> Option:
    memory = usable(gpu, need.load.task)
    enough = need.fewest(safe(gpu, need.load.task), surely=True)
    return Option(
        gpu=gpu.name,
        gpu_class=gpu.class_,
        memory_gb=gpu.memory_gb.high,
        usable_gib=memory / GIB,
        fewest=need.fewest(memory),
        enough=enough,
        per_gpu_gib=_gib(need.per_gpu(enough)) if enough else None,
        servers=ceil(enough / max(PER_SERVER, gpu.per_server)) if enough else None,
        needs=_needs(need, gpu),
        power=_power(gpu, asked or enough),
        asked=_asked(need, gpu, asked) if asked else None,
    )


def _asked(need: Footprint, gpu: Gpu, gpus: int) -> Asked:
    each, memory = need.per_gpu(_parallel(need.load, gpus)), usable(gpu, need.load.task)
    verdict = _verdict(need, gpu, gpus)
    shown = _gib(each)
    full = gpu.memory_bytes
    # A server may be told to take more than its usual share of the memory.
    near = verdict == "does_not_fit" and each.low <= full
    figures = {"need": span_text(shown), "usable": gb(memory / GIB), "full": gb(full / GIB)}
    text = worded("verdicts", "near" if near else verdict, gpus=gpus, gpu=gpu.name, **figures)
    return Asked(gpus=gpus, per_gpu_gib=shown, verdict=verdict, text=text)


def _needs(need: Footprint, gpu: Gpu) -> Text:
    """How many of this GPU, as a sentence: a count, a range between the ends of the need, or more than is tried."""
    memory = usable(gpu, need.load.task)
    fewest, enough = need.fewest(memory), need.fewest(safe(gpu, need.load.task), surely=True)
    if fewest is not None and need.load.architecture is None:
        return worded("needs", "at_least", gpu=gpu.name, fewest=fewest)
    if fewest is None or enough is None:
        return worded("needs", "beyond", gpu=gpu.name, most=LADDER[-1])
    each = span_text(_gib(need.per_gpu(enough)))
    parts = {"gpu": gpu.name, "fewest": fewest, "enough": enough, "need": each, "usable": gb(memory / GIB)}
    return worded("needs", "exact" if fewest == enough else "between", **parts)


def _others(load: Load, gpu: Gpu, gpus: int | None) -> tuple[Other, ...]:
    """Lighter ways with the same model."""
    ways: list[tuple[Task, Precision]] = []
    if load.task == "inference":
        ways = [("inference", p) for p in ("int8", "int4") if arithmetic.BYTES[p] < arithmetic.BYTES[load.precision]]
    elif load.full:
        ways = [("lora", "bf16"), ("qlora", "nf4")]
    elif load.task == "lora":
        ways = [("qlora", "nf4")]
    found: list[Other] = []
    for task, precision in ways:
        lighter = Load(**{**vars(load), "task": task, "precision": precision})
        need = footprint(lighter)
        verdict = _verdict(need, gpu, gpus) if gpus else None
        total = _interval(need.per_gpu(1))
        label = worded("tasks", task)
        found.append(Other(task=task, precision=precision, label=label, total_gb=total, verdict=verdict))
    return tuple(found)


def _checkpoint(load: Load) -> Text | None:
    if load.task == "inference":
        return None
    if not load.full:
        trained = arithmetic.adapter_params(load.params, load.rank).high / GB
        alone, whole = (gb(trained * width) for width in (arithmetic.BYTES["bf16"], arithmetic.CHECKPOINT_BYTES))
        return worded("notes", "checkpoint_adapter", size=alone, full=whole)
    size = arithmetic.checkpoint(load.params)
    stalls = [sizing_constants()[name].low for name in ("stall_short", "stall_long")]
    fast, slow = (gb(arithmetic.write_rate(size, stall) / GB) for stall in stalls)
    return worded("notes", "checkpoint", size=gb(size / GB), fast=fast, slow=slow)


def _network_note(load: Load, servers: int) -> Text | None:
    """What public references add where one machine is not enough; the whitepaper's own sentence stands apart."""
    if servers == 1:
        return None
    if load.task == "inference":
        return worded("notes", "network_spread", servers=servers)
    return worded("notes", "network_multi", servers=servers) if load.full else None


def _power(gpu: Gpu, gpus: int | None) -> Text | None:
    if gpu.power_w is None or gpu.power_w.unverified or not gpus:
        return None
    kilowatts = Span(gpu.power_w.low * gpus / 1000, gpu.power_w.high * gpus / 1000)
    factor = sizing_constants()["server_power"]
    low, high = f"{kilowatts.low * factor.low:.1f}", f"{kilowatts.high * factor.high:.1f}"
    alone = f"{kilowatts.high:.1f}"
    return worded("notes", "power", gpus=alone, low=low, high=high)


def tier_gpus() -> dict[str, int]:
    """How many GPUs each tier is checked with; a house assumption."""
    return dict(wording()["tier_gpus"]["value"])
