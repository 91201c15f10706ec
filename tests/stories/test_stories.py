"""Every conversation in the YAML files beside this test goes as told."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from agent.library import Library

from assistant.bootstrap import build_advisor
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from assistant.settings import Settings
from evals.player import own_sentences, play
from evals.story import OPEN, Story, StoryClass, stories

FOLDER = Path(__file__).parent
LEAST = 130
LEAST_OF_A_CLASS = 5


@cache
def library() -> Library:
    return Library()


def _cases() -> list[object]:
    return [
        pytest.param(
            story,
            id=f"{story.kind}: {story.name}",
            # A story known to fail must still fail; once it holds, its `fails` is to be taken out.
            marks=[pytest.mark.xfail(reason=story.fails, strict=True)] if story.fails else [],
        )
        for story in stories(FOLDER)
    ]


@pytest.mark.parametrize("story", _cases())
async def test_the_conversation_goes_as_told(story: Story, tmp_path: Path) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=library())
    results = await play(story, advisor)
    advisor.close()
    told = [
        f"turn {number}, {result.turn.words}: {failure}\n    {result.reply.reply if result.reply else ''}"
        for number, result in enumerate(results, 1)
        for failure in result.failures
    ]
    assert not told, "\n".join(told)


def test_there_are_enough_stories_of_each_class_and_each_name_is_used_once() -> None:
    told = stories(FOLDER)
    assert len(told) >= LEAST
    assert len({story.name for story in told}) == len(told)
    counts = Counter(story.kind for story in told)
    assert {kind: counts[kind] for kind in get_args(StoryClass) if counts[kind] < LEAST_OF_A_CLASS} == {}


def test_a_language_is_what_is_spoken() -> None:
    for story in stories(FOLDER):
        said = [turn.say for turn in story.turns if turn.say]
        if story.language == "en":
            assert not re.search(r"[\u3400-\u9fff]", "".join(said)), story.name
        if story.language == "mixed":
            assert re.search(r"[\u3400-\u9fff]", "".join(said)), story.name
            assert re.search(r"[a-z]{2}", "".join(said)), story.name


def test_what_a_story_expects_is_what_the_rules_decide_from_its_true_state() -> None:
    for story in stories(FOLDER):
        for turn, state in zip(story.turns, story.states(), strict=True):
            known = {name: value for name, value in state.items() if value != OPEN}
            decision = decide(Requirements.model_validate(known))
            where = f"{story.name}: {turn.words}"
            assert turn.models in (None, list(decision.models)), where
            assert turn.series in (None, decision.series), where


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("好的，人数改为 40 人（原为 20 人）。", {"好的，人数改为 40 人（原为 20 人）。"}),
        ("- 单课题组优先 T4 / T4A，学院级优先 T8 [1]", set()),
        ("白皮书写道“单课题组或实验室节点优先 T4 / T4A”。", set()),
        ("可能改变推荐的，还差：模型。", set()),
        ("回到刚才的问题：使用人数估计是多少？", {"回到刚才的问题：使用人数估计是多少？"}),
        ("具体档位还取决于下面的这些条件：", {"具体档位还取决于下面的这些条件："}),
        ("电话：400-965-8299，邮箱 sales@yrtserver.com", set()),
        ("- 人数：20 人，预算：150 万元", set()),
        ("- 专业图形随渲染归 G 系列，待人工确认（我们的判断，白皮书未说明）", set()),
        ("I recommend **T4 / T4A** for this. Fine.", {"I recommend T4 / T4A for this."}),
    ],
)
def test_only_the_advisor_s_own_sentences_count_as_repeated(text: str, own: set[str]) -> None:
    assert own_sentences(text) == own
