"""Cases in YAML, one file for each table or theme: what a sales engineer would say, and what must come out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from assistant.rules.catalogue import GPU_CLASSES, PRODUCTS, GpuClass, Product, Series
from assistant.rules.decision import decide, next_question
from assistant.rules.facts import Concern
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.tables import table
from assistant.rules.trace import Change, Confidence, Decision, Tier

FOLDER = Path(__file__).parent
LEAST = 90


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expect(_Strict):
    """What must hold; a part that is not named is not checked. Lists under `not_…` must be absent.

    `out` is all that is ruled out, by rule; `because` are words of the reasons given.
    """

    series: Series | None = None
    models: list[Product] | None = None
    tier: Tier | None = None
    confidence: Confidence | None = None
    project_based: bool | None = None
    gpu_class: list[GpuClass] | None = None
    fired: list[str] = []
    not_fired: list[str] = []
    alternatives: list[list[Product]] = []
    no_alternatives: list[list[Product]] = []
    ruled_out: list[Product] = []
    not_ruled_out: list[Product] = []
    out: dict[str, list[Product]] | None = None
    because: list[str] = []
    not_because: list[str] = []
    risks: list[str] | None = None
    memory: str | None = None
    network: str | None = None
    storage: list[str] | None = None
    acceptance: int | None = None
    next_question: FieldName | None = None
    missing: list[FieldName] = []
    not_missing: list[FieldName] = []
    would_change: dict[FieldName, list[Product]] = {}


class Case(_Strict):
    name: str
    requirements: dict[str, Any] = {}
    concerns: list[Concern] = []
    skip: list[FieldName] = []
    expect: Expect


@cache
def cases() -> list[tuple[str, Case]]:
    return [
        (path.stem, Case.model_validate(row))
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def decision_of(case: Case) -> Decision:
    return decide(Requirements.model_validate(case.requirements), frozenset(case.concerns))


def _products(groups: Any) -> set[Product]:
    return {product for group in groups for product in group}


def _leads(changes: tuple[Change, ...], field: FieldName, models: list[Product]) -> bool:
    return any(change.field == field and list(change.to.models) == models for change in changes)


@pytest.mark.parametrize(("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in cases()])
def test_the_decision_is_what_the_case_says(file: str, case: Case) -> None:
    decision = decision_of(case)
    expect = case.expect
    for name in ("series", "tier", "confidence", "project_based"):
        if name in expect.model_fields_set:
            assert getattr(decision, name) == getattr(expect, name), name
    if expect.models is not None:
        assert list(decision.models) == expect.models
    if expect.gpu_class is not None:
        assert list(decision.gpu_class) == expect.gpu_class
    fired = {row.rule for row in decision.fired}
    assert set(expect.fired) <= fired
    assert not set(expect.not_fired) & fired
    offered = [list(option.models) for option in decision.alternatives]
    assert [models for models in expect.alternatives if models not in offered] == []
    assert [models for models in expect.no_alternatives if models in offered] == []
    out = _products(row.models for row in decision.ruled_out)
    assert set(expect.ruled_out) <= out
    assert not set(expect.not_ruled_out) & out
    if expect.out is not None:
        by_rule: dict[str, list[Product]] = {}
        for row in decision.ruled_out:
            by_rule.setdefault(row.rule, []).extend(row.models)
        assert by_rule == expect.out
    reasons = "\n".join(row.because.en for row in decision.fired)
    assert [words for words in expect.because if words not in reasons] == []
    assert [words for words in expect.not_because if words in reasons] == []
    if expect.risks is not None:
        assert [risk.id for risk in decision.risks] == expect.risks
    if expect.memory is not None:
        assert decision.memory is not None
        assert expect.memory in decision.memory.text.en
    if expect.network is not None:
        assert decision.network is not None
        assert expect.network in decision.network.text.en
    if expect.storage is not None:
        assert [layer.rule for layer in decision.storage] == expect.storage
    if expect.acceptance is not None:
        assert len(decision.acceptance) == expect.acceptance
    assert set(expect.missing) <= set(decision.missing)
    assert not set(expect.not_missing) & set(decision.missing)
    for field, models in expect.would_change.items():
        assert _leads(decision.would_change, field, models), (field, models)
    if "next_question" in expect.model_fields_set:
        asked = next_question(Requirements.model_validate(case.requirements), frozenset(case.skip))
        assert asked == expect.next_question


def test_there_are_enough_cases_and_each_name_is_used_once() -> None:
    names = [case.name for _, case in cases()]
    assert len(names) >= LEAST
    assert len(set(names)) == len(names)


def test_every_product_and_gpu_class_is_recommended_or_offered_in_some_case() -> None:
    decisions = [decision_of(case) for _, case in cases()]
    assert _products(d.models for d in decisions) == set(PRODUCTS)
    assert {name for d in decisions for name in d.gpu_class} == set(GPU_CLASSES)


@pytest.mark.parametrize(
    "name", ["workloads", "series", "tiers", "adjustments", "gpu_classes", "provisions", "risks", "exclusions"]
)
def test_every_row_takes_part_in_some_case(name: str) -> None:
    told: set[tuple[str, str]] = set()
    for _, case in cases():
        decision = decision_of(case)
        told |= {(row.rule, row.because.en) for row in (*decision.fired, *decision.ruled_out)}
    assert [(rule.id, rule.because.en) for rule in table(name).rules if (rule.id, rule.because.en) not in told] == []
