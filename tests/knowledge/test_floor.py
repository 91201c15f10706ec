"""The relevance floor on labelled questions that took no part in its fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.encoder import BundledEncoder
from assistant.knowledge.floor import ANY, BUNDLED, Evidence, Floor, fitted, floor_for
from assistant.knowledge.search import Knowledge, evidence, rank

SHARE = st.floats(0, 1)
STANDING = st.floats(-3, 20)
EVIDENCE = st.builds(Evidence, SHARE, st.floats(0, 0.3), SHARE, SHARE, st.floats(-10, 50), st.floats(0, 20), STANDING)


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


@pytest.fixture(scope="module")
def evidences(knowledge: Knowledge, labelled: dict[str, Any]) -> dict[str, list[tuple[Evidence, bool]]]:
    """By part of the labelled questions, what speaks for each one's best passage, and whether the corpus answers it."""
    found: dict[str, list[tuple[Evidence, bool]]] = {}
    for part, kinds in labelled.items():
        for kind, rows in kinds.items():
            for question in (question for row in rows for question in row.values()):
                signals = knowledge.signals(question)
                found.setdefault(part, []).append((evidence(signals, rank(signals)[0]), kind != "uncovered"))
    return found


@pytest.mark.parametrize("floor", [BUNDLED, ANY])
def test_the_weights_are_those_of_the_fit(floor: Floor, evidences: dict[str, list[tuple[Evidence, bool]]]) -> None:
    again = fitted(evidences["fit"], floor.measures)
    assert len(again) == len(floor.weights)
    # A corpus that grows moves them; far apart means that the fit is due again.
    disagreements = sum(
        (Floor(floor.measures, again).relevance(own) >= 0.5) != (floor.relevance(own) >= 0.5)
        for own, _ in evidences["fit"]
    )
    assert disagreements <= 3


def test_without_the_models_own_similarities_the_floor_is_worse_but_still_one(
    evidences: dict[str, list[tuple[Evidence, bool]]],
) -> None:
    verdicts = [(ANY.relevance(own) >= ANY.at, covered) for own, covered in evidences["held_out"]]
    hits = sum(found and covered for found, covered in verdicts)
    assert hits / sum(found for found, _ in verdicts) >= 0.8
    assert hits / sum(covered for _, covered in verdicts) >= 0.84


def test_only_the_bundled_model_is_judged_by_its_own_similarities() -> None:
    assert floor_for(BundledEncoder().id) is BUNDLED
    assert floor_for("own/multilingual-e5-small@1234") is ANY
    assert ANY.relevance(Evidence(similarity=0.9, margin=0.2)) == ANY.relevance(Evidence())
    assert BUNDLED.relevance(Evidence(standing=9.0)) == BUNDLED.relevance(Evidence())


@given(EVIDENCE, st.floats(0, 0.1), st.sampled_from([BUNDLED, ANY]))
def test_more_of_any_measure_never_makes_a_passage_less_relevant(own: Evidence, more: float, floor: Floor) -> None:
    before = floor.relevance(own)
    assert 0 <= before <= 1
    for name in vars(own):
        changed = Evidence(**{**vars(own), name: getattr(own, name) + more})
        assert floor.relevance(changed) >= before - 1e-12
