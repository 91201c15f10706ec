"""The report of the evaluation in a window: whatever was said, the page is no wider than that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.coverage import Covered
from evals.report import html
from evals.result import Result, Trace
from evals.run import Run

pytestmark = pytest.mark.browser
LONG = "x" * 900


def result(name: str, trace: tuple[Trace, ...]) -> Result:
    scores, pair = {"passed": 0.0, "accuracy": 0.0}, (LONG, "open")
    return Result(name, "safety", "en", (LONG,), None, scores, (LONG, LONG), trace, 0.1, products=pair)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_long_word_makes_the_report_wider_than_its_window(width: int, browser: Any, tmp_path: Path) -> None:
    said = Trace(LONG, LONG, citations=(LONG,), requirements={"organisation": LONG}, violations=(("figure", LONG),))
    run = Run({"embedder": LONG, "warning": LONG}, (result("a", (said, Trace(LONG, "", error=LONG))),))
    before = Run({"commit": LONG, "time": "now"}, (result("a", ()), result("b" * 80, ())))
    path = tmp_path / "report.html"
    path.write_text(html(run, baseline=before, breaches=[LONG], covered=[Covered("rules", 2, (LONG,))]), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
