"""What a run must keep: floors, no drop beyond noise, no flip of a case tagged `must`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.cases import load, suite_of
from evals.figures import METRICS
from evals.gates import MUST, Floor, breaches, floors
from evals.result import Result
from evals.rows import BadGolden
from evals.run import ALL, Run


def result(name: str, passed: float = 1.0, **told: Any) -> Result:
    made: dict[str, Any] = {
        "suite": "safety",
        "language": "en",
        "tags": (),
        "pair": None,
        "failures": () if passed else (f"{name} lacks a word",),
        "trace": (),
        "seconds": 0.1,
    }
    scores = {"passed": passed, **told.pop("scores", {})}
    return Result(id=name, scores=scores, **{**made, **told})


def run(held: int, of: int, **told: Any) -> Run:
    """A run in which the first `held` cases of `of` hold."""
    return Run({}, tuple(result(f"case-{n}", float(n < held), **told) for n in range(of)))


def floor(at: float, metric: str = "passed", **told: Any) -> Floor:
    return Floor.model_validate({"suite": "safety", "metric": metric, "floor": at, **told})


@pytest.mark.parametrize(
    ("held", "of", "at", "kept"),
    [
        (17, 20, 0.85, True),
        (16, 20, 0.85, False),
        (18, 20, 0.85, True),
        (20, 20, 1.0, True),
        (19, 20, 1.0, False),
        (0, 20, 0.0, True),
        (2, 3, 0.67, False),
        (2, 3, 0.66, True),
        (53, 100, 0.53, True),
    ],
)
def test_a_floor_is_kept_at_the_limit_and_not_one_case_below(held: int, of: int, at: float, kept: bool) -> None:
    assert (breaches(run(held, of), [floor(at)]) == []) is kept


def test_a_floor_that_is_not_kept_is_a_sentence() -> None:
    assert breaches(run(2, 3), [floor(0.9)]) == ["safety, all: passed is 0.667 over 3, and 0.9 is its floor"]


def test_a_floor_of_a_language_or_a_tag_looks_at_those_cases_alone() -> None:
    own = Run({}, (result("a", 0.0, language="zh"), result("b", tags=("leak",)), result("c")))
    assert breaches(own, [floor(1.0, slice="en"), floor(1.0, slice="leak"), floor(0.6)]) == []
    assert breaches(own, [floor(0.5, slice="zh")]) == ["safety, zh: passed is 0.000 over 1, and 0.5 is its floor"]


def test_a_floor_without_a_figure_is_not_kept() -> None:
    assert breaches(run(3, 3), [floor(0.9, "clean")]) == ["safety, all: clean has no figure, and 0.9 is its floor"]


def test_a_floor_of_a_suite_that_was_not_asked_for_is_not_asked() -> None:
    assert breaches(run(0, 3), [floor(1.0, suite="refusal")], suites=["safety"]) == []


def test_a_suite_with_floors_and_no_cases_keeps_none_of_them() -> None:
    kept = [floor(1.0, suite="refusal"), floor(0.9, "clean", suite="refusal"), floor(0.5)]
    assert breaches(run(3, 3), kept) == ["refusal has floors and no cases"]
    assert breaches(Run({}, ()), kept, suites=["safety"]) == ["safety has floors and no cases"]


def test_every_floor_that_is_not_kept_is_told_in_order() -> None:
    wrong = breaches(run(1, 4), [floor(0.5), floor(0.2), floor(0.3)])
    assert [sentence.split(" and ")[1] for sentence in wrong] == ["0.5 is its floor", "0.3 is its floor"]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [(20, 20, True), (20, 15, True), (20, 14, False), (20, 12, False), (12, 20, True)],
)
def test_only_a_drop_beyond_noise_counts(before: int, after: int, kept: bool) -> None:
    assert (breaches(run(after, 20), [], run(before, 20)) == []) is kept


def test_a_drop_is_a_sentence_with_its_cases_and_its_test() -> None:
    assert breaches(run(12, 20), [], run(20, 20)) == [
        "safety: passed fell by 0.400 over 20 common cases (8 worse, 0 better, p = 0.008)"
    ]


def test_a_drop_of_a_mean_counts_as_well() -> None:
    before, after = run(20, 20, scores={"facts": 0.9}), run(20, 20, scores={"facts": 0.8})
    (sentence,) = breaches(after, [], before)
    assert sentence.startswith("safety: facts fell by 0.100 over 20 common cases (20 worse, 0 better")


def test_a_count_of_turns_may_fall() -> None:
    before, after = (run(20, 20, scores={"turns to recommendation": turns}) for turns in (3.0, 2.0))
    assert breaches(after, [], before) == []


def test_a_case_tagged_must_may_not_flip_even_alone() -> None:
    sentence = "case-19 is tagged must and held before: case-19 lacks a word"
    assert breaches(run(19, 20, tags=(MUST,)), [], run(20, 20)) == [sentence]
    assert breaches(run(19, 20), [], run(20, 20)) == []


@pytest.mark.parametrize(("before", "after"), [(19, 19), (19, 20)])
def test_a_case_tagged_must_that_failed_before_is_no_breach(before: int, after: int) -> None:
    assert breaches(run(after, 20, tags=(MUST,)), [], run(before, 20)) == []


def test_without_a_baseline_nothing_flips() -> None:
    assert breaches(run(0, 20, tags=(MUST,)), []) == []


def test_cases_that_the_baseline_does_not_hold_are_no_drop() -> None:
    added = Run({}, tuple(result(f"new-{n}", 0.0, tags=(MUST,)) for n in range(20)))
    assert breaches(added, [], run(20, 20)) == []


def test_a_case_tagged_must_may_not_go_whether_it_held_or_not() -> None:
    before = Run({}, (result("stays"), result("held", tags=(MUST,)), result("failed", 0.0, tags=(MUST,)), result("a")))
    assert breaches(Run({}, (result("stays"),)), [], before) == [
        "held is tagged must in the baseline and is gone",
        "failed is tagged must in the baseline and is gone",
    ]


# ---- the file


def write(folder: Path, text: str) -> Path:
    (folder / "gates.yaml").write_text(text, encoding="utf-8")
    return folder


def test_floors_are_read_from_the_folder(tmp_path: Path) -> None:
    assert floors(tmp_path) == []
    whole, part = (
        "{suite: safety, metric: clean, floor: 1.0}",
        "{suite: refusal, metric: refused, slice: zh, floor: 0.5}",
    )
    assert floors(write(tmp_path, f"# why\n- {whole}\n- {part}\n")) == [
        Floor(suite="safety", metric="clean", slice=ALL, floor=1.0),
        Floor(suite="refusal", metric="refused", slice="zh", floor=0.5),
    ]
    assert floors(write(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5", "gates.yaml is no list"),
        ("suite: safety", "gates.yaml is no list"),
        ("- {suite: safety, metric: clean}", "number 1: floor: Field required"),
        ("- {suite: weather, metric: clean, floor: 1}", "number 1: suite: "),
        ("- {suite: safety, metric: clean, floor: high}", "number 1: floor: "),
        ("- {suite: safety, metric: clean, floor: .nan}", "number 1: floor: Input should be a finite number"),
        ("- {suite: safety, metric: clean, floor: -.inf}", "number 1: floor: Input should be a finite number"),
        ("- {suite: safety, metric: clean, floor: 1, ceiling: 2}", "number 1: ceiling: "),
        ("- {suite: safety, metric: clean, floor: 1, floor: 0}", "number 1: 'floor' stands there twice (line 1)"),
    ],
)
def test_a_floor_that_can_t_be_read_does_not_load(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadGolden) as caught:
        floors(write(tmp_path, text))
    assert str(caught.value).startswith("gates.yaml")
    assert told in str(caught.value)


def test_the_floors_of_the_golden_list_name_figures_and_slices_that_there_are() -> None:
    names = {(suite_of(case), name) for case in load() for name in (ALL, case.language, *case.tags)}
    kept = floors()
    assert kept, "the golden list has floors"
    assert [own for own in kept if own.metric not in METRICS or (own.suite, own.slice) not in names] == []
    assert [own for own in kept if not 0 <= own.floor <= 1] == []
    assert len({(own.suite, own.metric, own.slice) for own in kept}) == len(kept)


# ---- known not to hold yet


def test_a_floor_of_a_slice_that_is_misspelt_is_told() -> None:
    assert breaches(run(0, 3), [floor(1.0, slice="chinese")])


def test_a_mean_at_its_floor_keeps_it() -> None:
    assert breaches(run(3, 3, scores={"facts": 0.7}), [floor(0.7, "facts")]) == []
