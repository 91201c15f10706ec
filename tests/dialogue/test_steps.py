"""Figures said relative to what they were."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import FieldName


def after(*messages: str) -> dict[FieldName, Any]:
    state = DialogueState()
    for message in messages:
        state, _ = reduce(state, understand(message, recent=state.recent))
    return {name: slot.value for name, slot in state.slots.items()}


@pytest.mark.parametrize(
    ("before", "message", "field", "value"),
    [
        ("30人用", "再加10个人", "users", 40),
        ("30 users", "add 10 more people", "users", 40),
        ("30 users", "another 5 people joined", "users", 35),
        ("30人用", "少了5个人", "users", 25),
        ("三个课题组共用", "又少了一个组", "groups", 2),
        ("30人用", "人数翻倍", "users", 60),
        ("30 users", "double the number of users", "users", 60),
        ("预算200万", "预算砍一半", "budget_cny", 1_000_000),
        ("20到30人用", "再加10个人", "users", {"min": 30, "max": 40}),
        ("20到30人用", "人数翻倍", "users", {"min": 40, "max": 60}),
    ],
)
def test_a_step_moves_what_was_said(before: str, message: str, field: FieldName, value: Any) -> None:
    assert after(before, message)[field] == value


@pytest.mark.parametrize(
    ("message", "value"), [("再加10个人", 10), ("30个学生，再加5个老师", 35), ("add 10 more people", 10)]
)
def test_a_step_from_nothing_is_the_figure(message: str, value: int) -> None:
    assert after(message)["users"] == value


@pytest.mark.parametrize("message", ["half of our users work abroad", "twice as many users as last year?", "人数翻倍"])
def test_a_multiple_of_nothing_or_of_something_else_moves_nothing(message: str) -> None:
    assert after("数据40T", message) == {"data_tb": 40}


def test_no_step_leads_below_nothing() -> None:
    assert "users" not in after("3人用", "少了5个人")
