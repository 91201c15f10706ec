"""Answers to the open question, as short as people give them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.answers import ordinal
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import FieldName, ModelSpec, Range


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("users", "四十", 40),
        ("users", "就十来个", 10),
        ("users", "大几十", Range(min=50, max=90)),
        ("users", "sorry, 40 not 20", 40),
        ("users", "还没定，估计二三十个", Range(min=20, max=30)),
        ("users", "not sure, maybe 30", 30),
        ("budget_cny", "三五十万吧", Range(min=300_000, max=500_000)),
        ("budget_cny", "两百来万", 2_000_000),
        ("budget_cny", "800000", 800_000),
        ("data_tb", "几百GB", Range(min=0.2, max=0.9)),
        ("concurrency", "50路左右", 50),
        ("models", "72", (ModelSpec(params_b=72),)),
        ("tax_included", "不含税", False),
        ("want_alternative", "都要", True),
        ("stamped_quote", "不用盖章", False),
        ("multi_node", "当然", True),
        ("multi_node", "not for now", False),
        ("rack_scale", "用不到", False),
        ("ops_included", "you handle it", True),
        ("sharing", "第一个", "single_group"),
        ("sharing", "the second one", "multi_group"),
        ("sharing", "最后一个", "college"),
        ("scale", "option 1", "pilot"),
        ("scale", "不小", "high_throughput"),
        ("organisation", "我们是蓝海动画的", "蓝海动画"),
        ("department", "研发部", "研发部"),
        ("software", "FooBar and BazQux", ("FooBar", "BazQux")),
        ("contact", "138 0013 8000", "138 0013 8000"),
    ],
)
def test_a_short_answer_is_understood(question: FieldName, text: str, value: Any) -> None:
    found = {update.field: update.value for update in understand(text, open_question=question).updates}
    assert found.get(question) == value


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("users", "later"),
        ("users", "it depends"),
        ("budget_cny", "还没批"),
        ("groups", "到时候再说"),
        ("data_tb", "没统计过"),
        ("scale", "you tell me"),
        ("organisation", "不方便说"),
        ("department", "没有"),
        ("delivery", "没有特殊要求"),
        ("software", "none"),
    ],
)
def test_a_question_is_passed_over(question: FieldName, text: str) -> None:
    meaning = understand(text, open_question=question)
    assert meaning.skipped
    assert meaning.updates == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("organisation", "谢谢"),
        ("organisation", "你是机器人吗"),
        ("organisation", "先看看方案再说"),
        ("organisation", "what is this for"),
        ("organisation", "给我推荐一款"),
        ("department", "let me think"),
        ("delivery", "我再想想"),
        ("delivery", "T8"),
        ("software", "你们推荐什么软件"),
        ("users", "13800138000"),
    ],
)
def test_small_talk_questions_and_other_things_fill_nothing(question: FieldName, text: str) -> None:
    assert question not in {update.field for update in understand(text, open_question=question).updates}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第2个", 2),
        ("first", 1),
        ("选项二", 2),
        ("那就第一种吧", 1),
        ("the last one please", -1),
        ("方案B", 2),
        ("后者", 2),
        ("第三季度", None),
        ("first of all", None),
        ("2", None),
    ],
)
def test_an_ordinal_picks_among_the_options(text: str, place: int | None) -> None:
    assert ordinal(text) == place
