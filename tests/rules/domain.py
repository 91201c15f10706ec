"""Every combination of facts that requirements can lead to, each with requirements that do: the ground of a proof.

Facts hang together (sharing that counts alone excludes serving), so a product of their values would hold combinations
that no buyer can state. Requirements are enumerated instead, and of those with the same facts one is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

from assistant.rules.decision import outcome_of
from assistant.rules.facts import CONCERNS, Concern, facts_of
from assistant.rules.requirements import WORKLOAD_KINDS, ModelSpec, Requirements, Workload
from assistant.rules.tables import Facts, table

from .coverage import decision_tables

_BILLIONS = (7, 15, 32, 123, 180, 405, 671, 2000)
# In 4 bits the lightest and the heaviest way of serving need the same.
_MODELS: tuple[tuple[ModelSpec, ...], ...] = (
    (),
    *((ModelSpec(params_b=size),) for size in _BILLIONS),
    *((ModelSpec(params_b=size, quantisation="int4"),) for size in (405, 671)),
)
_SHARING: tuple[dict[str, Any], ...] = (
    {},
    {"sharing": "single_group"},
    {"sharing": "single_group", "groups": 2},
    {"sharing": "multi_group"},
    {"sharing": "multi_group", "groups": 1},
    {"sharing": "college"},
    {"sharing": "department"},
    {"sharing": "company"},
)
# Who shares it and how many nodes there are change what work means.
_PROBES: tuple[dict[str, Any], ...] = ({}, {"sharing": "college"}, {"multi_node": True})
_SCALES: tuple[dict[str, Any], ...] = ({}, *({"scale": s} for s in ("pilot", "department", "high_throughput")))
_CLUSTERS: tuple[dict[str, Any], ...] = ({}, {"multi_node": True}, {"rack_scale": True, "multi_node": False})
_BUDGETS: tuple[dict[str, Any], ...] = ({}, {"budget_cny": 1_000_000})


class Point(NamedTuple):
    """Requirements and concerns with the facts that they lead to, `series` as decided."""

    requirements: Requirements
    concerns: frozenset[Concern]
    facts: Facts


def _works() -> Iterator[tuple[Workload, ...]]:
    """Kinds of work, up to three at once, and the forms of small fine-tuning."""
    for count in range(4):
        for kinds in combinations(WORKLOAD_KINDS, count):
            yield tuple(Workload(kind=kind) for kind in kinds)
    for extra in ((), *((Workload(kind=kind),) for kind in WORKLOAD_KINDS if kind not in ("inference", "finetune"))):
        yield (Workload(kind="inference", primary=True), Workload(kind="finetune"), *extra)


@cache
def _bases() -> tuple[Requirements, ...]:
    """One choice of work and models for each way that the two can bear on the facts."""
    found: dict[tuple[Any, ...], Requirements] = {}
    for work, models in product(_works(), _MODELS):
        base = Requirements.model_construct(None, workloads=work, models=models)
        key = tuple(tuple(facts_of(base.model_copy(update=probe)).values()) for probe in _PROBES)
        found.setdefault(key, base)
    return tuple(found.values())


def _read() -> tuple[str, ...]:
    """The facts that some table reads."""
    return tuple(dict.fromkeys(name for t in decision_tables() for rule in table(t).rules for name in rule.when))


@cache
def points() -> tuple[Point, ...]:
    """One point for each combination of facts that a table reads; concerns only beside plain requirements."""
    read = [name for name in _read() if name not in ("series", "kind")]
    found: dict[tuple[Any, ...], Point] = {}
    some = [frozenset({concern}) for concern in CONCERNS]
    for base, *parts in product(_bases(), _SHARING, _SCALES, _CLUSTERS, _BUDGETS):
        known = base.model_copy(update={name: value for part in parts for name, value in part.items()})
        for concerns in (frozenset[Concern](), *(() if base.models or any(parts[1:]) else some)):
            facts = facts_of(known, concerns)
            key = tuple(facts[name] for name in read)
            if key not in found:
                found[key] = Point(known, concerns, facts | {"series": outcome_of(known).series})
    return tuple(found.values())


@cache
def by_kind() -> tuple[Point, ...]:
    """Every set of work, kept apart even where the facts are the same: the trace names the kinds."""
    found: list[Point] = []
    for work, sharing, budget in product(_works(), ({}, {"sharing": "single_group"}), _BUDGETS):
        known = Requirements(workloads=work).model_copy(update={**sharing, **budget})
        if len(work) < 3:
            found.append(Point(known, frozenset(), facts_of(known) | {"series": outcome_of(known).series}))
    return tuple(found)


@cache
def by_facts(name: str) -> tuple[tuple[Point, ...], ...]:
    """The points, put together where a table reads the same facts."""
    read = list(dict.fromkeys(fact for rule in table(name).rules for fact in rule.when))
    found: dict[tuple[Any, ...], list[Point]] = {}
    for point in points():
        found.setdefault(tuple(point.facts[fact] for fact in read), []).append(point)
    return tuple(tuple(group) for group in found.values())


@cache
def _answers(name: str) -> dict[int, int]:
    """For each point, by identity, the number of the combination of rows that a table answers with."""
    numbers: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for group in by_facts(name):
        told = tuple(f"{rule.id} {rule.because.en}" for rule in table(name).hits(group[0].facts))
        number = numbers.setdefault(told, len(numbers))
        found.update((id(point), number) for point in group)
    return found


def signature(point: Point) -> tuple[int, ...]:
    """What all tables answer at a point: where it is the same, the same line is chosen and the same is said of it."""
    return tuple(_answers(name)[id(point)] for name in decision_tables() if name != "workloads")


@cache
def values(fact: str) -> tuple[Any, ...]:
    """Every value of a fact that occurs, in a fixed order."""
    if fact == "kind":
        return WORKLOAD_KINDS
    return tuple(dict.fromkeys(point.facts[fact] for point in points()))
