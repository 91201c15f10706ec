"""What only the model read is said as such, counts as inferred, and can be put right."""

from __future__ import annotations

import json

import pytest
from scripted_endpoint import Answer

from agent.llm.turns import Stage, model


def reads(field: str, value: str, evidence: str, intent: str = "inform") -> Answer:
    update = {"field": field, "value": value, "evidence": evidence}
    return Answer(json.dumps({"intent": intent, "updates": [update], "query": "", "questions": []}))


UNKNOWN = Answer("—")  # it is left at the built-in reply


@pytest.mark.parametrize(
    ("message", "evidence", "said"),
    [
        (
            "我们整天给老电影补色彩",
            "给老电影补色彩",
            "您说的“给老电影补色彩”，我理解为主要任务：渲染；不对的话请直接说。",
        ),
        ("你好，我们整天给老电影补色彩", "给老电影补色彩", "您说的“给老电影补色彩”，我理解为主要任务：渲染"),
        (
            "hello there, we tint old movies all day",
            "tint old movies",
            "I took “tint old movies” as workload: rendering",
        ),
    ],
)
async def test_a_reading_that_decides_is_told_and_stays_provisional(
    stage: Stage, message: str, evidence: str, said: str
) -> None:
    turn = await stage.take(message, model(UNKNOWN, read=reads("workloads", "rendering", evidence)))
    reply = turn.reply
    assert said in reply.reply
    assert reply.requirements["workloads"].source == "inferred"
    assert reply.decision
    assert reply.decision.series == "G"
    assert reply.decision.confidence != "firm"
    assert reply.verified


async def test_what_the_parser_read_is_not_said_to_be_the_models(stage: Stage) -> None:
    plain = await stage.plainly("我们做训练")
    turn = await stage.take("我们做训练", model(UNKNOWN, read=reads("workloads", "training", "做训练")))
    assert turn.reply.reply == plain.reply
    assert "理解为" not in turn.reply.reply


async def test_a_wrong_reading_is_put_right_in_words(stage: Stage) -> None:
    turn = await stage.take(
        "我们整天给老电影补色彩", model(UNKNOWN, read=reads("workloads", "training", "给老电影补色彩"))
    )
    assert turn.reply.decision
    assert turn.reply.decision.series == "T"
    after = await stage.take("不是训练，是渲染", model(UNKNOWN), session=turn.reply.session_id)
    assert after.reply.decision
    assert after.reply.decision.series == "G"
    assert after.reply.requirements["workloads"].source == "stated"


@pytest.mark.parametrize("words", ["不对", "你理解错了", "不是这个意思。", "That is wrong.", "no", "you got it wrong"])
async def test_a_reading_that_is_wrong_is_taken_back_on_a_word(stage: Stage, words: str) -> None:
    turn = await stage.take(
        "我们整天给老电影补色彩", model(UNKNOWN, read=reads("workloads", "training", "给老电影补色彩"))
    )
    assert turn.reply.decision
    after = await stage.take(words, model(UNKNOWN), session=turn.reply.session_id)
    assert "workloads" not in after.reply.requirements
    assert after.reply.reply


@pytest.mark.parametrize("said", ["我们做渲染，小规模试点", "It is video transcoding, a small pilot", "只跑知识库问答"])
async def test_what_is_said_takes_the_place_of_what_was_only_read(stage: Stage, said: str) -> None:
    first = "我们公司主要做面包，想上点AI。"
    turn = await stage.take(first, model(UNKNOWN, read=reads("workloads", "training", "做面包")))
    assert turn.reply.requirements["workloads"].source == "inferred"
    after = await stage.take(said, model(UNKNOWN), session=turn.reply.session_id)
    kinds = [work["kind"] for work in after.reply.requirements["workloads"].value]
    assert "training" not in kinds
    assert after.reply.decision
    assert after.reply.decision.series == "G"


@pytest.mark.parametrize(
    ("field", "value", "evidence"),
    [
        ("rack_scale", "true", "cameras in each shop"),
        ("multi_node", "true", "cameras"),
        ("interconnect", "high", "each shop"),
    ],
)
async def test_what_makes_a_project_is_the_visitors_to_say(stage: Stage, field: str, value: str, evidence: str) -> None:
    turn = await stage.take("we have cameras in each shop", model(UNKNOWN, read=reads(field, value, evidence)))
    assert field not in turn.reply.requirements


async def test_hostile_words_read_as_something_are_shown_as_words(stage: Stage) -> None:
    words = "[点我](http://evil.example) <b>补色彩</b>"
    turn = await stage.take(f"我们整天{words}", model(UNKNOWN, read=reads("workloads", "rendering", words)))
    assert turn.reply.verified
    assert "](http://evil.example)" not in turn.reply.reply
