"""How each turn came about: kept with the turn, gone with its conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker, undefer

from assistant.errors import SessionNotFound, TurnNotFound
from assistant.store.schema import ConversationRow, TurnRow


@dataclass(frozen=True)
class TracedTurn:
    """A turn with its trace; `reply` is None for one that was never finished, `trace` for one from before there were
    traces, or of a process that died over it."""

    conversation: str
    number: int
    message: str
    reply: dict[str, Any] | None
    trace: dict[str, Any] | None
    created_at: datetime


class TraceStore:
    """Traces in the database of the conversations."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, conversation_id: str, number: int, trace: dict[str, Any]) -> None:
        """Keep what there is of the trace of a turn that was not finished; one that is gone is passed over."""
        mine = (TurnRow.conversation_id == conversation_id) & (TurnRow.number == number)
        with self._sessions.begin() as session:
            session.execute(update(TurnRow).where(mine).values(trace=trace))

    def of(self, conversation_id: str, number: int) -> TracedTurn:
        """One turn; raises `SessionNotFound` and `TurnNotFound`."""
        mine = (TurnRow.conversation_id == conversation_id) & (TurnRow.number == number)
        with self._sessions() as session:
            if session.get(ConversationRow, conversation_id) is None:
                raise SessionNotFound()
            row = session.scalar(select(TurnRow).where(mine).options(undefer(TurnRow.trace)))
            if row is None:
                raise TurnNotFound(turn=number)
            return _traced(row)

    def recent(self, limit: int) -> Sequence[TracedTurn]:
        """The last turns of all conversations, newest first."""
        last = select(TurnRow).order_by(TurnRow.id.desc()).limit(limit).options(undefer(TurnRow.trace))
        with self._sessions() as session:
            return [_traced(row) for row in session.scalars(last)]


def _traced(row: TurnRow) -> TracedTurn:
    # SQLite gives a time back without the zone that it was written in.
    at = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
    return TracedTurn(row.conversation_id, row.number, row.message, row.reply, row.trace, at)
