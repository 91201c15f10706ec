"""What a run must keep: floors by metric and slice, no drop beyond noise, no case tagged `must` that flips or is gone.

`evals/golden/gates.yaml` holds the floors. A floor is kept when the figure itself is not below it; a drop counts when
the comparison of the same cases with the baseline says that it is more than noise. Cases that are not there keep
nothing: a suite with floors must have some.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.cases import GOLDEN, SUITES, Suite
from evals.figures import COUNTS
from evals.rows import BadGolden, problem, rows
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
    floor: float = Field(allow_inf_nan=False)


def floors(folder: Path = GOLDEN) -> list[Floor]:
    """The floors of a golden list; none when it has no gates. Raises `BadGolden`, `OSError`."""
    path = folder / "gates.yaml"
    found: list[Floor] = []
    for name, row in rows(path) if path.exists() else ():
        try:
            found.append(Floor.model_validate(row))
        except ValueError as error:
            raise BadGolden(f"{path.name}, {name}: {problem(error)}") from error
    return found


def breaches(
    run: Run, kept: Sequence[Floor], baseline: Run | None = None, *, suites: Collection[Suite] = SUITES
) -> list[str]:
    """What the run does not keep, as sentences; [] when it passes. `suites` are those that were asked for, of which the
    run must have cases where they have floors; `baseline` holds no more than what was asked for."""
    found = {(own.suite, own.name): own for own in slices(run)}
    asked = [floor for floor in kept if floor.suite in suites]
    empty = dict.fromkeys(floor.suite for floor in asked if (floor.suite, ALL) not in found)
    wrong = [f"{suite} has floors and no cases" for suite in empty]
    for floor in asked:
        if floor.suite in empty:
            continue
        own = found.get((floor.suite, floor.slice))
        if own is None:
            wrong.append(f"{floor.suite} has no slice {floor.slice}, and a floor for it")
            continue
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
            wrong.append(f"{name} is tagged {MUST} and held before: {result.why}")
    for name in change.gone:
        result = baseline.result(name)
        if result is not None and MUST in result.tags:
            wrong.append(f"{name} is tagged {MUST} in the baseline and is gone")
    return wrong
