"""A run: its order, its repetitions, its twins, and how it is kept as JSON and compared with another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from agent.library import Library

from assistant.bootstrap import Advisor, build_advisor
from assistant.knowledge.passage import Language, SearchResult
from assistant.settings import Settings
from evals.cases import GOLDEN, AnyCase, RecommendationCase, SafetyCase, load, suite_of
from evals.figures import METRICS
from evals.result import Result, Trace
from evals.run import ALL, Run, about, compared, dumped, execute, loaded, slices, with_twins

OWN: dict[str, Any] = {"language": "en", "origin": "design", "author": "model", "date": "2026-11-28"}
NODE = "A single research group fine-tunes LLMs and wants one node."


class Torn(Library):
    """Breaks on one word, the first `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def search(self, query: str, *, language: Language, limit: int = 5) -> SearchResult:
        if "NVSwitch" in query and self.times:
            self.times -= 1
            raise RuntimeError("the page is torn")
        return super().search(query, language=language, limit=limit)


def safety(name: str, *turns: str, **told: Any) -> SafetyCase:
    return SafetyCase.model_validate({**OWN, "id": name, "kind": "leak", "turns": turns, **told})


def need(name: str, say: str, pair: str | None = None) -> RecommendationCase:
    return RecommendationCase.model_validate({**OWN, "id": name, "say": say, "pair": pair, "expect": {"series": "T"}})


def result(name: str = "a", passed: float = 1.0, **told: Any) -> Result:
    made: dict[str, Any] = {
        "suite": "safety",
        "language": "en",
        "tags": (),
        "pair": None,
        "failures": () if passed else ("it does not hold",),
        "trace": (),
        "seconds": 0.1,
    }
    scores = {"passed": passed, **told.pop("scores", {})}
    return Result(id=name, scores=scores, **{**made, **told})


def run(*results: Result) -> Run:
    return Run({"commit": "abc", "time": "now"}, results)


# ---- running


async def test_results_stand_in_the_order_of_the_cases(advisor: Advisor) -> None:
    cases: list[AnyCase] = [safety(f"case-{n}", *["Hello there", NODE][: 1 + n % 2]) for n in range(9)]
    seen: list[str] = []
    results = await execute(cases, advisor, step=lambda found: seen.append(found.id))
    assert [found.id for found in results] == [case.id for case in cases]
    assert sorted(seen) == sorted(case.id for case in cases), "each is told of once"


async def test_a_case_that_breaks_the_advisor_does_not_stop_the_run(tmp_path: Path) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Torn(times=99))
    cases = [safety("before", "Hello there"), safety("broken", "What is NVSwitch for?"), safety("after", NODE)]
    results = await execute(cases, advisor)
    advisor.close()
    assert {found.id: found.passed for found in results} == {"before": True, "broken": False, "after": True}


async def test_a_repeated_case_scores_the_mean_and_shows_the_worst(tmp_path: Path) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Torn(times=1))
    (found,) = await execute([safety("sometimes", "What is NVSwitch for?")], advisor, repeat=4)
    advisor.close()
    assert found.scores["passed"] == 0.75
    assert [failure for failure in found.failures if "the page is torn" in failure]


async def test_a_repeated_case_that_always_holds_scores_one(advisor: Advisor) -> None:
    (found,) = await execute([need("steady", NODE)], advisor, repeat=3)
    assert (found.scores["passed"], found.failures) == (1.0, ())


async def test_a_run_says_what_it_rests_on(advisor: Advisor) -> None:
    told = about(advisor, brain="builtin", repeat=3)
    assert (told["corpus"], told["embedder"]) == ("test-corpus", "shared-words")
    assert (told["brain"], told["repeat"]) == ("builtin", "3")
    assert set(told) == {
        *("commit", "rules", "corpus", "embedder", "program"),
        *("brain", "repeat", "python", "machine", "time"),
    }
    assert all(isinstance(value, str) and value for value in told.values())


# ---- twins


@pytest.mark.parametrize(
    ("outcomes", "agree"),
    [
        (["T:T4:firm", "T:T4:firm"], 1.0),
        (["T:T4:firm", "T:T8:firm"], 0.0),
        (["T:T4:firm", "T:T4:provisional"], 0.0),
        (["T:T4:firm", "-"], 0.0),
        (["-", "-"], 1.0),
        (["T:T4:firm", "T:T4:firm", "G:G2:firm"], 0.0),
        (["T:T4:firm", "", "T:T4:firm"], 1.0),
    ],
)
def test_a_pair_counts_once_and_agrees_when_all_decide_alike(outcomes: list[str], agree: float) -> None:
    found = with_twins(result(f"case-{n}", pair="p", outcome=own) for n, own in enumerate(outcomes))
    assert [one.scores.get("twin agreement") for one in found] == [agree, *[None] * (len(outcomes) - 1)]
    assert all(one.scores["passed"] == 1 for one in found), "the other scores stay"


def test_alone_there_is_no_twin() -> None:
    alone = [
        result("a", pair="p", outcome="T:T4:firm"),
        result("b", pair="q", outcome="T:T4:firm"),
        result("c", outcome="T:T4:firm"),
        result("d", outcome="T:T8:firm"),
        result("e", pair="p", outcome="T:T8:firm", suite="recommendation"),
        result("f", pair="q"),
    ]
    assert with_twins(alone) == tuple(alone)


async def test_twins_of_a_run_are_compared_by_what_was_decided(advisor: Advisor) -> None:
    cases = [
        need("one-en", NODE, "one"),
        need("two-en", NODE, "two"),
        need("one-zh", "单课题组做LLM微调，要一个节点。", "one"),
        need("two-zh", "您好", "two"),
    ]
    results = await execute(cases, advisor)
    assert [found.scores.get("twin agreement") for found in results] == [1.0, 0.0, None, None]


# ---- slices


def test_figures_are_by_suite_language_and_tag() -> None:
    found = slices(
        run(
            result("a", tags=("must", "leak"), scores={"clean": 1.0}),
            result("b", 0.0, language="zh", tags=("leak",)),
            result("c", suite="refusal"),
        )
    )
    shares = {(own.suite, own.name): (own.n, own.figures["passed"].value) for own in found}
    assert shares == {
        (ALL, ALL): (3, 2 / 3),
        ("safety", ALL): (2, 0.5),
        ("safety", "en"): (1, 1.0),
        ("safety", "zh"): (1, 0.0),
        ("safety", "leak"): (2, 0.5),
        ("safety", "must"): (1, 1.0),
        ("refusal", ALL): (1, 1.0),
        ("refusal", "en"): (1, 1.0),
    }
    clean = {(own.suite, own.name): own.figures["clean"].n for own in found if "clean" in own.figures}
    assert clean == dict.fromkeys([(ALL, ALL), *(("safety", name) for name in (ALL, "en", "leak", "must"))], 1)


def test_the_agreement_of_a_pair_is_of_no_language() -> None:
    own = result("a", language="zh", tags=("leak",), pair="p", scores={"twin agreement": 1.0})
    found = {(part.suite, part.name): set(part.figures) for part in slices(run(own, result("b", pair="p")))}
    assert found["safety", ALL] == found["safety", "leak"] == {"passed", "twin agreement"}
    assert found["safety", "zh"] == found["safety", "en"] == {"passed"}


def test_a_run_of_nothing_has_no_figures() -> None:
    (nothing,) = slices(run())
    assert (nothing.n, nothing.figures) == (0, {})


# ---- comparing


def test_cases_turn_worse_and_better_where_both_runs_hold_them() -> None:
    before = run(result("a"), result("b", 0.0), result("c"), result("d", 0.0), result("gone", 0.0))
    after = run(result("new", 0.0), result("d", 0.0), result("c"), result("b"), result("a", 0.0))
    change = compared(before, after)
    assert (change.turned_worse, change.turned_better) == (("a",), ("b",))
    assert (change.gone, change.added) == (("gone",), ("new",))
    difference = change.metrics["safety", "passed"]
    assert (difference.n, difference.better, difference.worse, difference.p) == (4, 1, 1, 1.0)


def test_every_metric_is_compared_within_its_suite() -> None:
    before = run(*(result(f"case-{n}", scores={"ndcg@10": 0.9}) for n in range(20)), result("other", suite="refusal"))
    after = run(*(result(f"case-{n}", scores={"ndcg@10": 0.4}) for n in range(20)), result("other", suite="refusal"))
    change = compared(before, after)
    assert set(change.metrics) == {("safety", "passed"), ("safety", "ndcg@10"), ("refusal", "passed")}
    assert change.metrics["safety", "ndcg@10"].value == pytest.approx(-0.5)
    assert change.metrics["safety", "ndcg@10"].sure
    assert not change.metrics["safety", "passed"].sure


def test_a_metric_that_only_one_run_has_is_no_change() -> None:
    change = compared(run(result("a", scores={"old": 1.0})), run(result("a", scores={"new": 0.0})))
    assert ("safety", "old") not in change.metrics
    assert change.metrics["safety", "new"].n == 0


def test_a_run_compared_with_itself_changes_nothing() -> None:
    same = run(result("a", scores={"facts": 0.4}), result("b", 0.0))
    change = compared(same, same)
    assert (change.turned_worse, change.turned_better) == ((), ())
    assert {(d.value, d.p) for d in change.metrics.values()} == {(0.0, 1.0)}


# ---- as JSON


async def test_a_run_as_json_scores_the_same_when_it_is_read_again(advisor: Advisor, tmp_path: Path) -> None:
    cases = [need("one-en", NODE, "one"), need("two-zh", "您好", "one"), safety("three", "Hello there")]
    made = Run(about(advisor, brain="builtin", repeat=1), await execute(cases, advisor))
    path = tmp_path / "run.json"
    path.write_text(dumped(made), encoding="utf-8")
    again = loaded(path)
    assert again.about == made.about
    assert [(r.id, r.scores, r.passed) for r in again.results] == [(r.id, r.scores, r.passed) for r in made.results]
    assert dumped(again) == dumped(made)
    change = compared(again, made)
    assert {d.value for d in change.metrics.values()} == {0.0}
    assert [own.figures for own in slices(again)] == [own.figures for own in slices(made)]
    assert "您好" in path.read_text(encoding="utf-8"), "a diff can be read"


def test_a_run_as_json_is_the_same_run_when_it_is_read_again(tmp_path: Path) -> None:
    made = run(
        result("a", tags=("must",), pair="p", outcome="T:T4:firm", products=("T4 / T4A", "open")),
        result("b", 0.0, failures=("缺少“<b>”", "x\n\ty"), language="zh", scores={"facts": 1 / 3}),
    )
    path = tmp_path / "run.json"
    path.write_text(dumped(made), encoding="utf-8")
    assert loaded(path) == made


def test_a_compact_run_scores_the_same_without_what_was_said(tmp_path: Path) -> None:
    turn = Trace("a message", "a reply", requirements={"users": 3})
    made = run(result("a", 0.0, trace=(turn,), exercised={"rules": ("W02",)}, outcome="T:T4:firm"))
    path = tmp_path / "run.json"
    path.write_text(dumped(made, compact=True), encoding="utf-8")
    assert loaded(path) == run(replace(made.results[0], trace=(), exercised={}))
    assert "a reply" not in path.read_text(encoding="utf-8")


def test_the_baseline_beside_the_cases_is_a_run_of_nothing_but_them() -> None:
    kept = loaded(GOLDEN / "baseline.json")
    cases = {case.id: case for case in load()}
    assert {own.id for own in kept.results} <= set(cases)
    assert [own.id for own in kept.results if own.suite != suite_of(cases[own.id])] == []
    assert {name for own in kept.results for name in own.scores} <= set(METRICS)


def test_a_part_of_a_run_is_what_would_have_been_asked_for() -> None:
    made = run(result("a-1"), result("a-2", suite="refusal"), result("b-1"), result("b-2", suite="knowledge"))
    assert [own.id for own in made.part(["safety", "refusal"]).results] == ["a-1", "a-2", "b-1"]
    assert [own.id for own in made.part(["safety", "refusal"], "a-").results] == ["a-1", "a-2"]


def test_a_case_is_found_by_its_id() -> None:
    made = run(result("a"), result("b", 0.0))
    assert made.result("b") == result("b", 0.0)
    assert made.result("c") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "3",
        "null",
        '"text"',
        "{}",
        '{"about": {}}',
        '{"results": []}',
        '{"about": {}, "results": 3}',
        '{"about": {}, "results": [3]}',
        '{"about": {}, "results": [{}]}',
        '{"about": {}, "results": [{"id": "a"}]}',
        json.dumps({"about": {}, "results": [{**json.loads(dumped(run(result())))["results"][0], "colour": "red"}]}),
        json.dumps({"about": {}, "results": [{**json.loads(dumped(run(result())))["results"][0], "trace": [{}]}]}),
        json.dumps({"about": {}, "results": [{**json.loads(dumped(run(result())))["results"][0], "trace": 3}]}),
        *(
            json.dumps({"about": {}, "results": [{**json.loads(dumped(run(result())))["results"][0], "scores": bad}]})
            for bad in ([0.5], {"passed": "1.0"}, {"passed": None}, {"passed": float("nan")}, 1.0)
        ),
        json.dumps({"about": {}, "results": json.loads(dumped(run(result())))["results"] * 2}),
        "[" * 100_000,
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_other_json_is_no_run(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"is no run of `advisor eval`"):
        loaded(path)


def test_a_run_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.json"):
        loaded(tmp_path / "none.json")


# ---- known not to hold yet


def test_a_trace_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    told = {"models": ("T4", "T4A"), "rules": ("W02",), "violations": (("figure", "48 GB"),), "error": "KeyError: z"}
    turn = Trace("x", "y", citations=("whitepaper 06: z",), series="T", **told)
    made = run(result(trace=(turn,), exercised={"rules": ("W02",)}))
    path = tmp_path / "run.json"
    path.write_text(dumped(made), encoding="utf-8")
    assert loaded(path) == made


def test_a_case_that_holds_only_sometimes_does_not_hold() -> None:
    assert not replace(result(), scores={"passed": 0.75}).passed


@pytest.mark.parametrize("text", ['{"about": null, "results": []}', '{"about": {}, "results": {}}'])
def test_json_of_another_shape_is_no_run(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="is no run"):
        loaded(path)
