"""The test of the tests: a small wrong in any row of any table makes a case fail, or changes no decision at all."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements

from .cases import cases, failures
from .coverage import decision_tables
from .domain import points
from .mutants import Kind, Mutant, affected, equivalent, judged, mutants, summary, swapped


def _dropped(name: str, rule: str) -> Mutant:
    return next(m for m in mutants(name) if m.kind == "drop" and f" {rule} " in str(m))


def test_every_case_holds_before_anything_is_changed() -> None:
    assert [case.name for _, case in cases() if list(failures(case))] == []


@pytest.mark.parametrize("name", decision_tables())
def test_no_wrong_in_a_table_goes_unnoticed(name: str) -> None:
    assert [str(mutant) for mutant, verdict in judged(name) if verdict == "survived"] == []


@pytest.mark.parametrize("name", decision_tables())
def test_no_row_can_be_dropped_without_a_case_failing(name: str) -> None:
    assert [str(mutant) for mutant, verdict in judged(name) if mutant.kind == "drop" and verdict != "killed"] == []


@pytest.mark.parametrize("name", decision_tables())
def test_no_other_line_series_class_slot_or_risk_goes_unnoticed(name: str) -> None:
    # Confidence and alternatives may be given by another row too, and S / SF is added wherever storage is asked for.
    told = ("confidence", "alternatives", "models ('S',)", "models ('SF',)")
    assert [
        str(mutant)
        for mutant, verdict in judged(name)
        if mutant.kind == "outcome" and verdict != "killed" and not mutant.what.startswith(told)
    ] == []


@pytest.mark.parametrize("name", decision_tables())
def test_every_row_has_wrongs_of_every_kind(name: str) -> None:
    found: dict[int, set[str]] = {}
    for mutant, _ in judged(name):
        found.setdefault(mutant.row, set()).add(mutant.kind)
    # An addition whose only use is to be told has no outcome that could be another.
    needed = set(get_args(Kind)) - ({"outcome"} if name == "adjustments" else set())
    assert {row: kinds for row, kinds in found.items() if not needed <= kinds} == {}


def test_a_swapped_table_is_what_the_rules_read_and_only_for_a_while() -> None:
    known = Requirements.model_validate({"workloads": [{"kind": "inference"}], "scale": "pilot"})
    before = decide(known)
    wrong = next(m for m in mutants("series") if m.kind == "outcome" and "W01" in str(m) and m.what == "series T")
    with swapped(wrong):
        assert decide(known).series == "T"
    assert decide(known) == before


def test_a_wrong_family_is_read_while_it_is_swapped() -> None:
    known = Requirements.model_validate({"workloads": [{"kind": "cae"}]})
    wrong = next(m for m in mutants("workloads") if m.row == 6 and m.what == "family t")
    with swapped(wrong):
        assert decide(known).series == "T"
    assert decide(known).series == "G"


@pytest.mark.parametrize(("name", "rule"), [("series", "W01"), ("tiers", "W08"), ("exclusions", "W05")])
def test_a_wrong_that_matters_is_never_called_equivalent(name: str, rule: str) -> None:
    wrong = _dropped(name, rule)
    assert not equivalent(wrong, affected(wrong))


def test_the_proof_stands_on_every_series_and_on_many_facts() -> None:
    assert {point.facts["series"] for point in points()} == {"G", "T", "S", "none"}
    assert len({tuple(point.facts.items()) for point in points()}) > 5_000


def test_the_summary_counts_every_table_and_kind() -> None:
    lines = summary().splitlines()[2:]
    assert len(lines) == len(decision_tables()) * len(get_args(Kind))
    assert all(line.endswith("| 0 |") for line in lines)
