"""The relevance floor on labelled questions that took no part in its fit."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.floor import WEIGHTS, Evidence, fitted, relevance
from assistant.knowledge.search import Knowledge, evidence, rank

SHARE = st.floats(0, 1)
EVIDENCE = st.builds(Evidence, SHARE, st.floats(0, 0.3), SHARE, SHARE, st.floats(-10, 50), st.floats(0, 20))


def _verdicts(knowledge: Knowledge, rows: list[dict[str, str]]) -> list[bool]:
    return [knowledge.search(question, limit=1).covered for row in rows for question in row.values()]


def test_held_out_questions_meet_the_documented_precision_and_recall(
    knowledge: Knowledge, labelled: dict[str, Any]
) -> None:
    part = labelled["held_out"]
    answered = _verdicts(knowledge, part["covered"] + part["absent"])
    refused = _verdicts(knowledge, part["uncovered"])
    hits, wrong = sum(answered), sum(refused)
    assert hits / (hits + wrong) >= 0.84
    assert hits / len(answered) >= 0.9


def test_there_are_enough_labelled_questions_in_both_languages(labelled: dict[str, Any]) -> None:
    rows = [row for part in labelled.values() for kind in part.values() for row in kind]
    assert len(rows) >= 60
    assert all(row.keys() and row.keys() <= {"zh", "en"} for row in rows)
    questions = [question for row in rows for question in row.values()]
    assert len(set(questions)) == len(questions) >= 300
    assert min(sum(language in row for row in rows) for language in ("zh", "en")) >= 150


def test_the_weights_are_those_of_the_fit(knowledge: Knowledge, labelled: dict[str, Any]) -> None:
    examples: list[tuple[Evidence, bool]] = []
    for kind, rows in labelled["fit"].items():
        for row in rows:
            for question in row.values():
                signals = knowledge.signals(question)
                examples.append((evidence(signals, rank(signals)[0]), kind != "uncovered"))
    again = fitted(examples)
    # A corpus that grows moves them; far apart means that the fit is due again.
    disagreements = 0
    for own, _ in examples:
        total = sum(w * v for w, v in zip(again, [*_values(own), 1.0], strict=True))
        disagreements += (total >= 0) != (relevance(own) >= 0.5)
    assert len(again) == len(WEIGHTS)
    assert disagreements <= 3


def _values(own: Evidence) -> list[float]:
    return [own.similarity, own.margin, own.coverage, own.match, min(own.score, 8.0), min(own.asked, 8.0)]


@given(EVIDENCE, st.floats(0, 0.1))
def test_more_of_any_measure_never_makes_a_passage_less_relevant(own: Evidence, more: float) -> None:
    before = relevance(own)
    assert 0 <= before <= 1
    for name in ("similarity", "margin", "coverage", "match", "score", "asked"):
        changed = Evidence(**{**vars(own), name: getattr(own, name) + more})
        assert relevance(changed) >= before - 1e-12
