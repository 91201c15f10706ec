"""What only the model read is asked back: until the visitor says yes it counts for nothing."""

from __future__ import annotations

import json

import pytest
from scripted_endpoint import Answer

from agent.llm.turns import Stage, model
from assistant.agent.reply import Reply


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


# ---- the question and its answers

TINT = ("workloads", "rendering", "给老电影补色彩")
TINTING = "我们整天给老电影补色彩"


async def asked(stage: Stage, *said: str, message: str = TINTING, read: tuple[str, str, str] = TINT) -> list[Reply]:
    """The replies to a message in which a model read something, and to what the visitor says then."""
    turn = await stage.take(message, model(UNKNOWN, read=reads(*read)))
    replies = [turn.reply]
    for text in said:
        replies.append((await stage.take(text, model(UNKNOWN), session=turn.reply.session_id)).reply)
    return replies


def kinds(reply: Reply) -> list[str]:
    return [work["kind"] for work in reply.requirements["workloads"].value] if "workloads" in reply.requirements else []


@pytest.mark.parametrize(
    ("message", "evidence"),
    [
        ("我们每帧1.5元给老电影补色", "每帧1.5元给老电影补色"),
        ("we tint reels on our old T99 deck", "tint reels on our old T99 deck"),
        ("看 www.evil.example ![x](http://a.example/c) 补色彩", "www.evil.example ![x](http://a.example/c) 补色彩"),
    ],
)
async def test_whatever_the_words_hold_the_question_is_put_and_means_what_it_says(
    stage: Stage, message: str, evidence: str
) -> None:
    first, second = await asked(stage, "yes", message=message, read=("workloads", "rendering", evidence))
    assert first.verified
    assert first.reply.rstrip().endswith(("？", "?"))
    assert "evil.example" not in first.reply
    assert "](" not in first.reply
    assert kinds(second) == ["rendering"]


@pytest.mark.parametrize(
    ("answer", "field", "value"),
    [
        ("是的，有40个人用", "users", 40),
        ("对，小规模试点", "scale", "pilot"),
        ("yes, about 40 people", "users", 40),
        ("Exactly. A small pilot.", "scale", "pilot"),
        ("没错，预算80万", "budget_cny", 800_000),
    ],
)
async def test_a_yes_with_more_behind_it_is_a_yes(stage: Stage, answer: str, field: str, value: object) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == ["rendering"]
    assert {name: stated.value for name, stated in reply.requirements.items()}[field] == value


