"""The tables of the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON}


class ConversationRow(Base):
    """A conversation with its dialogue state as JSON; `id` is an unguessable token.

    `version` counts the turns that were finished: whoever finishes one names the version it began from, so that a turn
    worked out from an older state is noticed instead of overwriting a newer one.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now, index=True)
    turns: Mapped[list[TurnRow]] = relationship(
        back_populates="conversation", cascade="all, delete-orphan", order_by="TurnRow.number"
    )
    feedback: Mapped[list[FeedbackRow]] = relationship(cascade="all, delete-orphan")


class TurnRow(Base):
    """One message and, once there is one, its reply as JSON."""

    __tablename__ = "turns"
    # Two writers of the same turn collide here instead of overwriting each other.
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    # No reply is SQL's null, which can be looked for; by default JSON's null would be written.
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # How the reply came about. Read alone when somebody looks at the turn, never with the conversation.
    trace: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    conversation: Mapped[ConversationRow] = relationship(back_populates="turns")


class FeedbackRow(Base):
    """What the visitor thinks of one answer: `rating` from 1 (not helpful) to 5, and what was wrong with it."""

    __tablename__ = "feedback"
    # A second opinion replaces the first.
    __table_args__ = (UniqueConstraint("conversation_id", "turn"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    turn: Mapped[int]
    rating: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
