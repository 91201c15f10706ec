"""Cases in YAML, one file for each table or theme: what a sales engineer would say, and what must come out."""

from __future__ import annotations

import pytest

from assistant.dialogue.language import Language
from assistant.rules.catalogue import GPU_CLASSES, PRODUCTS

from .cases import Case, cases, decision_of, decision_of_words, failures, products

LEAST = 340
LEAST_SPOKEN = 95


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{file}: {case.name}") for file, case in cases()])
def test_the_decision_is_what_the_case_says(case: Case) -> None:
    assert list(failures(case)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", [pytest.param(c, id=f"{f}: {c.name}") for f, c in cases() if c.says])
def test_a_buyers_words_lead_to_the_decision_of_the_case_in_both_languages(case: Case, language: Language) -> None:
    assert case.says
    assert decision_of_words(getattr(case.says, language)) == decision_of(case)


def test_there_are_enough_cases_and_each_name_is_used_once() -> None:
    names = [case.name for _, case in cases()]
    assert len(names) >= LEAST
    assert len(set(names)) == len(names)
    assert sum(case.says is not None for _, case in cases()) >= LEAST_SPOKEN


def test_every_case_names_a_rule() -> None:
    assert [case.name for _, case in cases() if not case.cited] == []


def test_every_product_and_gpu_class_is_recommended_or_offered_in_some_case() -> None:
    decisions = [decision_of(case) for _, case in cases()]
    assert products(d.models for d in decisions) == set(PRODUCTS)
    assert {name for d in decisions for name in d.gpu_class} == set(GPU_CLASSES)