@pytest.mark.parametrize("answer", ["That's right, but also training", "是的，还要做训练", "对的，另外也训练"])
async def test_work_behind_a_yes_is_added_to_it(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == ["rendering", "training"]


@pytest.mark.parametrize(
    "answer", ["没错，就是这个意思", "差不多吧", "嗯，可以这么说", "pretty much", "That is what we mean."]
)
async def test_agreement_in_other_words_is_a_yes(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == ["rendering"]


@pytest.mark.parametrize(
    "answer", ["不是", "不完全是", "不知道", "说不好", "not really", "not exactly", "no idea", "That's not it"]
)
async def test_whatever_is_no_yes_counts_for_nothing_and_the_work_is_asked_for(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert reply.requirements == {}
    assert reply.next_question == "workloads"
    assert reply.quick_replies
    assert reply.citations == ()


@pytest.mark.parametrize("aside", ["T4和T8的边界在哪", "预算150万", "多少钱？", "今天天气怎么样", "what is NVLink?"])
async def test_after_an_aside_it_is_asked_once_more_in_other_words(stage: Stage, aside: str) -> None:
    first, second, third = await asked(stage, aside, "是的")
    assert first.reply not in second.reply
    assert second.reply.rstrip().endswith(("？", "?"))
    assert "给老电影补色彩" in second.reply
    assert kinds(third) == ["rendering"]


async def test_it_is_asked_twice_and_no_more(stage: Stage) -> None:
    _, second, third, fourth = await asked(stage, "今天天气怎么样", "哪里能吃饭", "是的")
    assert "给老电影补色彩" in second.reply
    assert "给老电影补色彩" not in third.reply
    assert fourth.requirements == {}


@pytest.mark.parametrize("puzzled", ["什么意思？", "为什么这么问？", "what do you mean?", "Why do you ask?"])
async def test_who_does_not_understand_the_question_is_told_why_it_is_asked(stage: Stage, puzzled: str) -> None:
    first, second, third = await asked(stage, puzzled, "对")
    assert second.reply.count("给老电影补色彩") == 2
    assert second.citations == ()
    assert first.reply not in second.reply
    assert kinds(third) == ["rendering"]


async def test_the_buttons_say_yes_and_no_and_mean_it(stage: Stage) -> None:
    reply = (await asked(stage))[0]
    assert [choice.text for choice in reply.quick_replies] == ["是的", "不是"]
    for text, wanted in zip((choice.text for choice in reply.quick_replies), (["rendering"], []), strict=True):
        assert kinds((await asked(stage, text))[1]) == wanted


async def test_only_what_is_new_is_asked(stage: Stage) -> None:
    start = (await stage.take("做多模态，20人", model(UNKNOWN))).reply
    turn = await stage.take(TINTING, model(UNKNOWN, read=reads(*TINT)), session=start.session_id)
    assert "渲染" in turn.reply.reply
    assert "多模态" not in turn.reply.reply
    after = await stage.take("是的", model(UNKNOWN), session=start.session_id)
    assert kinds(after.reply) == ["multimodal", "rendering"]


async def test_what_would_replace_a_statement_is_asked_beside_it(stage: Stage) -> None:
    start = (await stage.take("我们一个课题组做训练", model(UNKNOWN))).reply
    read = reads("sharing", "multi_group", "大家轮着用")
    turn = await stage.take("大家轮着用", model(UNKNOWN, read=read), session=start.session_id)
    assert "单课题组" in turn.reply.reply
    assert turn.reply.requirements["sharing"].value == "single_group"
    after = (await stage.take("是的", model(UNKNOWN), session=start.session_id)).reply
    assert after.requirements["sharing"].value == "multi_group"
    assert "groups" not in after.requirements


async def test_two_readings_are_two_questions_each_with_its_own_words(stage: Stage) -> None:
    rows = [("workloads", "rendering", "paint frames"), ("workloads", "training", "teach our own nets")]
    rows.append(("sharing", "company", "upstairs"))
    updates = [dict(zip(("field", "value", "evidence"), row, strict=True)) for row in rows]
    read = Answer(json.dumps({"intent": "inform", "updates": updates, "query": "", "questions": []}))
    turn = await stage.take("we paint frames and teach our own nets upstairs", model(UNKNOWN, read=read))
    session = turn.reply.session_id
    assert "paint frames" in turn.reply.reply
    assert "teach our own nets" not in turn.reply.reply
    second = (await stage.take("yes", model(UNKNOWN), session=session)).reply
    assert kinds(second) == ["rendering"]
    assert "teach our own nets" in second.reply
    third = (await stage.take("no", model(UNKNOWN), session=session)).reply
    assert kinds(third) == ["rendering"]
    assert "upstairs" not in third.reply


async def test_what_was_denied_is_not_asked_again(stage: Stage) -> None:
    first, _ = await asked(stage, "不是")
    again = await stage.take(TINTING, model(UNKNOWN, read=reads(*TINT)), session=first.session_id)
    assert "给老电影补色彩" not in again.reply.reply
    assert again.reply.requirements == {}


async def test_an_edit_beside_the_chat_leaves_the_question_open(stage: Stage) -> None:
    first = (await asked(stage))[0]
    await stage.advisor.edit(first.session_id, {"users": 33})
    after = (await stage.take("是的", model(UNKNOWN), session=first.session_id)).reply
    assert kinds(after) == ["rendering"]
    assert after.requirements["users"].value == 33


async def test_what_is_not_asked_is_not_waited_for(stage: Stage) -> None:
    message = "我们只用单机，也要多机一起跑，还要给老电影补色彩"
    first = await stage.take(message, model(UNKNOWN, read=reads(*TINT)))
    assert "给老电影补色彩" not in first.reply.reply
    after = (await stage.take("是的", model(UNKNOWN), session=first.reply.session_id)).reply
    assert kinds(after) == []


@pytest.mark.parametrize("end", ["转人工", "重新开始", "先这样吧，不用再问了"])
async def test_who_wants_to_end_it_is_not_asked_again(stage: Stage, end: str) -> None:
    _, second, third = await asked(stage, end, "是的")
    assert "给老电影补色彩" not in second.reply
    assert kinds(third) == []


async def test_a_statement_before_a_question_is_asked_back(stage: Stage) -> None:
    first, second = await asked(stage, "是的", message="我们整天给老电影补色彩，怎么散热？")
    assert "给老电影补色彩" in first.reply
    assert kinds(second) == ["rendering"]


async def test_a_long_passage_is_not_given_back_whole(stage: Stage) -> None:
    words = "给老电影" + "一帧一帧地" * 30 + "补色彩"
    first = (await asked(stage, message=f"我们整天{words}", read=("workloads", "rendering", words)))[0]
    assert "…" in first.reply
    assert len(first.reply) < 120


@pytest.mark.parametrize(
    "answer",
    [
        "indeed not",
        "okay, not really",
        "yes, no",
        "是的。算了，不是",
        "对，我不确定",
        "yes, maybe",
        "yes?",
        "no, that is right",
    ],
)
async def test_a_yes_that_is_taken_back_in_the_same_breath_is_asked_about_again(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert reply.requirements == {}
    assert "给老电影补色彩" in reply.reply


@pytest.mark.parametrize(
    "answer", ["是的，不过是训练", "没错，就是训练", "yes but only training", "we do training", "对，训练"]
)
async def test_work_in_the_place_of_what_was_asked_replaces_it(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == ["training"]


@pytest.mark.parametrize("answer", ["对对对", "没有错", "👍", "no problem", "okay then", "是的是的"])
async def test_a_yes_has_many_forms(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == ["rendering"]


@pytest.mark.parametrize("answer", ["of course not", "当然不是", "不，40个人", "不用渲染", "都行", "I do not know"])
async def test_so_has_a_no(stage: Stage, answer: str) -> None:
    _, reply = await asked(stage, answer)
    assert kinds(reply) == []
    assert "给老电影补色彩" not in reply.reply


async def test_a_wish_to_delete_is_no_answer_and_no_withdrawal(stage: Stage) -> None:
    _, reply = await asked(stage, "yes, delete my data")
    assert reply.intent == "delete_data"
    assert reply.requirements == {}
    assert "data size" not in reply.reply


async def test_after_the_question_which_figure_a_number_is_it_comes_again(stage: Stage) -> None:
    _, number, figure, reply = await asked(stage, "20", "20 人", "是的")
    assert "20" in number.reply
    assert "给老电影补色彩" in figure.reply
    assert kinds(reply) == ["rendering"]


async def test_what_is_read_while_a_question_is_open_is_asked_after_it(stage: Stage) -> None:
    first = (await asked(stage))[0]
    read = reads("workloads", "training", "给动画片描边")
    second = (await stage.take("我们给动画片描边", model(UNKNOWN, read=read), session=first.session_id)).reply
    assert "给老电影补色彩" in second.reply
    third = (await stage.take("是的", model(UNKNOWN), session=first.session_id)).reply
    assert kinds(third) == ["rendering"]
    assert "给动画片描边" in third.reply


async def test_what_was_asked_twice_is_not_asked_when_it_is_said_again(stage: Stage) -> None:
    first, *_ = await asked(stage, "你好", "你好")
    again = await stage.take(TINTING, model(UNKNOWN, read=reads(*TINT)), session=first.session_id)
    assert "给老电影补色彩" not in again.reply.reply
