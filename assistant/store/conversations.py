"""Conversations and their turns in a SQL database. Synchronous; the agent calls it from a worker thread."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from assistant.errors import SessionNotFound
from assistant.store.schema import Base, ConversationRow, TurnRow


@dataclass(frozen=True)
class Turn:
    """A kept turn; `reply` is None when the turn was never finished."""

    number: int
    message: str
    reply: dict[str, Any] | None
    created_at: datetime


@dataclass(frozen=True)
class Conversation:
    """A kept conversation; `state` is the dialogue state as JSON."""

    id: str
    state: dict[str, Any]
    turns: tuple[Turn, ...]


def new_id() -> str:
    """An unguessable conversation id (192 bits)."""
    return secrets.token_urlsafe(24)


class ConversationStore:
    """Opens (and creates) the database at `url`; SQLite runs in WAL mode so that readers and a writer coexist."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine: Engine = create_engine(url, pool_pre_ping=True)
        if parsed.get_backend_name() == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        Base.metadata.create_all(self._engine)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    def create(self, state: dict[str, Any]) -> str:
        """A new conversation; returns its id."""
        with self._sessions.begin() as session:
            row = ConversationRow(id=new_id(), state=state)
            session.add(row)
            return row.id

    def exists(self, conversation_id: str) -> bool:
        """Whether there is such a conversation."""
        with self._sessions() as session:
            return session.get(ConversationRow, conversation_id) is not None

    def load(self, conversation_id: str) -> Conversation:
        """The conversation with its turns; raises `SessionNotFound`."""
        with self._sessions() as session:
            row = _row(session, conversation_id)
            turns = tuple(Turn(t.number, t.message, t.reply, t.created_at) for t in row.turns)
            return Conversation(row.id, row.state, turns)

    def state(self, conversation_id: str) -> dict[str, Any]:
        """The dialogue state alone; raises `SessionNotFound`."""
        with self._sessions() as session:
            return _row(session, conversation_id).state

    def begin_turn(self, conversation_id: str, message: str) -> int:
        """Write the message down before it is answered; returns the turn's number, from 1."""
        with self._sessions.begin() as session:
            _row(session, conversation_id)
            last = session.scalar(select(func.max(TurnRow.number)).where(TurnRow.conversation_id == conversation_id))
            number = (last or 0) + 1
            session.add(TurnRow(conversation_id=conversation_id, number=number, message=message, reply=None))
            return number

    def finish_turn(self, conversation_id: str, number: int, reply: dict[str, Any], state: dict[str, Any]) -> None:
        """Keep the reply and the state it led to; raises `SessionNotFound` when it was deleted meanwhile."""
        with self._sessions.begin() as session:
            row = _row(session, conversation_id)
            row.state = state
            turn = session.scalar(
                select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.number == number)
            )
            if turn is not None:
                turn.reply = reply

    def delete(self, conversation_id: str) -> None:
        """Remove the conversation with all its turns; raises `SessionNotFound`."""
        with self._sessions.begin() as session:
            session.delete(_row(session, conversation_id))

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()


def _row(session: Session, conversation_id: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise SessionNotFound()
    return row


def _tune_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
