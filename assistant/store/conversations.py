"""Conversations and their turns in a SQL database. Synchronous; the agent calls it from a worker thread."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, inspect, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from assistant.errors import SessionNotFound, TurnConflict
from assistant.store.feedback import Feedback, FeedbackStore, of_row
from assistant.store.schema import Base, ConversationRow, FeedbackRow, TurnRow, now
from assistant.store.traces import TraceStore

# Writers that may take the same turn number before one of them gives up; each lost race means another one got through.
_NUMBERINGS = 50
# Looks at what a database lacks: at each of its tables and columns another process may have been faster.
_PREPARATIONS = 5
# Columns that came after the first release, as each is added to an older database: table, name, what it holds.
_LATER = (
    (ConversationRow.__tablename__, "version", "INTEGER NOT NULL DEFAULT 0"),
    (TurnRow.__tablename__, "trace", "JSON"),
)


@dataclass(frozen=True)
class Turn:
    """A kept turn; `reply` is None when the turn was never finished. `feedback` comes with `turns` alone."""

    number: int
    message: str
    reply: dict[str, Any] | None
    created_at: datetime
    feedback: Feedback | None = None


@dataclass(frozen=True)
class Snapshot:
    """A dialogue state as JSON, and the version of the conversation it was read at."""

    state: dict[str, Any]
    version: int


@dataclass(frozen=True)
class Conversation:
    """A kept conversation; `state` is the dialogue state as JSON."""

    id: str
    state: dict[str, Any]
    turns: tuple[Turn, ...]


def new_id() -> str:
    """An unguessable conversation id (192 bits), which a command line does not take for an option."""
    while (made := secrets.token_urlsafe(24)).startswith("-"):
        pass
    return made


class ConversationStore:
    """Opens (and creates) the database at `url`; SQLite runs in WAL mode so that readers and a writer coexist.

    Several processes may share one database. Turns of a conversation get numbers of their own, and `finish_turn`
    refuses what was worked out from a state that another process has replaced.

    Columns that came later are added to an older database when it is opened. Each is empty or holds a constant in the
    rows that are there, so a migration tool would bring a dependency and a command to run for what is one statement; a
    change that has to move or convert data is the time for one.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine: Engine = create_engine(url, pool_pre_ping=True)
        if parsed.get_backend_name() == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        _prepare(self._engine)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self.feedback = FeedbackStore(self._sessions)
        self.traces = TraceStore(self._sessions)

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

    def turns(self) -> Iterator[Turn]:
        """Every turn of every conversation with its feedback, newest first, without saying whose it is."""
        same = (FeedbackRow.conversation_id == TurnRow.conversation_id) & (FeedbackRow.turn == TurnRow.number)
        every = select(TurnRow, FeedbackRow).outerjoin(FeedbackRow, same).order_by(TurnRow.id.desc())
        with self._sessions() as session:
            for row, given in session.execute(every.execution_options(yield_per=500)):
                yield Turn(row.number, row.message, row.reply, row.created_at, of_row(given) if given else None)

    def state(self, conversation_id: str) -> dict[str, Any]:
        """The dialogue state alone; raises `SessionNotFound`."""
        with self._sessions() as session:
            return _row(session, conversation_id).state

    def snapshot(self, conversation_id: str) -> Snapshot:
        """The dialogue state to work a turn out from; raises `SessionNotFound`."""
        with self._sessions() as session:
            row = _row(session, conversation_id)
            return Snapshot(row.state, row.version)

    def begin_turn(self, conversation_id: str, message: str) -> int:
        """Write the message down before it is answered; returns the turn's number, from 1, which no other turn has.

        Raises `SessionNotFound`, and `TurnConflict` when other writers took every number that was tried.
        """
        for _ in range(_NUMBERINGS):
            try:
                with self._sessions.begin() as session:
                    _row(session, conversation_id)
                    mine = TurnRow.conversation_id == conversation_id
                    number = (session.scalar(select(func.max(TurnRow.number)).where(mine)) or 0) + 1
                    session.add(TurnRow(conversation_id=conversation_id, number=number, message=message, reply=None))
                return number
            except IntegrityError:
                # Another writer has the number, or the conversation was deleted: the next look tells which.
                continue
        raise TurnConflict()

    def awaited(self, conversation_id: str, number: int, patience: timedelta) -> bool:
        """Whether an earlier turn, begun no longer ago than `patience`, has no reply yet."""
        with self._sessions() as session:
            earlier = select(TurnRow.id).where(
                TurnRow.conversation_id == conversation_id,
                TurnRow.number < number,
                TurnRow.reply.is_(None),
                TurnRow.created_at > now() - patience,
            )
            return session.scalar(earlier.limit(1)) is not None

    def finish_turn(
        self,
        conversation_id: str,
        number: int,
        reply: dict[str, Any],
        state: dict[str, Any],
        version: int,
        trace: dict[str, Any] | None = None,
    ) -> None:
        """Keep the reply, the state it led to and how it came about, `version` being the one that it was worked out
        from.

        Raises `TurnConflict`, with nothing kept, when the conversation has gone on since, and `SessionNotFound` when
        it was deleted.
        """
        with self._sessions.begin() as session:
            # The comparison and the change are one statement, so two processes can't both succeed from one version.
            changed = session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation_id, ConversationRow.version == version)
                .values(state=state, version=version + 1, updated_at=now())
                .returning(ConversationRow.id)
            ).first()
            if changed is None:
                _row(session, conversation_id)
                raise TurnConflict()
            session.execute(
                update(TurnRow)
                .where(TurnRow.conversation_id == conversation_id, TurnRow.number == number)
                .values(reply=reply, trace=trace)
            )

    def delete(self, conversation_id: str) -> None:
        """Remove the conversation with all its turns and what was thought of them; raises `SessionNotFound`."""
        with self._sessions.begin() as session:
            session.delete(_row(session, conversation_id))

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()


def _prepare(engine: Engine) -> None:
    """Create what is missing: the tables, and in an older database the columns that came later."""
    for attempt in range(1, _PREPARATIONS + 1):
        try:
            _create(engine)
            break
        except DBAPIError:
            # Another process that opened the database at this moment was faster with one of them: look again.
            if attempt == _PREPARATIONS:
                raise


def _create(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    for table, name, holds in _LATER:
        if name not in {column["name"] for column in inspect(engine).get_columns(table)}:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {holds}")


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
