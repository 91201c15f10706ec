"""How well a conversation's state is understood, as figures.

A state is a mapping of field to JSON value; its slots are its pairs of field and value. Compared are the states after
each turn, so a slot lost early counts again at every later turn, as it does for the visitor.

- precision: of the advisor's slots, the share that stands in the true state with the same value;
- recall: of the true state's slots, the share that the advisor has with the same value;
- F1: their harmonic mean. A wrong value is both a slot too many and one missing. Over all fields the counts are
  summed (micro average). No slot on either side gives no figure (NaN), never a 1.
- joint goal accuracy: the share of turns after which the whole state is exactly the true one, empty states included.
- intervals: 95 %, by the percentile bootstrap over whole stories, since turns of one story hang together.
"""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from assistant.rules.requirements import FIELD_NAMES, FieldName
from evals.story import OPEN, State

_TEXTS: frozenset[FieldName] = frozenset({"organisation", "department", "delivery", "contact"})
_T = TypeVar("_T")
_ROUNDS = 1000
_SEED = 20260101


def _folded(value: object) -> str:
    return str(value).strip().casefold()


def _model(entry: dict[str, Any]) -> tuple[object, ...]:
    name = re.sub(r"[\W_]", "", _folded(entry.get("name") or ""))
    quantisation = _folded(entry.get("quantisation") or "")
    return (name, entry.get("params_b"), quantisation, entry.get("context"))


def same(field: FieldName, one: Any, other: Any) -> bool:
    """Whether two values of the field mean the same: kinds of work as sets with share and method, models and software
    as sets, texts without regard to case and outer blanks, everything else as equal JSON."""
    if field == "workloads":
        sets = [{(w["kind"], w.get("share"), w.get("method")) for w in value} for value in (one, other)]
        return sets[0] == sets[1]
    if field == "models":
        return {_model(entry) for entry in one} == {_model(entry) for entry in other}
    if field == "software":
        return {_folded(name) for name in one} == {_folded(name) for name in other}
    if field in _TEXTS:
        return _folded(one) == _folded(other)
    return bool(one == other)


@dataclass(frozen=True)
class Counts:
    """Slots: right ones of the advisor's (`hits`), all of the advisor's (`found`), all of the true state (`wanted`)."""

    hits: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        """NaN when the advisor has no slot."""
        return self.hits / self.found if self.found else math.nan

    @property
    def recall(self) -> float:
        """NaN when the true state has no slot."""
        return self.hits / self.wanted if self.wanted else math.nan

    @property
    def f1(self) -> float:
        """NaN when there is no slot on either side."""
        return 2 * self.hits / (self.found + self.wanted) if self.found + self.wanted else math.nan


def _without_one_group(state: State) -> State:
    if state.get("groups") != 1 or state.get("sharing") != "single_group":
        return state
    return {name: value for name, value in state.items() if name != "groups"}


def settled(gold: State, got: State) -> tuple[State, State]:
    """Both states without the fields whose value the story leaves open, and without a count of one group beside the
    word that a single group uses it, which says the same."""
    left = {name for name, value in gold.items() if value == OPEN}
    gold, got = _without_one_group(gold), _without_one_group(got)
    return (
        {name: value for name, value in gold.items() if name not in left},
        {name: value for name, value in got.items() if name not in left},
    )


def slots(gold: State, got: State) -> dict[FieldName, Counts]:
    """Counts by field for one turn; fields of neither state are left out."""
    gold, got = settled(gold, got)
    return {
        name: Counts(int(name in gold and name in got and same(name, gold[name], got[name])), name in got, name in gold)
        for name in FIELD_NAMES
        if name in gold or name in got
    }


def exact(gold: State, got: State) -> bool:
    """Whether the whole state is right."""
    return all(counts.hits for counts in slots(gold, got).values())


def by_field(turns: Iterable[tuple[State, State]]) -> dict[FieldName, Counts]:
    """Counts by field, summed over turns of (true, advisor's) state."""
    summed: dict[FieldName, Counts] = defaultdict(Counts)
    for gold, got in turns:
        for name, counts in slots(gold, got).items():
            summed[name] = summed[name] + counts
    return {name: summed[name] for name in FIELD_NAMES if name in summed}


def overall(turns: Iterable[tuple[State, State]]) -> Counts:
    """Counts summed over turns and fields."""
    return sum(by_field(turns).values(), Counts())


def joint_goal_accuracy(turns: Sequence[tuple[State, State]]) -> float:
    """The share of turns with an exact state; NaN without turns."""
    return sum(exact(gold, got) for gold, got in turns) / len(turns) if turns else math.nan


def interval(
    stories: Sequence[_T], statistic: Callable[[Sequence[_T]], float], *, rounds: int = _ROUNDS, seed: int = _SEED
) -> tuple[float, float]:
    """The 95 % percentile interval of a statistic over resampled stories; NaN without a figure."""
    draw = random.Random(seed)
    figures = sorted(
        figure
        for _ in range(rounds if stories else 0)
        if not math.isnan(figure := statistic(draw.choices(stories, k=len(stories))))
    )
    return (percentile(figures, 2.5), percentile(figures, 97.5))


def percentile(figures: Sequence[float], percent: float) -> float:
    """By linear interpolation between the ordered figures; NaN without any."""
    if not figures:
        return math.nan
    return float(np.percentile(figures, percent))
