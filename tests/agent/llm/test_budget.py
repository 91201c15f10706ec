"""Tokens of a day: both budgets stop hard, apart for each visitor, and nothing is taken where nothing is spent."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.agent.llm.budget import Budget, estimated


def test_a_visitor_may_spend_exactly_the_budget_and_not_a_token_more() -> None:
    budget = Budget(visitor=100, total=1000)
    assert budget.reserve("a", 60)
    assert budget.reserve("a", 40)
    assert not budget.reserve("a", 1)
    assert budget.left("a") == (0, 900)


def test_one_visitor_spends_nothing_of_another() -> None:
    budget = Budget(visitor=100, total=1000)
    assert budget.reserve("a", 100)
    assert budget.reserve("b", 100)
    assert budget.left("c") == (100, 800)


def test_all_together_may_not_spend_more_than_the_total() -> None:
    budget = Budget(visitor=100, total=150)
    assert budget.reserve("a", 100)
    assert not budget.reserve("b", 51)
    assert budget.reserve("b", 50)
    assert not budget.reserve("c", 1)


@pytest.mark.parametrize(("visitor", "total"), [(100, 1000), (1000, 100)])
def test_what_is_refused_costs_nothing(visitor: int, total: int) -> None:
    budget = Budget(visitor=visitor, total=total)
    before = budget.left("a")
    assert not budget.reserve("a", 101)
    assert budget.left("a") == before
    assert budget.reserve("a", 100)


@pytest.mark.parametrize(("visitor", "total"), [(0, 1000), (1000, 0), (0, 0)])
def test_a_budget_of_nothing_allows_nothing(visitor: int, total: int) -> None:
    assert not Budget(visitor=visitor, total=total).reserve("a", 1)


def test_many_at_once_do_not_overdraw() -> None:
    budget = Budget(visitor=1000, total=50)
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda n: budget.reserve(f"v{n % 4}", 10), range(100)))
    assert sum(granted) <= 5


def test_the_total_is_spent_from_the_first_call_that_it_does_not_allow_to_the_end_of_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    budget = Budget(visitor=100, total=150)
    assert budget.reserve("a", 100)
    assert not budget.reserve("a", 10)
    # It was the visitor's own that was spent.
    assert not budget.spent
    assert not budget.reserve("b", 51)
    assert budget.spent
    assert budget.reserve("b", 50)
    now += 86_000
    assert budget.spent
    now += 401
    assert not budget.spent
    assert budget.reserve("a", 100)


@pytest.mark.parametrize("total", [0, 10])
def test_a_total_that_is_too_small_for_any_call_is_spent_at_the_first(total: int) -> None:
    budget = Budget(visitor=100, total=total)
    assert not budget.spent
    assert not budget.reserve("a", 11)
    assert budget.spent


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 60)), max_size=30))
def test_no_order_of_calls_overdraws_either_budget(calls: list[tuple[str, int]]) -> None:
    budget = Budget(visitor=100, total=200)
    spent: dict[str, int] = {}
    for visitor, tokens in calls:
        fits = spent.get(visitor, 0) + tokens <= 100 and sum(spent.values()) + tokens <= 200
        assert budget.reserve(visitor, tokens) is fits
        spent[visitor] = spent.get(visitor, 0) + tokens * fits


@pytest.mark.parametrize(
    ("text", "at_least", "at_most"),
    [("", 1, 1), ("显存要多大", 5, 8), ("how much memory do we need", 6, 12), ("x" * 3000, 750, 1100)],
)
def test_an_estimate_is_rather_too_many_and_not_by_far(text: str, at_least: int, at_most: int) -> None:
    assert at_least <= estimated(text) <= at_most
