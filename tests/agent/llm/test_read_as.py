"""What only the model read is asked back: until the visitor says yes it counts for nothing."""

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
    ("message", "evidence", "said", "yes"),
    [
        ("我们整天给老电影补色彩", "给老电影补色彩", "您说的“给老电影补色彩”，是指主要任务：渲染吗？", "是的"),
        ("你好，我们整天给老电影补色彩", "给老电影补色彩", "您说的“给老电影补色彩”，是指主要任务：渲染吗？", "对"),
        (
            "hello there, we tint old movies all day",
            "tint old movies",
            "By “tint old movies”, do you mean workload",
            "yes",
        ),
    ],
)
async def test_what_only_the_model_read_is_asked_back_and_counts_after_a_yes(
    stage: Stage, message: str, evidence: str, said: str, yes: str
) -> None:
    turn = await stage.take(message, model(UNKNOWN, read=reads("workloads", "rendering", evidence)))
    reply = turn.reply
    assert said in reply.reply
    assert reply.requirements == {}
    assert reply.decision is None
    assert len(reply.quick_replies) == 2
    assert reply.verified
    after = await stage.take(yes, model(UNKNOWN), session=reply.session_id)
    assert after.reply.requirements["workloads"].source == "stated"
    assert after.reply.decision
    assert after.reply.decision.series == "G"


async def test_what_the_parser_read_is_not_said_to_be_the_models(stage: Stage) -> None:
    plain = await stage.plainly("我们做训练")
    turn = await stage.take("我们做训练", model(UNKNOWN, read=reads("workloads", "training", "做训练")))
    assert turn.reply.reply == plain.reply
    assert "理解为" not in turn.reply.reply


@pytest.mark.parametrize("no", ["不对", "不是", "That is wrong.", "no", "No, it is not"])
async def test_after_a_no_it_counts_for_nothing(stage: Stage, no: str) -> None:
    turn = await stage.take(
        "我们整天给老电影补色彩", model(UNKNOWN, read=reads("workloads", "training", "给老电影补色彩"))
    )
    after = await stage.take(no, model(UNKNOWN), session=turn.reply.session_id)
    assert after.reply.requirements == {}
    assert after.reply.decision is None


@pytest.mark.parametrize("said", ["我们做渲染，小规模试点", "It is video transcoding, a small pilot", "只跑知识库问答"])
async def test_what_is_said_next_takes_the_place_of_what_was_asked(stage: Stage, said: str) -> None:
    first = "我们公司主要做面包，想上点AI。"
    turn = await stage.take(first, model(UNKNOWN, read=reads("workloads", "training", "做面包")))
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
