"""A reply: what one turn gives back, the same for HTTP, the chat page and Python."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.dialogue.reading import Intent
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Decision

Language = Literal["zh", "en"]
Composer = Literal["builtin", "llm"]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(Strict):
    """`id` is what the reply's text refers to ("1"); `url` opens the document on the exact passage.

    `quote` is in the reply's language; `original` is the Chinese text where that differs.
    """

    id: str
    document: str
    section: str
    heading: str
    quote: str
    url: str
    original: str | None = None


class StatedValue(Strict):
    """A checklist value and the words it came from."""

    value: Any
    evidence: str
    source: Literal["stated", "inferred", "edited"]


class Suggestion(Strict):
    """A quick reply: `text` is shown and sent; when `field` is set, choosing it sets that field directly."""

    text: str
    field: FieldName | None = None
    value: Any = None


class Versions(Strict):
    """What made the reply, so that it can be replayed: content hashes and names."""

    rules: str
    corpus: str
    embedder: str
    program: str


class Reply(Strict):
    """One turn's answer. `reply` is Markdown; `verified` is true when every check passed on this text.

    `deleted` is true when the turn deleted the conversation at its owner's wish: the session id is then gone.
    """

    session_id: str
    turn: int
    language: Language
    reply: str
    intent: Intent
    verified: bool
    composer: Composer = "builtin"
    citations: tuple[Citation, ...] = ()
    requirements: dict[FieldName, StatedValue] = Field(default_factory=dict)
    missing: tuple[FieldName, ...] = ()
    next_question: FieldName | None = None
    suggestions: tuple[str, ...] = ()
    quick_replies: tuple[Suggestion, ...] = ()
    decision: Decision | None = None
    versions: Versions | None = None
    deleted: bool = False


class TurnRecord(Strict):
    """A turn as it is kept: the message and, once there is one, the reply."""

    turn: int
    message: str
    reply: Reply | None = None
    created_at: str


class SessionView(Strict):
    """A conversation as its owner sees it after a reload."""

    session_id: str
    language: Language
    turns: tuple[TurnRecord, ...]
    requirements: dict[FieldName, StatedValue]
    missing: tuple[FieldName, ...]
    next_question: FieldName | None
    decision: Decision | None


class StreamEvent(Strict):
    """One step of a streamed turn: "status" and "token" carry `text`, "citation" its record, "done" the reply. "reset"
    takes back all tokens before it: the text begins anew.

    A status also carries `session_id`, by which whoever loses the stream finds the reply later.
    """

    event: Literal["status", "token", "reset", "citation", "done"]
    text: str | None = None
    session_id: str | None = None
    citation: Citation | None = None
    reply: Reply | None = None
