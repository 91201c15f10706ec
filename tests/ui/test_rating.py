"""What the visitor thinks of an answer: given over HTTP, kept once, refused in plain words, and shown again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from assistant.agent.reply import Language, SessionView
from assistant.bootstrap import Advisor
from assistant.store.feedback import Feedback
from ui import conversation
from ui.feedback import Rated
from ui.labels import say
from ui.visit import Visit, mark, mark_after

PATIENCE = timedelta(seconds=30)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAB = {"message": "20人的实验室做多模态训练", "language": "zh"}
PATH = "/api/v1/feedback"


async def _answered(client: httpx.AsyncClient) -> dict[str, Any]:
    reply = (await client.post("/api/v1/chat", json=LAB)).json()
    return {"session_id": reply["session_id"], "turn": reply["turn"]}


@pytest.mark.parametrize(("rating", "kept"), [("up", 5), ("down", 1), (1, 1), (3, 3), (5, 5)])
async def test_a_rating_is_kept_on_one_scale(client: httpx.AsyncClient, rating: Any, kept: int) -> None:
    turn = await _answered(client)
    answer = await client.post(PATH, json={**turn, "rating": rating})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["session_id"], body["turn"], body["rating"], body["comment"]) == (*turn.values(), kept, None)
    assert body["created_at"] == body["updated_at"]


async def test_the_last_opinion_is_the_one_that_is_kept(client: httpx.AsyncClient, advisor: Advisor) -> None:
    turn = await _answered(client)
    await client.post(PATH, json={**turn, "rating": "down", "comment": "  型号不对 "})
    (kept,) = (await advisor.feedback(turn["session_id"])).values()
    assert (kept.turn, kept.rating, kept.comment) == (1, 1, "型号不对")
    changed = (await client.post(PATH, json={**turn, "rating": "up"})).json()
    (kept,) = (await advisor.feedback(turn["session_id"])).values()
    assert (kept.rating, kept.comment) == (5, None) == (changed["rating"], changed["comment"])


async def test_opinions_are_deleted_with_their_conversation(client: httpx.AsyncClient, advisor: Advisor) -> None:
    turn = await _answered(client)
    await client.post(PATH, json={**turn, "rating": 2})
    await client.delete(f"/api/v1/sessions/{turn['session_id']}")
    assert await advisor.feedback(turn["session_id"]) == {}
    answer = await client.post(PATH, json={**turn, "rating": 2})
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


async def test_metrics_count_opinions_by_rating(client: httpx.AsyncClient) -> None:
    turn = await _answered(client)
    for rating in ("up", "down", 1):
        await client.post(PATH, json={**turn, "rating": rating})
    await client.post(PATH, json={**turn, "rating": 9})
    text = (await client.get("/metrics")).text
    assert 'advisor_feedback_total{rating="5"} 1.0' in text
    assert 'advisor_feedback_total{rating="1"} 2.0' in text
    assert 'rating="9"' not in text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_can_not_be_rated_is_told_in_the_callers_language(
    client: httpx.AsyncClient, advisor: Advisor, language: str
) -> None:
    turn = await _answered(client)
    advisor._store.begin_turn(turn["session_id"], "still open")
    long = "长" * 2001 if language == "zh" else "l" * 2001
    for change, status, code in (
        ({"session_id": "nobody"}, 404, "session_not_found"),
        ({"turn": 7}, 404, "turn_not_found"),
        ({"turn": 2}, 409, "turn_unanswered"),
        ({"comment": long}, 413, "comment_too_long"),
    ):
        body = {**turn, "rating": "up", **change}
        answer = await client.post(PATH, json=body, headers={"accept-language": language})
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["language"]) == (status, code, language)
        chinese = any("\u4e00" <= character <= "\u9fff" for character in problem["title"] + problem["detail"])
        assert chinese == (language == "zh")
    assert await advisor.feedback(turn["session_id"]) == {}


@pytest.mark.parametrize("length", [3000, 5_000_000], ids=["within the bytes", "beyond the bytes"])
@pytest.mark.parametrize(("language", "words"), [("zh", "意见"), ("en", "comment")])
async def test_a_comment_of_any_length_beyond_is_told_as_a_comment(
    client: httpx.AsyncClient, advisor: Advisor, length: int, language: str, words: str
) -> None:
    turn = await _answered(client)
    body = {**turn, "rating": "down", "comment": "x" * length}
    answer = await client.post(PATH, json=body, headers={"accept-language": language})
    detail = answer.json()["detail"]
    assert answer.status_code == 413
    assert words in detail.lower()
    assert "2,000" in detail
    assert await advisor.feedback(turn["session_id"]) == {}


async def test_the_longest_comment_is_kept_however_it_is_escaped(client: httpx.AsyncClient, advisor: Advisor) -> None:
    turn = await _answered(client)
    body = json.dumps({**turn, "rating": "down", "comment": "😀" * 2000}, ensure_ascii=True)
    assert (await client.post(PATH, content=body)).status_code == 200


async def test_a_comment_in_chinese_is_answered_in_chinese(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH, json={"session_id": "nobody", "turn": 1, "rating": 1, "comment": "不对"})
    assert answer.json()["language"] == "zh"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": True}, "rating"),
        ({"rating": "good"}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": None}, "rating"),
        ({"rating": {}}, "rating"),
        ({"turn": 0}, "turn"),
        ({"turn": "1"}, "turn"),
        ({"turn": True}, "turn"),
        ({"turn": 10**30}, "turn"),
        ({"comment": 3}, "comment"),
        ({"comment": ["x"]}, "comment"),
        ({"session_id": "x" * 201}, "session_id"),
        ({"extra": 1}, "extra"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_body_that_is_no_opinion_says_what_is_wrong_where(
    client: httpx.AsyncClient, change: dict[str, Any], where: str, language: str
) -> None:
    body = {"session_id": "nobody", "turn": 1, "rating": 5, **change}
    answer = await client.post(PATH, json=body, headers={"accept-language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    ((told, problem),) = [(wrong["where"], wrong["problem"]) for wrong in answer.json()["errors"]]
    assert told == where
    assert any("\u4e00" <= character <= "\u9fff" for character in problem) == (language == "zh")
    assert where != "rating" or ("1" in problem and "5" in problem and "up" in problem)


@pytest.mark.parametrize("missing", ["session_id", "turn", "rating"])
async def test_nothing_but_the_comment_may_be_left_out(client: httpx.AsyncClient, missing: str) -> None:
    body = {"session_id": "nobody", "turn": 1, "rating": 5}
    del body[missing]
    answer = await client.post(PATH, json=body)
    assert answer.status_code == 422
    assert [wrong["where"] for wrong in answer.json()["errors"]] == [missing]


# ---- under the answers of the page


async def _talked(advisor: Advisor) -> SessionView:
    session = (await advisor.chat("20人做训练", language="zh")).session_id
    await advisor.chat("预算80万", session_id=session, language="zh")
    advisor._store.begin_turn(session, "lost")
    return await advisor.session(session)


def _rated(view: SessionView, rating: int, comment: str | None = None) -> Rated:
    return Rated.of(view, {2: Feedback(2, rating, comment, NOW, NOW)})


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_answers_have_thumbs_in_the_language_of_the_page_and_nothing_else_has(
    advisor: Advisor, language: Language
) -> None:
    view = await _talked(advisor)
    shown = [message["content"] for message in conversation.messages(view, language, PATIENCE)]
    assert [text.count('class="thumb"') for text in shown] == [0, 2, 0, 2, 0, 0]
    assert f'id="{view.session_id}.1"' in shown[1]
    for key in ("feedback.up", "feedback.down", "feedback.why", "feedback.send"):
        assert say(key, language) in shown[1]
    for message in (
        conversation.greeting("hello", language),
        conversation.notice("x"),
        conversation.waiting("x"),
        conversation.awaited("x"),
        conversation.partial("x"),
    ):
        assert "thumb" not in message["content"]


@pytest.mark.parametrize(("rating", "thumb"), [(1, "down"), (2, "down"), (3, None), (4, "up"), (5, "up")])
async def test_a_kept_opinion_is_shown_under_its_own_answer_only(
    advisor: Advisor, rating: int, thumb: str | None
) -> None:
    view = _rated(await _talked(advisor), rating)
    shown = [message["content"] for message in conversation.messages(view, "zh", PATIENCE)]
    states = [re.findall(r'class="(opinion[^"]*)"', text) for text in shown]
    assert states == [[], ["opinion"], [], [f"opinion {thumb}" if thumb else "opinion"], [], []]


async def test_a_comment_is_shown_as_the_text_it_is(advisor: Advisor) -> None:
    text = '<script>alert(1)</script>\n\n</span><b>bold</b> & "quoted"'
    view = _rated(await _talked(advisor), 1, text)
    shown = conversation.messages(view, "zh", PATIENCE)[3]["content"]
    assert "opinion down commented" in shown
    assert "<script" not in shown
    assert "<b>bold" not in shown
    # A line break would end the HTML block and begin Markdown again.
    assert "\n" not in shown
    assert "&#10;&#10;&lt;/span&gt;&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;" in shown


async def test_the_mark_of_a_conversation_changes_with_every_opinion(advisor: Advisor) -> None:
    view = await _talked(advisor)
    marks = [mark(seen, PATIENCE) for seen in (view, _rated(view, 1), _rated(view, 5), _rated(view, 1, "no"))]
    assert len(set(marks)) == 4
    assert {Visit(shown=told).answered for told in marks} == {2}
    assert mark_after(_rated(view, 1), PATIENCE).split(".")[1:] == ["3", *marks[1].split(".")[2:]]
