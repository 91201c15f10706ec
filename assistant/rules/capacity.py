"""How many GPUs the named models need for the named work: what meeting point 13 reads.

The truth is an interval: `least` is the lightest way that the words allow (4-bit inference, QLoRA), `most` the heaviest
(native precision, full fine-tuning, the upper end of the estimate). A line is moved up for `least` alone; between the
two stands an alternative.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from assistant.rules.architectures import Precision, size_of
from assistant.rules.footprint import Footprint, Task, footprint, safe, usable
from assistant.rules.gpus import Gpu, sized_with
from assistant.rules.requirements import ModelSpec, Requirements, Workload, WorkloadKind
from assistant.rules.sizing import SizingRequest, Unsizable, load_of, precision_of
from assistant.rules.tables import constants

Need = Literal["any", "four", "eight", "beyond"]
NEEDS: tuple[Need, ...] = get_args(Need)

_SERVED: frozenset[WorkloadKind] = frozenset({"inference", "rag", "knowledge_base", "api_service"})
# Work that names no method: a model may be tuned in it, lightly or fully.
_OPEN: frozenset[WorkloadKind] = frozenset({"vision", "multimodal", "research_platform", "science"})
_METHODS: dict[str, Task] = {"full": "finetune-full", "lora": "lora", "qlora": "qlora"}
# Enough context for any use; what is stated counts instead.
_CONTEXT = 4096


@dataclass(frozen=True)
class Capacity:
    """The need of the most demanding model, and the request that calculates it in the lightest way."""

    least: Need = "any"
    most: Need = "any"
    request: SizingRequest | None = None


_NOTHING = Capacity()


def capacity(requirements: Requirements, serving: bool) -> Capacity:
    """The need of all named models; `serving` says that the work is decided as serving, so nothing is trained fully.

    "any" without a model whose size is known. One request at a time is the least that must fit: more of them wait.
    """
    if not requirements.models:
        return _NOTHING
    return _capacity(requirements.models, requirements.workloads, serving)


@lru_cache(maxsize=4096)
def _capacity(models: tuple[ModelSpec, ...], workloads: tuple[Workload, ...], serving: bool) -> Capacity:
    worst = Capacity()
    heaviest: tuple[int, float, str] | None = None
    for model in models:
        for least, most in _ways(workloads, serving):
            light = _request(model, least, lightest=True)
            heavy = _request(model, most, lightest=False)
            try:
                lighter, heavier = footprint(load_of(light)[0]), footprint(load_of(heavy)[0])
            except Unsizable:
                continue
            card = _card(model, least, workloads)
            need, full = _need(lighter, card), _need(heavier, card, surely=True)
            # By need, then by bytes; the task's name settles a tie whatever the order of statements.
            rank = (NEEDS.index(need), lighter.per_gpu(1).low, least)
            if heaviest is None or rank > heaviest:
                heaviest = rank
                worst = Capacity(
                    need, worst.most, light.model_copy(update={"gpu": card.class_ if card.like else card.id})
                )
            worst = Capacity(worst.least, max(worst.most, full, key=NEEDS.index), worst.request)
    return worst


def _ways(workloads: tuple[Workload, ...], serving: bool) -> list[tuple[Task, Task]]:
    """The lightest and the heaviest task for each kind of work."""
    ways: dict[tuple[Task, Task], None] = {}
    for work in workloads:
        if work.kind in _SERVED or (serving and work.kind in _OPEN):
            ways["inference", "inference"] = None
        elif work.method is not None and work.kind in ("finetune", "training"):
            ways[_METHODS[work.method], _METHODS[work.method]] = None
        elif work.kind == "training":
            ways["training", "training"] = None
        elif work.kind == "finetune":
            ways["qlora", "lora" if serving else "finetune-full"] = None
    if not ways and any(work.kind in _OPEN for work in workloads):
        ways["qlora", "finetune-full"] = None
    return list(ways)


def _request(model: ModelSpec, task: Task, lightest: bool) -> SizingRequest:
    precision: Precision | None = None
    if task == "inference":
        said = precision_of(model.quantisation)
        precision = said or ("int4" if lightest else None)
    served = task == "inference"
    return SizingRequest(
        model=model.name or None,
        params_b=model.params_b if (model.params_b or 0) <= 100_000 else None,
        task=task,
        precision=precision,
        context=min(model.context or _CONTEXT, 10_000_000) if served else None,
    )


def _card(model: ModelSpec, least: Task, workloads: tuple[Workload, ...]) -> Gpu:
    """The largest GPU of the classes that section 06 names for the work: H200 for training and for fine-tuning a large
    model (W11), else the 96 GB class (W10)."""
    heavy = any(w.kind in ("training", "science") for w in workloads)
    large = (size_of(model.name, model.params_b) or 0) > constants()["small_finetune_params_b_max"].value
    return sized_with("h100_h200")[-1] if least != "inference" and (heavy or large) else sized_with("96gb")[0]


def _need(need: Footprint, card: Gpu, surely: bool = False) -> Need:
    memory = safe(card, need.load.task) if surely else usable(card, need.load.task)
    count = need.fewest(memory, surely)
    if count is None or count > 8:
        return "beyond"
    return "any" if count <= 2 else "four" if count <= 4 else "eight"
