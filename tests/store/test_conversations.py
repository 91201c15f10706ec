"""Conversations in a database: nothing said is lost, nothing deleted stays."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import SessionNotFound
from assistant.store.conversations import ConversationStore, new_id

STATE = {"language": "zh", "slots": {"users": {"value": 20}}}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'folder' / 'advisor.sqlite3'}"


@pytest.fixture
def store(url: str) -> Iterator[ConversationStore]:
    opened = ConversationStore(url)
    yield opened
    opened.close()


def test_a_new_conversation_is_empty_and_keeps_its_state(store: ConversationStore) -> None:
    session = store.create(STATE)
    kept = store.load(session)
    assert (kept.id, kept.state, kept.turns) == (session, STATE, ())
    assert store.exists(session)
    assert store.state(session) == STATE


def test_a_turn_is_there_before_its_reply(store: ConversationStore) -> None:
    session = store.create({})
    assert store.begin_turn(session, "做渲染") == 1
    (turn,) = store.load(session).turns
    assert (turn.number, turn.message, turn.reply) == (1, "做渲染", None)


def test_finishing_keeps_the_reply_and_the_state_it_led_to(store: ConversationStore) -> None:
    session = store.create({})
    number = store.begin_turn(session, "18人")
    store.finish_turn(session, number, {"reply": "好"}, STATE, 0)
    kept = store.load(session)
    assert kept.turns[0].reply == {"reply": "好"}
    assert kept.state == STATE


def test_turns_are_numbered_from_one_and_come_back_in_order(store: ConversationStore) -> None:
    session = store.create({})
    assert [store.begin_turn(session, f"m{n}") for n in range(1, 4)] == [1, 2, 3]
    assert [(t.number, t.message) for t in store.load(session).turns] == [(1, "m1"), (2, "m2"), (3, "m3")]


def test_an_unfinished_turn_does_not_stop_the_next_and_stays_unanswered(store: ConversationStore) -> None:
    session = store.create({})
    store.begin_turn(session, "lost")
    number = store.begin_turn(session, "again")
    store.finish_turn(session, number, {"reply": "x"}, {}, 0)
    assert [t.reply for t in store.load(session).turns] == [None, {"reply": "x"}]


def test_two_conversations_do_not_mix(store: ConversationStore) -> None:
    first, second = store.create({"n": 1}), store.create({"n": 2})
    store.begin_turn(first, "only here")
    assert store.load(second).turns == ()
    assert store.state(second) == {"n": 2}
    assert store.begin_turn(second, "own count") == 1


@pytest.mark.parametrize("unknown", ["", "nobody", "'; DROP TABLE conversations;--", "x" * 5000, "\U0001f642"])
def test_an_unknown_conversation_is_not_found(store: ConversationStore, unknown: str) -> None:
    store.create({})
    assert not store.exists(unknown)
    for call in (
        lambda: store.load(unknown),
        lambda: store.state(unknown),
        lambda: store.snapshot(unknown),
        lambda: store.delete(unknown),
        lambda: store.begin_turn(unknown, "hi"),
        lambda: store.finish_turn(unknown, 1, {}, {}, 0),
    ):
        with pytest.raises(SessionNotFound):
            call()


def test_deleting_leaves_no_turns_behind(store: ConversationStore, url: str) -> None:
    gone, kept = store.create({}), store.create({})
    for session in (gone, gone, kept):
        store.begin_turn(session, "private words")
    store.delete(gone)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        rows = connection.execute("SELECT conversation_id FROM turns").fetchall()
        assert connection.execute("SELECT id FROM conversations").fetchall() == [(kept,)]
    connection.close()
    assert rows == [(kept,)]
    with pytest.raises(SessionNotFound):
        store.load(gone)


def test_the_database_itself_deletes_the_turns_of_a_deleted_conversation(store: ConversationStore) -> None:
    session = store.create({})
    store.begin_turn(session, "words")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM conversations")
        assert connection.exec_driver_sql("SELECT count(*) FROM turns").scalar() == 0


def test_finishing_a_turn_of_a_conversation_deleted_meanwhile_is_not_found(store: ConversationStore) -> None:
    session = store.create({})
    number = store.begin_turn(session, "words")
    store.delete(session)
    with pytest.raises(SessionNotFound):
        store.finish_turn(session, number, {"reply": "late"}, {}, 0)
    assert not store.exists(session)


def test_a_reopened_file_keeps_everything(url: str) -> None:
    first = ConversationStore(url)
    session = first.create(STATE)
    number = first.begin_turn(session, "研究 \U0001f642 'quoted'")
    first.finish_turn(session, number, {"reply": "答\n复", "n": 1.5, "none": None}, {"a": ["乙", {"b": True}]}, 0)
    before = first.load(session)
    first.close()
    second = ConversationStore(url)
    assert second.load(session) == before
    assert second.begin_turn(session, "more") == 2
    second.close()


def test_two_connections_see_each_other(store: ConversationStore, url: str) -> None:
    other = ConversationStore(url)
    session = store.create({})
    store.begin_turn(session, "from one")
    assert [t.message for t in other.load(session).turns] == ["from one"]
    assert other.begin_turn(session, "from two") == 2
    assert len(store.load(session).turns) == 2
    other.delete(session)
    assert not store.exists(session)
    other.close()


def test_writers_of_different_conversations_do_not_lock_each_other_out(url: str, store: ConversationStore) -> None:
    sessions = [store.create({}) for _ in range(4)]
    problems: list[Exception] = []

    def write(session: str) -> None:
        mine = ConversationStore(url)
        try:
            for n in range(5):
                number = mine.begin_turn(session, f"m{n}")
                mine.finish_turn(session, number, {"n": n}, {"n": n}, n)
        except Exception as error:  # noqa: BLE001 - whatever went wrong in the thread belongs in the assertion
            problems.append(error)
        finally:
            mine.close()

    threads = [threading.Thread(target=write, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [len(store.load(session).turns) for session in sessions] == [5] * 4


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id() for _ in range(500)}
    assert len(ids) == 500
    assert min(map(len, ids)) >= 32


def test_the_time_of_a_turn_is_kept(store: ConversationStore) -> None:
    session = store.create({})
    store.begin_turn(session, "now")
    assert store.load(session).turns[0].created_at.year >= 2024
