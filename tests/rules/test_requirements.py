"""The checklist as a type: which values it takes, which it refuses, and what "known" means."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from assistant.rules.facts import (
    cluster,
    contradictory,
    facts_of,
    million,
    share_of,
    sharing_alone,
    small_finetune,
    work_of,
)
from assistant.rules.requirements import FIELD_NAMES, Range, Requirements, bounds


def given(**fields: Any) -> Requirements:
    return Requirements.model_validate(fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workloads", [{"kind": "inference", "share": 0}]),
        ("workloads", [{"kind": "inference", "share": 100}]),
        ("models", [{"name": "Qwen"}]),
        ("models", [{"params_b": 0.5, "quantisation": "int4", "context": 131072}]),
        ("users", 0),
        ("users", {"min": 3, "max": 3}),
        ("users", {"max": 20}),
        ("groups", {"min": 2}),
        ("data_tb", 0.5),
        ("budget_cny", {"min": 1_000_000, "max": 9_999_999}),
        ("facility", {"rack_power_kw": 8, "cooling": "liquid"}),
        ("purchase_by", {"from": "2027-01-01", "to": "2027-03-31"}),
        ("purchase_by", {"to": "2027-03-31"}),
        ("multi_node", False),
        ("software", ["vLLM", "PyTorch"]),
        ("delivery", "x" * 400),
    ],
)
def test_a_good_value_is_taken_and_known(field: str, value: Any) -> None:
    requirements = given(**{field: value})
    assert requirements.known(field)  # type: ignore[arg-type]
    assert requirements.stated(field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workloads", [{"kind": "mining"}]),
        ("workloads", [{"kind": "inference", "share": 101}]),
        ("workloads", [{"kind": "inference", "share": -1}]),
        ("workloads", [{"kind": "inference", "weight": 1}]),
        ("workloads", "inference"),
        ("models", [{"params_b": 0}]),
        ("models", [{"params_b": -7}]),
        ("models", [{"name": "x" * 81}]),
        ("models", [{"context": 0}]),
        ("users", -1),
        ("users", 2.5),
        ("users", "many"),
        ("users", 10**10),
        ("users", {}),
        ("users", {"min": 9, "max": 3}),
        ("users", {"min": -1}),
        ("groups", -2),
        ("data_tb", float("nan")),
        ("data_tb", float("inf")),
        ("data_tb", -0.1),
        ("budget_cny", 1e16),
        ("budget_cny", {"min": float("nan")}),
        ("budget_cny", {"low": 3}),
        ("sharing", "everybody"),
        ("scale", "huge"),
        ("interconnect", "NVLink"),
        ("facility", {"cooling": "oil"}),
        ("facility", {"rack_power_kw": -1}),
        ("facility", {"colour": "red"}),
        ("purchase_by", {"from": "next month"}),
        ("purchase_by", {"from": "2027-1-1"}),
        ("delivery", "x" * 401),
        ("software", "vLLM"),
        ("inferred", ["colour"]),
        ("colour", "red"),
    ],
)
def test_a_bad_value_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        given(**{field: value})


def test_nothing_is_known_at_first() -> None:
    assert [field for field in FIELD_NAMES if Requirements().known(field)] == []


def test_an_empty_list_is_not_known() -> None:
    assert not given(workloads=[]).known("workloads")
    assert not given(software=[]).known("software")


@pytest.mark.parametrize(
    ("field", "value"), [("multi_node", False), ("users", 0), ("data_tb", 0), ("tax_included", False)]
)
def test_no_and_zero_are_known_values(field: Any, value: Any) -> None:
    assert given(**{field: value}).known(field)


def test_an_inferred_value_is_known_but_not_stated() -> None:
    requirements = given(sharing="single_group", inferred=["sharing"])
    assert requirements.known("sharing")
    assert not requirements.stated("sharing")


def test_requirements_can_not_be_changed_in_place_and_a_copy_is_checked() -> None:
    requirements = given(users=5)
    with pytest.raises(ValidationError):
        requirements.users = 6
    assert requirements.replace(users=6).users == 6
    assert requirements.users == 5
    with pytest.raises(ValidationError):
        requirements.replace(users=-1)


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        (None, (None, None)),
        (5, (5, 5)),
        (Range(min=2), (2, None)),
        (Range(max=9), (None, 9)),
        (Range(min=2, max=9), (2, 9)),
    ],
)
def test_bounds_are_both_ends_of_a_figure(value: Any, ends: Any) -> None:
    assert bounds(value) == ends


# ---- the facts that the tables read


@pytest.mark.parametrize(
    ("fields", "work"),
    [
        ({}, "none"),
        ({"workloads": [{"kind": "storage"}]}, "none"),
        ({"workloads": [{"kind": "cae"}]}, "g"),
        ({"workloads": [{"kind": "cae"}, {"kind": "storage"}]}, "g"),
        ({"workloads": [{"kind": "finetune"}]}, "t"),
        ({"workloads": [{"kind": "vision"}, {"kind": "multimodal"}]}, "t"),
        ({"workloads": [{"kind": "vision"}]}, "vision_alone"),
        ({"workloads": [{"kind": "science"}]}, "science"),
        ({"workloads": [{"kind": "science"}, {"kind": "training"}]}, "t"),
        ({"workloads": [{"kind": "vision"}, {"kind": "inference"}]}, "visual_serving"),
        ({"workloads": [{"kind": "vision"}, {"kind": "multimodal"}, {"kind": "api_service"}]}, "visual_serving"),
        ({"workloads": [{"kind": "vision"}, {"kind": "rendering"}]}, "mixed"),
        ({"workloads": [{"kind": "inference", "primary": True}, {"kind": "finetune"}]}, "small_finetune"),
        ({"workloads": [{"kind": "inference"}, {"kind": "finetune", "share": 5}]}, "small_finetune"),
        ({"workloads": [{"kind": "inference"}, {"kind": "finetune"}]}, "mixed"),
        ({"groups": 2}, "t"),
        ({"groups": 1}, "none"),
        ({"sharing": "department"}, "none"),
        ({"workloads": [{"kind": "backup"}], "multi_node": True}, "none"),
    ],
)
def test_the_work_as_a_whole(fields: dict[str, Any], work: str) -> None:
    assert work_of(given(**fields)) == work


@pytest.mark.parametrize(
    ("fields", "share"),
    [
        ({}, "unknown"),
        ({"users": 4000}, "unknown"),
        ({"groups": 0}, "unknown"),
        ({"groups": 1}, "one_group"),
        ({"groups": 2}, "several_groups"),
        ({"groups": {"min": 1, "max": 2}}, "unknown"),
        ({"groups": {"min": 2, "max": 9}}, "several_groups"),
        ({"groups": {"max": 2}}, "unknown"),
        ({"groups": 5, "sharing": "college"}, "college"),
        ({"groups": 5, "sharing": "department"}, "department"),
        ({"sharing": "company"}, "company"),
        ({"sharing": "multi_group"}, "several_groups"),
        ({"sharing": "single_group"}, "one_group"),
    ],
)
def test_who_shares_it(fields: dict[str, Any], share: str) -> None:
    assert share_of(given(**fields)) == share


@pytest.mark.parametrize(
    ("budget", "clear"),
    [
        (None, False),
        (999_999, False),
        (999_999.99, False),
        (1_000_000, True),
        ({"min": 1_000_000, "max": 1_000_000}, True),
        ({"min": 999_999, "max": 5_000_000}, False),
        ({"max": 50_000_000}, False),
        ({"min": 1_000_000}, True),
    ],
)
def test_a_million_is_clear_only_when_the_lower_end_reaches_it(budget: Any, clear: bool) -> None:
    assert million(given(budget_cny=budget)) is clear


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, False),
        ({"multi_node": False, "rack_scale": False, "interconnect": "standard"}, False),
        ({"multi_node": True}, True),
        ({"rack_scale": True}, True),
        ({"interconnect": "high"}, True),
        ({"multi_node": False, "interconnect": "high"}, True),
    ],
)
def test_a_cluster_must_be_asked_for(fields: dict[str, Any], asked: bool) -> None:
    assert cluster(given(**fields)) is asked


@pytest.mark.parametrize(
    ("fields", "clash"),
    [
        ({}, False),
        ({"sharing": "single_group", "groups": 2}, True),
        ({"sharing": "single_group", "groups": {"max": 3}}, False),
        ({"sharing": "multi_group", "groups": 1}, True),
        ({"sharing": "multi_group", "groups": {"max": 1}}, True),
        ({"sharing": "multi_group", "groups": {"min": 1, "max": 4}}, False),
        ({"rack_scale": True, "multi_node": False}, True),
        ({"rack_scale": True, "multi_node": True}, False),
        ({"rack_scale": False, "multi_node": True}, False),
    ],
)
def test_a_contradiction_needs_two_statements_that_exclude_each_other(fields: dict[str, Any], clash: bool) -> None:
    assert bool(contradictory(given(**fields))) is clash


@pytest.mark.parametrize(
    ("shares", "small"), [((30,), True), ((30.5,), False), ((15, 15), True), ((20, 11), False), ((0,), True)]
)
def test_shares_of_fine_tuning_add_up(shares: tuple[float, ...], small: bool) -> None:
    tuning = [{"kind": "finetune", "share": share} for share in shares]
    assert small_finetune(given(workloads=[{"kind": "rag"}, *tuning])) is small


def test_sharing_counts_by_itself_only_while_no_work_is_named() -> None:
    assert sharing_alone(given(sharing="college"))
    assert not sharing_alone(given(sharing="college", workloads=[{"kind": "backup"}]))
    assert not sharing_alone(given(sharing="college", workloads=[{"kind": "rendering"}]))
    assert not sharing_alone(given(sharing="company"))


def test_a_million_needs_research_beside_it() -> None:
    rich = given(budget_cny=9_000_000, workloads=[{"kind": "rendering"}])
    assert facts_of(rich)["million_research"] is False
    assert facts_of(rich.replace(workloads=[{"kind": "science"}]))["million_research"] is True
