"""The wired advisor: turns, streams, edits, time limits, and what is still there after a restart."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent.library import Library

from assistant.agent.reply import Reply, StreamEvent, Suggestion
from assistant.bootstrap import Advisor, build_advisor
from assistant.errors import BadValue, EmptyMessage, MessageTooLong, SessionNotFound, TurnTimeout
from assistant.rules.requirements import Requirements
from assistant.settings import Settings


@pytest.fixture
def advisor(tmp_path: Path) -> Iterator[Advisor]:
    opened = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    yield opened
    opened.close()


async def events(advisor: Advisor, message: str, **more: Any) -> list[StreamEvent]:
    return [event async for event in advisor.stream(message, **more)]


def told(reply: Reply) -> dict[str, Any]:
    return {name: value.value for name, value in reply.requirements.items()}


# ---- a turn


async def test_a_turn_gives_a_whole_reply(advisor: Advisor) -> None:
    reply = await advisor.chat("一个课题组做训练，18人")
    assert reply.turn == 1
    assert reply.language == "zh"
    assert reply.verified
    assert reply.composer == "builtin"
    assert reply.decision
    assert reply.decision.models == ("T4", "T4A")
    assert told(reply)["users"] == 18
    assert reply.requirements["users"].evidence == "18人"
    assert reply.missing == reply.decision.missing
    assert reply.suggestions == tuple(choice.text for choice in reply.quick_replies)
    assert reply.versions
    assert (reply.versions.corpus, reply.versions.embedder) == ("test-corpus", "shared-words")
    assert len(reply.versions.rules) == 12


def test_a_turn_can_be_taken_from_synchronous_code(advisor: Advisor) -> None:
    first = advisor.ask("做渲染")
    second = advisor.ask("先试点", session_id=first.session_id)
    assert (second.turn, second.session_id) == (2, first.session_id)
    assert second.decision
    assert second.decision.models == ("G2", "G2A")


async def test_a_stream_says_status_first_then_text_then_citations_then_done(advisor: Advisor) -> None:
    stream = await events(advisor, "一个课题组做训练")
    order = {"status": 0, "token": 1, "citation": 2, "done": 3}
    kinds = [event.event for event in stream]
    assert kinds == sorted(kinds, key=order.__getitem__)
    assert kinds[0] == "status"
    assert kinds.count("done") == 1
    assert {"status", "token", "citation", "done"} == set(kinds)
    reply = stream[-1].reply
    assert reply
    assert "".join(event.text or "" for event in stream if event.event == "token") == reply.reply
    assert tuple(event.citation for event in stream if event.citation) == reply.citations


async def test_the_status_is_in_the_language_of_the_message(advisor: Advisor) -> None:
    texts = [event.text or "" for event in await events(advisor, "how is acceptance done?") if event.event == "status"]
    assert texts
    assert all(text.isascii() or "…" in text for text in texts)
    assert not any("\u4e00" <= char <= "\u9fff" for text in texts for char in text)


async def test_a_quick_reply_sets_its_field_whatever_its_words_say(advisor: Advisor) -> None:
    first = await advisor.chat("做模型训练")
    choice = Suggestion(text="只有一个课题组", field="sharing", value="college")
    reply = await advisor.chat("只有一个课题组", session_id=first.session_id, choice=choice)
    assert told(reply)["sharing"] == "college"
    assert reply.decision
    assert reply.decision.models == ("T8", "T8A")


async def test_a_bad_quick_reply_changes_nothing_and_leaves_no_turn(advisor: Advisor) -> None:
    first = await advisor.chat("做模型训练")
    with pytest.raises(BadValue):
        await advisor.chat("x", session_id=first.session_id, choice=Suggestion(text="x", field="users", value="many"))
    assert len((await advisor.session(first.session_id)).turns) == 1


@pytest.mark.parametrize(("message", "error"), [("  \u200b ", EmptyMessage), ("长" * 4001, MessageTooLong)])
async def test_a_message_that_can_not_be_used_starts_no_conversation(
    advisor: Advisor, tmp_path: Path, message: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await advisor.chat(message)
    connection = sqlite3.connect(tmp_path / "advisor.sqlite3")
    assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
    connection.close()


async def test_an_unknown_conversation_is_not_found(advisor: Advisor) -> None:
    for call in (
        advisor.chat("hi", session_id="nobody"),
        advisor.edit("nobody", {"users": 3}),
        advisor.session("nobody"),
        advisor.forget("nobody"),
    ):
        with pytest.raises(SessionNotFound):
            await call


async def test_the_language_can_be_given_for_a_message_that_has_none(advisor: Advisor) -> None:
    assert (await advisor.chat("T8?", language="en")).language == "en"
    assert (await advisor.chat("T8?", language="zh")).language == "zh"


# ---- edits


async def test_an_edit_is_a_turn_of_its_own_and_equals_saying_it(advisor: Advisor) -> None:
    said = await advisor.chat("院级平台做训练")
    first = await advisor.chat("做训练")
    edited = await advisor.edit(first.session_id, {"sharing": "college"})
    assert edited.turn == 2
    assert edited.decision
    assert said.decision
    assert edited.decision.models == said.decision.models
    assert edited.requirements["sharing"].source == "edited"


async def test_an_edit_may_open_a_conversation(advisor: Advisor) -> None:
    reply = await advisor.edit(None, {"workloads": [{"kind": "rag"}], "scale": "pilot"}, language="en")
    assert reply.turn == 1
    assert reply.language == "en"
    assert reply.decision
    assert reply.decision.models == ("G2", "G2A")


async def test_an_edit_keeps_the_language_of_the_conversation(advisor: Advisor) -> None:
    first = await advisor.chat("we do rendering")
    assert (await advisor.edit(first.session_id, {"organisation": "星河设计院"})).language == "en"


@pytest.mark.parametrize(
    "changes", [{"users": -1}, {"users": 3, "scale": "huge"}, {"colour": "red"}, {"budget_cny": {"min": 9, "max": 1}}]
)
async def test_a_bad_edit_changes_nothing(advisor: Advisor, changes: Any) -> None:
    first = await advisor.chat("18人做渲染")
    with pytest.raises(BadValue):
        await advisor.edit(first.session_id, changes)
    view = await advisor.session(first.session_id)
    assert {name: value.value for name, value in view.requirements.items()} == told(first)
    assert len(view.turns) == 1


# ---- what is kept


async def test_a_conversation_goes_on_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = build_advisor(settings, knowledge=Library())
    reply = await first.chat("做训练，18人")
    first.close()
    second = build_advisor(settings, knowledge=Library())
    view = await second.session(reply.session_id)
    assert view.turns[0].message == "做训练，18人"
    assert view.turns[0].reply == reply
    assert view.requirements == reply.requirements
    assert view.next_question == reply.next_question
    assert view.decision == reply.decision
    later = await second.chat("院级平台", session_id=reply.session_id)
    assert later.turn == 2
    assert told(later)["users"] == 18
    second.close()


async def test_a_forgotten_conversation_is_gone_for_good(advisor: Advisor, tmp_path: Path) -> None:
    kept = await advisor.chat("做渲染")
    gone = await advisor.chat("保密的内容：做训练")
    await advisor.forget(gone.session_id)
    with pytest.raises(SessionNotFound):
        await advisor.session(gone.session_id)
    with pytest.raises(SessionNotFound):
        await advisor.chat("还在吗", session_id=gone.session_id)
    connection = sqlite3.connect(tmp_path / "advisor.sqlite3")
    assert connection.execute("SELECT message FROM turns").fetchall() == [("做渲染",)]
    connection.close()
    assert (await advisor.session(kept.session_id)).turns


async def test_two_conversations_know_nothing_of_each_other(advisor: Advisor) -> None:
    first = await advisor.chat("18人做渲染")
    second = await advisor.chat("预算90万")
    assert first.session_id != second.session_id
    await asyncio.gather(
        advisor.chat("先试点", session_id=first.session_id), advisor.chat("做训练", session_id=second.session_id)
    )
    one, two = await advisor.session(first.session_id), await advisor.session(second.session_id)
    assert set(one.requirements) == {"users", "workloads", "scale"}
    assert set(two.requirements) == {"budget_cny", "workloads"}


async def test_messages_sent_at_once_to_one_conversation_are_answered_in_order(advisor: Advisor) -> None:
    first = await advisor.chat("做渲染")
    messages = ["11人", "12人", "13人", "14人", "15人"]
    replies = await asyncio.gather(*(advisor.chat(message, session_id=first.session_id) for message in messages))
    assert [reply.turn for reply in replies] == [2, 3, 4, 5, 6]
    assert [told(reply)["users"] for reply in replies] == [11, 12, 13, 14, 15]
    view = await advisor.session(first.session_id)
    assert [turn.message for turn in view.turns] == ["做渲染", *messages]
    assert all(turn.reply for turn in view.turns)


async def test_many_visitors_at_once_each_get_their_own_answer(advisor: Advisor) -> None:
    replies = await asyncio.gather(*(advisor.chat(f"{n}人做渲染") for n in range(11, 23)))
    assert [told(reply)["users"] for reply in replies] == list(range(11, 23))
    assert len({reply.session_id for reply in replies}) == 12


# ---- when something is slow or broken


async def test_a_turn_that_takes_too_long_ends_and_keeps_the_message(tmp_path: Path) -> None:
    patient = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    stuck = Library()
    stuck.gate.clear()
    hasty = build_advisor(Settings(data_dir=tmp_path, turn_timeout_s=0.3), knowledge=stuck)
    first = await patient.chat("18人做渲染")
    with pytest.raises(TurnTimeout):
        await hasty.chat("数据路径为什么重要？", session_id=first.session_id)
    stuck.gate.set()
    view = await patient.session(first.session_id)
    assert [(turn.message, turn.reply is None) for turn in view.turns] == [
        ("18人做渲染", False),
        ("数据路径为什么重要？", True),
    ]
    again = await patient.chat("数据路径为什么重要？", session_id=first.session_id)
    assert again.turn == 3
    assert told(again)["users"] == 18
    hasty.close()
    patient.close()


async def test_a_slow_visitor_does_not_hold_up_another(tmp_path: Path) -> None:
    knowledge = Library()
    knowledge.gate.clear()
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=knowledge)
    slow = asyncio.create_task(advisor.chat("数据路径为什么重要？"))
    while not knowledge.asked:
        await asyncio.sleep(0.01)
    assert (await advisor.chat("你好")).intent == "greet"
    assert not slow.done()
    knowledge.gate.set()
    assert (await slow).citations
    advisor.close()


async def test_a_visitor_who_leaves_in_the_middle_does_not_lock_the_conversation(advisor: Advisor) -> None:
    first = await advisor.chat("做渲染")
    stream = advisor.stream("18人", session_id=first.session_id)
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    reply = await asyncio.wait_for(advisor.chat("26人", session_id=first.session_id), timeout=5)
    assert told(reply)["users"] == 26


def test_a_database_that_can_not_be_opened_lets_go_of_the_index(tmp_path: Path) -> None:
    knowledge = Library()
    with pytest.raises(Exception, match=r"."):
        build_advisor(Settings(data_dir=tmp_path, database_url="nonsense://nowhere"), knowledge=knowledge)
    assert knowledge.closed


def test_closing_lets_go_of_the_index(tmp_path: Path) -> None:
    knowledge = Library()
    build_advisor(Settings(data_dir=tmp_path), knowledge=knowledge).close()
    assert knowledge.closed


# ---- without a conversation


def test_a_recommendation_needs_no_conversation(advisor: Advisor) -> None:
    decision = advisor.recommend(Requirements.model_validate({"workloads": [{"kind": "storage"}]}))
    assert decision.models == ("S", "SF")


async def test_a_search_is_in_the_language_of_the_question(advisor: Advisor) -> None:
    assert {p.language for p in (await advisor.search("验收的硬件层")).passages} == {"zh"}
    assert {p.language for p in (await advisor.search("hardware acceptance", limit=2)).passages} == {"en"}
    assert len((await advisor.search("hardware", limit=2)).passages) == 2
    with pytest.raises(EmptyMessage):
        await advisor.search("   ")


def test_the_words_for_the_page_are_in_both_languages(advisor: Advisor) -> None:
    assert advisor.greeting("zh") != advisor.greeting("en")
    assert [s.value for s in advisor.starters("zh")] == [s.value for s in advisor.starters("en")]
    assert advisor.label("users", "zh") == "使用人数"
    assert advisor.value_text("users", 3, "en") == "3 people"
    assert advisor.ready()
    assert advisor.passage_document("products/t4", "zh")
    assert advisor.passage_document("nothing", "zh") == []
