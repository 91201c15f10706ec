"""A run as one static HTML page and as JUnit XML."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, select_autoescape

from assistant.rules.catalogue import PRODUCTS
from evals.coverage import Covered
from evals.dialogue_metrics import percentile
from evals.figures import COUNTS, METRICS
from evals.result import Result
from evals.run import ALL, Run, compared, slices
from evals.statistics import Estimate

_TEMPLATE = Path(__file__).parent / "report.html.j2"
# Bars of a plot of seconds.
_BINS = 24


@dataclass(frozen=True)
class Cell:
    """One cell of the confusion matrix."""

    expected: str
    found: str
    n: int

    @property
    def right(self) -> bool:
        """Whether it stands on the diagonal."""
        return self.expected == self.found


def _place(name: str) -> tuple[int, str]:
    first = name.split(" / ")[0]
    return (PRODUCTS.index(first) if first in PRODUCTS else len(PRODUCTS), name)


def confusion(results: Sequence[Result]) -> tuple[list[str], dict[tuple[str, str], Cell]]:
    """The lines in catalogue order, and how often each was found where each was expected."""
    counts = Counter(result.products for result in results if result.products)
    names = sorted({name for pair in counts for name in pair}, key=_place)
    return names, {pair: Cell(*pair, n) for pair, n in counts.items()}


def _latency(results: Sequence[Result]) -> tuple[list[int], float, dict[int, float]]:
    """A histogram of milliseconds a case, its width of a bar, and percentiles."""
    took = [1000 * result.seconds for result in results]
    if not took:
        return [], 0.0, {}
    marks = {percent: percentile(took, percent) for percent in (50, 95, 100)}
    width = max(marks[95] * 1.25, 1.0) / _BINS
    bars = [0] * _BINS
    for value in took:
        bars[min(_BINS - 1, int(value / width))] += 1
    return bars, width, marks


def _percent(figure: Estimate | None, metric: str = "") -> str:
    if figure is None or math.isnan(figure.value):
        return "–"
    if metric in COUNTS:
        return f"{figure.value:.2f}"
    return f"{100 * figure.value:.1f}"


def _interval(figure: Estimate | None, metric: str = "") -> str:
    if figure is None or math.isnan(figure.value):
        return ""
    if metric in COUNTS:
        return f"{figure.low:.2f}–{figure.high:.2f}"
    return f"{100 * figure.low:.0f}–{100 * figure.high:.0f}"


def html(run: Run, *, baseline: Run | None, breaches: Sequence[str], covered: Sequence[Covered]) -> str:
    """The page; it loads nothing from anywhere."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE.parent),
        autoescape=select_autoescape(enabled_extensions=("j2",), default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "interval": _interval}
    found = slices(run)
    names, cells = confusion(run.results)
    bars, width, marks = _latency(run.results)
    failing = sorted((r for r in run.results if not r.passed), key=lambda r: ("must" not in r.tags, r.suite, r.id))
    return environment.get_template(_TEMPLATE.name).render(
        run=run,
        baseline=baseline,
        breaches=breaches,
        covered=covered,
        overview=[own for own in found if own.name == ALL],
        parts=[own for own in found if own.suite != ALL and own.name != ALL],
        metrics=METRICS,
        counts=COUNTS,
        lines=names,
        cells=cells,
        bars=bars,
        width=width,
        marks=marks,
        failing=failing,
        change=compared(baseline, run) if baseline else None,
        before={r.id: r for r in baseline.results} if baseline else {},
        by_id={r.id: r for r in run.results},
    )


def junit(run: Run) -> str:
    """The run as JUnit XML: a suite of each kind, a case each, failures with what does not hold."""
    root = ElementTree.Element("testsuites", name="advisor eval")
    for suite in dict.fromkeys(result.suite for result in run.results):
        own = [result for result in run.results if result.suite == suite]
        node = ElementTree.SubElement(
            root, "testsuite", name=suite, tests=str(len(own)), failures=str(sum(not r.passed for r in own)),
            time=f"{sum(r.seconds for r in own):.3f}",
        )  # fmt: skip
        for result in own:
            case = ElementTree.SubElement(
                node, "testcase", classname=f"{suite}.{result.language}", name=result.id, time=f"{result.seconds:.3f}"
            )
            if not result.passed:
                first = _printable(result.failures[0]) if result.failures else ""
                failure = ElementTree.SubElement(case, "failure", message=first[:300])
                failure.text = _printable(
                    "\n".join([*result.failures, *(f"> {t.message}\n{t.reply}" for t in result.trace)])
                )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _printable(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(char for char in text if char in "\n\t" or (ord(char) >= 32 and char not in "\ufffe\uffff"))
