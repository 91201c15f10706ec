"""A run on the screen: its figures, what turned, and the gates that are not kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.model_use import FIGURES
from evals.run import ALL, Run, compared, slices

# Rows of a list on the screen; the report has them all.
_MOST = 20


def show(run: Run, baseline: Run | None, wrong: Sequence[str]) -> None:
    """Print it to standard output. Raises `OSError` where that can't be written to."""
    console = Console()
    for own in slices(run):
        if own.name != ALL or own.suite == ALL:
            continue
        table = Table("metric", "value", "95 %", "n", title=f"{own.suite}, {own.n} cases")
        for metric, figure in own.figures.items():
            if not math.isnan(figure.value):
                table.add_row(metric, f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}", str(figure.n))
        console.print(table)
    for name in ("brain", *FIGURES) if FIGURES[0] in run.about else ():
        _say(console, f"{name}: {run.about.get(name)}")
    failing = [result for result in run.results if not result.passed]
    _say(console, f"{len(run.results) - len(failing)} of {len(run.results)} cases hold.")
    if baseline is None:
        for result in failing[:_MOST]:
            _say(console, f"✗ {result.id}: {result.why}")
        if len(failing) > _MOST:
            _say(console, f"… and {len(failing) - _MOST} more; --html shows each with its trace.")
    else:
        _against(console, run, baseline)
    for breach in wrong:
        _say(console, f"GATE {breach}", style="bold red")
    if "warning" in run.about:
        _say(console, run.about["warning"], style="bold red")


def _against(console: Console, run: Run, baseline: Run) -> None:
    change = compared(baseline, run)
    for mark, names in (("✗", change.turned_worse), ("✓", change.turned_better)):
        for name in names:
            result = run.result(name)
            _say(console, f"{mark} {name}: {result.why}" if result and result.why else f"{mark} {name}")
    if not change.turned_worse and not change.turned_better:
        _say(console, "No case turned against the baseline.")
    if change.gone:
        more = f" … and {len(change.gone) - _MOST} more" if len(change.gone) > _MOST else ""
        _say(console, f"Gone, of the baseline's cases: {len(change.gone)}: {', '.join(change.gone[:_MOST])}{more}")
    if change.added:
        _say(console, f"New, not in the baseline: {len(change.added)}")


def _say(console: Console, words: str, style: str | None = None) -> None:
    console.print(words, markup=False, highlight=False, style=style)
