"""What a run must keep: floors by metric and slice, no drop beyond noise, no flip of a case tagged `must`.

`evals/golden/gates.yaml` holds the floors. A floor is kept when the figure itself is not below it; a drop counts when
the comparison of the same cases with the baseline says that it is more than noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from evals.cases import GOLDEN, Suite
from evals.judging import COUNTS
from evals.run import ALL, Run, compared, slices

MUST = "must"
# A mean at its floor is not under it for the last bit of a sum.
_ROUNDING = 1e-9


class Floor(BaseModel):
    """The least that `metric` may be over a slice of a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: Suite
    metric: str
    slice: str = ALL
    floor: float


def floors(folder: Path = GOLDEN) -> list[Floor]:
    """The floors of a golden list; none when it has no gates. Raises `ValidationError`, `OSError`."""
    path = folder / "gates.yaml"
    if not path.exists():
        return []
    return TypeAdapter(list[Floor]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or [])


def breaches(run: Run, kept: Sequence[Floor], baseline: Run | None = None) -> list[str]:
    """What the run does not keep, as sentences; [] when it passes."""
    found = {(own.suite, own.name): own for own in slices(run)}
    wrong = []
    for floor in kept:
        own = found.get((floor.suite, floor.slice))
        if own is None and (floor.suite, ALL) in found:
            wrong.append(f"{floor.suite} has no slice {floor.slice}, and a floor for it")
        if own is None:
            continue  # a suite that was not run
        figure = own.figures.get(floor.metric)
        if figure is None or math.isnan(figure.value):
            wrong.append(
                f"{floor.suite}, {floor.slice}: {floor.metric} has no figure, and {floor.floor:g} is its floor"
            )
        elif figure.value < floor.floor - _ROUNDING:
            wrong.append(
                f"{floor.suite}, {floor.slice}: {floor.metric} is {figure.value:.3f} over {figure.n}, "
                f"and {floor.floor:g} is its floor"
            )
    if baseline is None:
        return wrong
    change = compared(baseline, run)
    for (suite, metric), difference in change.metrics.items():
        if difference.value < 0 and difference.sure and metric not in COUNTS:
            wrong.append(
                f"{suite}: {metric} fell by {-difference.value:.3f} over {difference.n} common cases "
                f"({difference.worse} worse, {difference.better} better, p = {difference.p:.3f})"
            )
    for name in change.turned_worse:
        result = run.result(name)
        if result is not None and MUST in result.tags:
            wrong.append(f"{name} is tagged {MUST} and held before: {result.failures[0] if result.failures else ''}")
    return wrong
