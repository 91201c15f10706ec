"""The tools of a turn, called as a planner calls them."""

from __future__ import annotations

import pytest

from agent.library import Library
from assistant.agent.planner import BuiltinPlanner
from assistant.agent.tools import Tools
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand

COVERED, FOREIGN = "4 GPU 训练的内存从多少评估？", "明天上海下雨吗"


def test_other_words_for_a_question_are_looked_up_where_its_own_find_nothing() -> None:
    tools = Tools(Library())
    plain, found = tools.search(FOREIGN, "zh"), tools.search(COVERED, "zh")
    assert (plain.covered, found.covered) == (False, True)
    assert tools.search(FOREIGN, "zh", otherwise=COVERED) == found
    assert tools.search(FOREIGN, "zh", otherwise=FOREIGN) == plain


@pytest.mark.parametrize("otherwise", ["48GB 适合什么场景", FOREIGN, "", None])
def test_they_change_nothing_where_its_own_words_find_the_answer(otherwise: str | None) -> None:
    tools = Tools(Library())
    assert tools.search(COVERED, "zh", otherwise=otherwise) == tools.search(COVERED, "zh")


def test_a_plan_without_a_model_has_no_other_words() -> None:
    calls = BuiltinPlanner().plan(understand(COVERED), DialogueState())
    assert [call.name for call in calls] == ["search"]
    assert "otherwise" not in calls[0].arguments
