"""What visitors think of the answers: one opinion for each, the last one, gone with its conversation."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from assistant.errors import CommentTooLong, SessionNotFound, TurnNotFound, TurnUnanswered
from assistant.store.conversations import ConversationStore
from assistant.store.feedback import DOWN, LONGEST_COMMENT, UP


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'advisor.sqlite3'}"


@pytest.fixture
def store(url: str) -> Iterator[ConversationStore]:
    with closing(ConversationStore(url)) as opened:
        yield opened


def answered(store: ConversationStore, turns: int = 1) -> str:
    session = store.create({})
    for version in range(turns):
        number = store.begin_turn(session, f"question {version + 1}")
        store.finish_turn(session, number, {"reply": "x"}, {}, version)
    return session


def rows(url: str) -> int:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return int(connection.execute("SELECT count(*) FROM feedback").fetchone()[0])


def test_an_opinion_comes_back_as_it_was_given(store: ConversationStore) -> None:
    session = answered(store, 2)
    given = store.feedback.give(session, 2, DOWN, "  型号不对\r\n真的 ")
    assert (given.turn, given.rating, given.comment) == (2, 1, "型号不对\n真的")
    assert store.feedback.of(session) == {2: given}
    assert given.created_at == given.updated_at
    assert given.updated_at.tzinfo is UTC


def test_a_second_opinion_replaces_the_first_with_its_comment(store: ConversationStore, url: str) -> None:
    session = answered(store)
    first = store.feedback.give(session, 1, DOWN, "wrong line")
    second = store.feedback.give(session, 1, UP)
    assert (second.rating, second.comment) == (UP, None)
    assert second.created_at == first.created_at
    assert second.updated_at >= first.updated_at
    assert store.feedback.of(session) == {1: second}
    assert rows(url) == 1


def test_opinions_given_at_once_leave_one(url: str, store: ConversationStore) -> None:
    session = answered(store)
    problems: list[Exception] = []
    ready = threading.Barrier(4)

    def give(rating: int) -> None:
        with closing(ConversationStore(url)) as mine:
            ready.wait()
            try:
                for _ in range(5):
                    mine.feedback.give(session, 1, rating)
            except Exception as error:  # noqa: BLE001 - whatever went wrong in the thread belongs in the assertion
                problems.append(error)

    threads = [threading.Thread(target=give, args=(rating,)) for rating in (1, 2, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert rows(url) == 1


def test_what_can_not_be_rated_says_why_and_keeps_nothing(store: ConversationStore, url: str) -> None:
    session = answered(store)
    store.begin_turn(session, "still open")
    for unknown, turn, error in (("nobody", 1, SessionNotFound), (session, 3, TurnNotFound), (session, 0, TurnNotFound),
                                 (session, 2, TurnUnanswered)):  # fmt: skip
        with pytest.raises(error):
            store.feedback.give(unknown, turn, UP)
    assert store.feedback.of("nobody") == {}
    assert rows(url) == 0


def test_a_comment_may_have_2000_characters_and_not_one_more(store: ConversationStore) -> None:
    session = answered(store)
    kept = store.feedback.give(session, 1, DOWN, "长" * LONGEST_COMMENT)
    with pytest.raises(CommentTooLong) as refused:
        store.feedback.give(session, 1, UP, "长" * (LONGEST_COMMENT + 1))
    assert "2,001" in refused.value.message("zh")
    assert store.feedback.of(session) == {1: kept}


@pytest.mark.parametrize("comment", [None, "", "  \n\t ", "\x00\x1b"])
def test_a_comment_that_says_nothing_is_none(store: ConversationStore, comment: str | None) -> None:
    assert store.feedback.give(answered(store), 1, DOWN, comment).comment is None


def test_characters_that_no_text_has_are_taken_out_of_a_comment(store: ConversationStore) -> None:
    assert store.feedback.give(answered(store), 1, DOWN, "a\x00b\x1b c\ud800!").comment == "a b  c !"


def test_a_deleted_conversation_takes_its_opinions_with_it(store: ConversationStore, url: str) -> None:
    gone, kept = answered(store), answered(store)
    for session in (gone, kept):
        store.feedback.give(session, 1, DOWN, "private words")
    store.delete(gone)
    assert store.feedback.of(gone) == {}
    assert rows(url) == 1
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM conversations")
        assert connection.exec_driver_sql("SELECT count(*) FROM feedback").scalar() == 0


def test_every_turn_is_read_with_what_was_thought_of_it(store: ConversationStore) -> None:
    one, two = answered(store, 2), answered(store)
    store.feedback.give(one, 2, DOWN, "no")
    store.feedback.give(two, 1, UP)
    told = [(turn.message, turn.feedback and (turn.feedback.rating, turn.feedback.comment)) for turn in store.turns()]
    assert told == [("question 1", (5, None)), ("question 2", (1, "no")), ("question 1", None)]


def test_a_database_from_before_there_was_feedback_takes_it(url: str, store: ConversationStore) -> None:
    session = answered(store)
    store.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DROP TABLE feedback")
    with closing(ConversationStore(url)) as reopened:
        assert [turn.feedback for turn in reopened.turns()] == [None]
        assert reopened.feedback.give(session, 1, UP).rating == UP
