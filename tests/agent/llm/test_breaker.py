"""A circuit breaker by a clock that the test turns."""

from __future__ import annotations

import pytest

from assistant.agent.llm.breaker import Breaker


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(threshold=3, rest_s=30, clock=clock)
    for _ in range(3):
        assert breaker.allow()
        breaker.failed()
    return breaker


def test_calls_are_let_through_until_the_failure_that_is_one_too_many() -> None:
    breaker = Breaker(threshold=3, clock=Clock())
    for _ in range(2):
        breaker.failed()
    assert breaker.allow()
    assert not breaker.open
    breaker.failed()
    assert not breaker.allow()
    assert breaker.open


def test_only_failures_in_a_row_open_it() -> None:
    breaker = Breaker(threshold=3, clock=Clock())
    for _ in range(10):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert not breaker.open


@pytest.mark.parametrize(("seconds", "allowed"), [(0, False), (29.9, False), (30, True), (3600, True)])
def test_it_rests_as_long_as_it_is_told_to(seconds: float, allowed: bool) -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += seconds
    assert breaker.allow() is allowed


def test_after_the_rest_one_caller_tries_and_the_others_do_without() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 31
    assert [breaker.allow() for _ in range(5)] == [True, False, False, False, False]


def test_a_trial_that_goes_well_closes_it_for_all() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 31
    breaker.allow()
    breaker.succeeded()
    assert not breaker.open
    assert all(breaker.allow() for _ in range(5))


def test_a_single_trial_that_fails_makes_it_rest_as_long_again() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 31
    breaker.allow()
    breaker.failed()
    clock.now += 29
    assert not breaker.allow()
    clock.now += 1
    assert breaker.allow()


def test_a_trial_that_was_given_up_lets_another_try_at_once() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 31
    assert breaker.allow()
    breaker.abandoned()
    assert breaker.open
    assert breaker.allow()


def test_what_was_given_up_counts_as_no_failure() -> None:
    breaker = Breaker(threshold=1, clock=Clock())
    for _ in range(5):
        assert breaker.allow()
        breaker.abandoned()
    assert not breaker.open
