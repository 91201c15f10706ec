"""The time of a turn's calls: one limit for all, a part of it for reading, and an end to it where a model hangs."""

from __future__ import annotations

import time

import pytest

from assistant.agent.llm.caller import Caller


def test_a_caller_has_all_the_time_unless_it_is_told_otherwise() -> None:
    with Caller("v").reading() as reader:
        assert reader.left() > 1e9


def test_reading_has_its_part_and_writing_the_rest() -> None:
    caller = Caller.within(100, "v", 5)
    with caller.reading() as reader:
        assert reader.visitor == "v"
        assert 4 < reader.left() <= 5
    assert 99 < caller.left() <= 100


def test_reading_never_has_more_than_the_turn() -> None:
    with Caller.within(3, "v", 50).reading() as reader:
        assert reader.left() <= 3


def test_what_is_read_and_looked_up_shares_one_part_and_what_is_between_costs_nothing_of_it() -> None:
    caller = Caller.within(100, "v", 5)
    with caller.reading():
        time.sleep(0.05)
    spent = 5 - caller.reading_s
    assert 0.05 <= spent < 4
    time.sleep(0.05)
    assert 5 - caller.reading_s == spent
    with caller.reading() as looking:
        assert looking.left() <= 5 - spent


def test_a_reading_that_failed_took_its_time_as_well() -> None:
    caller = Caller.within(100, "v", 5)
    with pytest.raises(LookupError), caller.reading():
        raise LookupError
    assert caller.reading_s < 5


def test_who_gives_up_has_no_time_left() -> None:
    caller = Caller.within(100, "v", 5)
    caller.give_up()
    assert caller.left() < 0
    with caller.reading() as reader:
        assert reader.left() < 0
