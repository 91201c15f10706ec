"""What visitors think of the answers: one opinion for each turn, the last one given."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from assistant.errors import CommentTooLong, SessionNotFound, TurnNotFound, TurnUnanswered
from assistant.store.schema import ConversationRow, FeedbackRow, TurnRow, now

LONGEST_COMMENT: Final = 2000
# What a thumb stands for on the scale from 1 to 5.
UP: Final = 5
DOWN: Final = 1
# The highest rating of an answer that did not help.
LOW: Final = 2
# Writers may be first with an opinion on the same turn; from then on there is one to replace.
_RETRIES: Final = 3


@dataclass(frozen=True)
class Feedback:
    """An opinion as it is kept; `rating` is 1 to 5."""

    turn: int
    rating: int
    comment: str | None
    created_at: datetime
    updated_at: datetime


def of_row(row: FeedbackRow) -> Feedback:
    """The opinion that a row holds, its times in UTC."""
    return Feedback(row.turn, row.rating, row.comment, _utc(row.created_at), _utc(row.updated_at))


def _utc(time: datetime) -> datetime:
    # SQLite gives a time back without the zone that it was written in.
    return time if time.tzinfo else time.replace(tzinfo=UTC)


class FeedbackStore:
    """Opinions in the database of the conversations, with which they are deleted."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def give(self, conversation_id: str, turn: int, rating: int, comment: str | None = None) -> Feedback:
        """Keep an opinion in place of the one before it, its comment included.

        Raises `CommentTooLong`, `SessionNotFound`, `TurnNotFound`, and `TurnUnanswered` for a turn without a reply.
        """
        words = _accepted(comment)
        for _ in range(_RETRIES):
            # Another writer was first, or the conversation was deleted: the next look tells which.
            with suppress(IntegrityError):
                return self._give(conversation_id, turn, rating, words)
        return self._give(conversation_id, turn, rating, words)

    def _give(self, conversation_id: str, turn: int, rating: int, comment: str | None) -> Feedback:
        with self._sessions.begin() as session:
            _answered(session, conversation_id, turn)
            return _kept(session, conversation_id, turn, rating, comment)

    def of(self, conversation_id: str) -> Mapping[int, Feedback]:
        """The opinions on a conversation by turn; none for an unknown one."""
        with self._sessions() as session:
            rows = session.scalars(select(FeedbackRow).where(FeedbackRow.conversation_id == conversation_id))
            return {row.turn: of_row(row) for row in rows}


def _accepted(comment: str | None) -> str | None:
    """The comment trimmed and without characters that no text has; None when it says nothing."""
    text = (comment or "").replace("\r\n", "\n")
    words = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text).strip()
    if len(words) > LONGEST_COMMENT:
        raise CommentTooLong(given=f"{len(words):,}", allowed=f"{LONGEST_COMMENT:,}")
    return words or None


def _answered(session: Session, conversation_id: str, turn: int) -> None:
    if session.get(ConversationRow, conversation_id) is None:
        raise SessionNotFound()
    row = session.scalar(select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.number == turn))
    if row is None:
        raise TurnNotFound(turn=turn)
    if row.reply is None:
        raise TurnUnanswered(turn=turn)


def _kept(session: Session, conversation_id: str, turn: int, rating: int, comment: str | None) -> Feedback:
    given = {"rating": rating, "comment": comment, "updated_at": now()}
    mine = (FeedbackRow.conversation_id == conversation_id) & (FeedbackRow.turn == turn)
    row = session.scalar(update(FeedbackRow).where(mine).values(given).returning(FeedbackRow))
    if row is None:
        row = FeedbackRow(conversation_id=conversation_id, turn=turn, created_at=given["updated_at"], **given)
        session.add(row)
        session.flush()
    return of_row(row)
