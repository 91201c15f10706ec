"""Traces in a database: with their turn, gone with their conversation, added to a database from before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from assistant.errors import SessionNotFound, TurnNotFound
from assistant.store.conversations import ConversationStore, new_id

TRACE = {"intent": "ask", "spans": [{"name": "search", "ms": 1.5}], "again": {"message": "长"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(f"sqlite:///{path}")) as opened:
        yield opened


def test_a_finished_turn_gives_its_trace_back(store: ConversationStore) -> None:
    session = store.create({})
    number = store.begin_turn(session, "18人")
    store.finish_turn(session, number, {"reply": "好"}, {}, 0, trace=TRACE)
    turn = store.traces.of(session, number)
    assert (turn.conversation, turn.number, turn.message) == (session, 1, "18人")
    assert (turn.reply, turn.trace) == ({"reply": "好"}, TRACE)
    assert turn.created_at.tzinfo is not None


def test_a_turn_may_have_a_trace_without_a_reply_and_a_reply_without_a_trace(store: ConversationStore) -> None:
    session = store.create({})
    failed, plain = store.begin_turn(session, "a"), store.begin_turn(session, "b")
    store.traces.keep(session, failed, TRACE)
    store.finish_turn(session, plain, {"reply": "x"}, {}, 0)
    assert (store.traces.of(session, failed).reply, store.traces.of(session, failed).trace) == (None, TRACE)
    assert (store.traces.of(session, plain).reply, store.traces.of(session, plain).trace) == ({"reply": "x"}, None)


def test_a_turn_tried_again_keeps_the_trace_of_the_reply(store: ConversationStore) -> None:
    session = store.create({})
    number = store.begin_turn(session, "a")
    store.traces.keep(session, number, {"failed": "TurnConflict", "spans": []})
    store.finish_turn(session, number, {"reply": "x"}, {}, 0, trace=TRACE)
    assert store.traces.of(session, number).trace == TRACE


def test_an_unknown_conversation_and_an_unknown_turn_are_told_apart(store: ConversationStore) -> None:
    session = store.create({})
    store.begin_turn(session, "a")
    with pytest.raises(SessionNotFound):
        store.traces.of("nobody", 1)
    for number in (0, 2, -1):
        with pytest.raises(TurnNotFound):
            store.traces.of(session, number)


def test_the_last_turns_come_newest_first_over_all_conversations(store: ConversationStore) -> None:
    one, two = store.create({}), store.create({})
    for session, message in ((one, "a"), (two, "b"), (one, "c")):
        store.begin_turn(session, message)
    store.traces.keep(two, 1, TRACE)
    recent = store.traces.recent(2)
    assert [(turn.conversation, turn.number, turn.message) for turn in recent] == [(one, 2, "c"), (two, 1, "b")]
    assert [turn.trace for turn in recent] == [None, TRACE]
    assert len(store.traces.recent(50)) == 3


def test_a_trace_is_deleted_with_its_conversation(store: ConversationStore, path: Path) -> None:
    session = store.create({})
    number = store.begin_turn(session, "private words")
    store.finish_turn(session, number, {}, {}, 0, trace={"again": {"message": "private words"}})
    store.delete(session)
    store.traces.keep(session, number, {"again": {"message": "private words"}})
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    assert store.traces.recent(10) == []


def test_a_conversation_is_read_without_its_traces(store: ConversationStore) -> None:
    session = store.create({})
    store.finish_turn(session, store.begin_turn(session, "a"), {}, {}, 0, trace=TRACE)
    asked: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    store.load(session)
    list(store.turns())
    assert asked
    assert not [statement for statement in asked if "trace" in statement]


def test_a_database_from_before_there_were_traces_gets_the_column_and_keeps_its_turns(path: Path) -> None:
    url = f"sqlite:///{path}"
    with closing(ConversationStore(url)) as store:
        session = store.create({})
        store.finish_turn(session, store.begin_turn(session, "old words"), {"reply": "x"}, {}, 0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE turns DROP COLUMN trace")
        connection.commit()
    for _ in range(2):
        with closing(ConversationStore(url)) as store:
            turn = store.traces.of(session, 1)
            assert (turn.message, turn.reply, turn.trace) == ("old words", {"reply": "x"}, None)
    with closing(ConversationStore(url)) as store:
        store.finish_turn(session, store.begin_turn(session, "new"), {}, {}, 1, trace=TRACE)
        assert store.traces.of(session, 2).trace == TRACE


def test_no_id_looks_like_an_option_of_a_command() -> None:
    assert not [made for made in (new_id() for _ in range(2000)) if made.startswith("-")]
