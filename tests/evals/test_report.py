"""The report as a page and as JUnit XML: complete, escaped, and loading nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from evals.cases import SUITES, load
from evals.coverage import Covered
from evals.figures import METRICS
from evals.report import Cell, confusion, html, junit
from evals.result import Result, Trace
from evals.run import Run

ABOUT = {"commit": "abc123", "rules": "r1", "time": "2026-11-28T12:00:00+00:00"}
COVERED = [Covered("rules", 3, ("W01",)), Covered("products", 2, ())]
HOSTILE = "<script>alert(1)</script><img src=x onerror='alert(2)'>"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "evaluation.md"


def result(name: str, passed: float = 1.0, **told: Any) -> Result:
    made: dict[str, Any] = {
        "suite": "safety",
        "language": "en",
        "tags": (),
        "pair": None,
        "failures": () if passed else (f"{name} lacks a word",),
        "trace": (Trace(f"message of {name}", f"reply to {name}"),),
        "seconds": 0.1,
    }
    scores = {"passed": passed, **told.pop("scores", {})}
    return Result(id=name, scores=scores, **{**made, **told})


def run(*results: Result) -> Run:
    return Run(ABOUT, results)


SOME = run(
    result("holds-1", scores={"clean": 1.0}),
    result("fails-2", 0.0, tags=("must",), language="zh"),
    result("fails-3", 0.0, suite="refusal", failures=("first reason", "second reason")),
    result("lines-4", suite="recommendation", products=("T4 / T4A", "T4 / T4A"), scores={"accuracy": 1.0}),
    result("lines-5", 0.0, suite="recommendation", products=("T8 / T8A", "open"), scores={"accuracy": 0.0}),
)
BEFORE = run(
    result("holds-1", 0.0),
    result("fails-2", trace=(Trace("message of fails-2", "what it said before"),)),
    result("fails-3", 0.0, suite="refusal"),
    result("gone-6"),
)


def page(own: Run = SOME, baseline: Run | None = None, breaches: Any = (), covered: Any = COVERED) -> str:
    return html(own, baseline=baseline, breaches=breaches, covered=covered)


class Reader(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.words += data


# ---- the page


@pytest.mark.parametrize("baseline", [None, BEFORE], ids=["alone", "with a baseline"])
def test_every_failing_case_is_on_the_page_with_its_reasons_and_its_trace(baseline: Run | None) -> None:
    read = Reader(page(baseline=baseline))
    assert {"fails-2", "fails-3", "lines-5"} <= set(read.ids)
    assert not {"holds-1", "lines-4"} & set(read.ids)
    for words in ("first reason", "second reason", "message of fails-2", "reply to fails-2", "reply to lines-5"):
        assert words in read.words
    assert "5 cases, 2 hold, 3 fail" in read.words


def test_a_failing_case_tagged_must_comes_first() -> None:
    own = run(result("a", 0.0), result("b", 0.0, suite="refusal"), result("z", 0.0, tags=("must",)))
    assert [name for name in Reader(page(own)).ids if len(name) == 1] == ["z", "b", "a"]


@pytest.mark.parametrize("baseline", [None, BEFORE], ids=["alone", "with a baseline"])
def test_the_page_loads_nothing(baseline: Run | None) -> None:
    text = page(baseline=baseline, breaches=["a gate"])
    read = Reader(text)
    linking = [
        value for name, value in read.attributes if name in ("src", "href", "srcset", "action", "data", "poster")
    ]
    assert [link for link in linking if not link.startswith("#")] == []
    assert not {"script", "link", "iframe", "object", "embed", "img", "base"} & set(read.tags)
    assert not re.search(r"url\s*\(|@import|https?://", text)


HELD_BY = {
    "reply": {"trace": (Trace("x", HOSTILE),)},
    "message": {"trace": (Trace(HOSTILE, "x"),)},
    "citation": {"trace": (Trace("x", "y", citations=(HOSTILE,)),)},
    "value": {"trace": (Trace("x", "y", requirements={"organisation": HOSTILE}),)},
    "failure": {"failures": (HOSTILE, HOSTILE)},
    "line": {"products": (HOSTILE, "open")},
    "tag": {"tags": (HOSTILE,)},
}


@pytest.mark.parametrize("told", HELD_BY.values(), ids=HELD_BY)
@pytest.mark.parametrize("compared", [False, True], ids=["alone", "with a baseline"])
def test_markup_in_what_was_said_is_shown_and_not_run(told: dict[str, Any], compared: bool) -> None:
    own = run(result("hostile", 0.0, **told))
    text = page(own, baseline=own if compared else None)
    read = Reader(text)
    assert not {"script", "img"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert HOSTILE in read.words
    assert "&lt;script&gt;alert(1)" in text


def test_markup_in_a_gate_or_in_what_is_not_covered_is_escaped() -> None:
    read = Reader(page(breaches=[HOSTILE], covered=[Covered("rules", 1, (HOSTILE,))]))
    assert "script" not in read.tags
    assert read.words.count(HOSTILE) == 2


def test_the_verdict_is_that_of_the_gates() -> None:
    assert "All gates are kept." in Reader(page()).words
    words = Reader(page(breaches=["the first sentence", "the second sentence"])).words
    assert "2 gates not kept" in words
    assert "the first sentence" in words
    assert "the second sentence" in words


def test_what_turned_stands_on_the_page_only_beside_a_baseline() -> None:
    alone, beside = Reader(page()).words, Reader(page(baseline=BEFORE)).words
    assert "1 turned to failing, 1 to holding" in beside
    assert "Against the baseline" in beside
    assert "what it said before" in beside
    assert "baseline, holds" in beside
    assert "baseline, fails too" in beside
    assert "baseline" not in alone


def test_a_baseline_without_replies_shows_what_it_has_and_says_so() -> None:
    before = result("a", 0.0, trace=(), scores={"facts": 0.25}, failures=("an old reason",))
    words = Reader(page(run(result("a", 0.0, scores={"facts": 0.5})), baseline=run(before))).words
    beside = words.split("baseline, fails too")[1]
    for told in ("an old reason", "passed 0, facts 0.25", "This baseline keeps no replies."):
        assert told in beside
    assert "passed 0, facts 0.5" in words.split("baseline, fails too")[0]
    whole = run(result("a", 0.0))
    assert "keeps no replies" not in Reader(page(whole, baseline=whole)).words


def test_what_the_check_found_and_what_was_raised_stand_beside_the_message() -> None:
    trace = (Trace("first", "a reply", violations=(("figure", "48 GB"),)), Trace("second", "", error="KeyError: 'x'"))
    words = Reader(page(run(result("a", 0.0, trace=trace)))).words
    assert "The check found: figure, 48 GB" in words.split("second")[0]
    assert "It raised: KeyError: 'x'" in words.split("second")[1]


def test_a_slice_says_over_how_many_cases_each_figure_is() -> None:
    own = run(result("a", scores={"accuracy": 1.0}), result("b"), result("c"))
    words = Reader(page(own)).words.split("By language and tag")[1]
    assert "passed 100.0 (44–100, n 3)" in words
    assert "accuracy 100.0 (21–100, n 1)" in words


def test_what_the_run_rests_on_is_shown_whole() -> None:
    about = {"embedder": "a/very-long-name-of-an-embedder-of-somebody-else", "warning": "Most of it failed."}
    words = Reader(page(Run(about, ()))).words
    assert about["embedder"] in words
    assert words.count("Most of it failed.") == 1


def test_cases_that_are_gone_or_new_are_listed() -> None:
    words = Reader(page(baseline=BEFORE)).words
    assert "Gone, of the baseline's cases, 1: gone-6" in words
    assert "New, not in the baseline, 2: lines-4, lines-5" in words


def test_a_run_beside_itself_says_that_nothing_changed() -> None:
    assert "Nothing changed." in Reader(page(baseline=SOME)).words


def test_every_figure_is_explained_and_every_gap_is_named() -> None:
    words = Reader(page()).words
    assert [name for name, meaning in METRICS.items() if name not in words or meaning not in words] == []
    assert "2 of 3" in words
    assert "W01" in words


def test_a_run_of_nothing_is_a_page_too() -> None:
    words = Reader(page(run(), covered=[])).words
    assert "0 cases, 0 hold, 0 fail" in words
    assert "All gates are kept." in words


def test_every_id_is_used_once() -> None:
    ids = Reader(page(baseline=BEFORE)).ids
    assert len(set(ids)) == len(ids)


# ---- the confusion matrix


def test_lines_stand_in_the_order_of_the_catalogue_and_open_comes_last() -> None:
    pairs = [("open", "T4 / T4A"), ("S / SF", "G2 / G2A"), ("T4 / T4A", "T4 / T4A"), ("T4 / T4A", "T4 / T4A"), None]
    names, cells = confusion([result(f"case-{n}", products=pair) for n, pair in enumerate(pairs)])
    assert names == ["G2 / G2A", "T4 / T4A", "S / SF", "open"]
    assert cells["T4 / T4A", "T4 / T4A"] == Cell("T4 / T4A", "T4 / T4A", 2)
    assert {pair for pair, cell in cells.items() if not cell.right} == {("open", "T4 / T4A"), ("S / SF", "G2 / G2A")}


def test_without_expected_lines_there_is_no_matrix() -> None:
    assert confusion([result("a")]) == ([], {})
    assert "expected ↓" not in page(run(result("a")))


# ---- JUnit


def parsed(own: Run) -> ElementTree.Element:
    return ElementTree.fromstring(junit(own))


def test_junit_counts_by_suite() -> None:
    root = parsed(SOME)
    counts = {node.get("name"): (node.get("tests"), node.get("failures"), len(node)) for node in root}
    assert root.tag == "testsuites"
    assert counts == {"safety": ("2", "1", 2), "refusal": ("1", "1", 1), "recommendation": ("2", "1", 2)}


def test_junit_names_each_case_by_suite_and_language_with_its_time() -> None:
    cases = {case.get("name"): case for case in parsed(SOME).iter("testcase")}
    assert set(cases) == {own.id for own in SOME.results}
    assert cases["fails-2"].get("classname") == "safety.zh"
    assert {case.get("time") for case in cases.values()} == {"0.100"}


def test_junit_says_why_a_case_failed_and_what_was_said() -> None:
    failures = {case.get("name"): case.find("failure") for case in parsed(SOME).iter("testcase")}
    assert {name for name, failure in failures.items() if failure is None} == {"holds-1", "lines-4"}
    failure = failures["fails-3"]
    assert failure is not None
    assert failure.get("message") == "first reason"
    assert failure.text == "first reason\nsecond reason\n> message of fails-3\nreply to fails-3"


@pytest.mark.parametrize(
    "words", [HOSTILE, "]]>&amp;", "a\x00b\x1b[31mc\x0b", "\ufffe\uffff", "显存“不足”\r\n😀", "x" * 900]
)
def test_junit_stays_xml_whatever_was_said(words: str) -> None:
    root = parsed(run(result("a", 0.0, failures=(words,), trace=(Trace(words, words),))))
    failure = root.find(".//failure")
    assert failure is not None
    assert len(failure.get("message") or "") <= 300


def test_junit_of_nothing_is_an_empty_list() -> None:
    assert len(parsed(run())) == 0
    (failure,) = parsed(run(result("a", 0.0, failures=(), trace=()))).iter("failure")
    assert failure.get("message") == ""


# ---- the document


def test_the_document_defines_every_figure() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", text, re.MULTILINE))
    assert {name: rows.get(name) for name in METRICS} == METRICS


@pytest.mark.parametrize("suite", SUITES)
def test_the_example_of_each_kind_in_the_document_is_a_case(suite: str, tmp_path: Path) -> None:
    (example,) = re.findall(rf"^\| {suite} \|.*\| `(.+)` \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    own = {"id": "the-example", "language": "en", "origin": "design", "author": "person", "date": "2026-11-28"}
    (tmp_path / f"{suite}.yaml").write_text(yaml.safe_dump([{**own, **yaml.safe_load(example)}]), encoding="utf-8")
    assert [case.id for case in load(tmp_path)] == ["the-example"]


def test_the_document_is_short_enough_to_read() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120


# ---- known not to hold yet


def test_a_count_of_turns_is_no_percentage() -> None:
    own = run(*(result(f"case-{n}", scores={"turns to recommendation": 1.0}) for n in range(3)))
    shown = page(own).split(">turns to recommendation</text>")[1].split("</text>")[0]
    assert "100.0" not in shown


def test_more_turns_to_a_recommendation_are_not_shown_as_better() -> None:
    before, after = (run(result("a", scores={"turns to recommendation": turns})) for turns in (2.0, 3.0))
    row = page(after, baseline=before).split("<td>turns to recommendation</td>")[1].split("</tr>")[0]
    assert "good" not in row
