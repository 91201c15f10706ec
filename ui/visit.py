"""What the browser keeps of a visit: which conversation, in which language, and how much of it this tab shows.

Every tab of a browser writes the same place, and each has its own copy. `since` says when the conversation was chosen,
so that of two copies the later choice counts: what one tab begins, resumes or deletes, the others follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any, Self

from assistant.agent.reply import Language, SessionView, TurnRecord
from ui import feedback

# Scripts of the page that hand an event the browser's newest visit beside the tab's own, and keep a tab's own.
NEWEST = "(visit) => [window.advisorVisit ? window.advisorVisit.beside(visit) : visit]"
KEEP = "(visit) => { window.advisorVisit?.keep(visit) }"


@dataclass(frozen=True)
class Visit:
    """`shown` is the mark of what stands on the page; `offered` a language that the quick replies were switched to.

    `previous` is the conversation that a new one has just put aside, until something is said in the new one.
    """

    session: str | None = None
    language: Language = "zh"
    previous: str | None = None
    since: float = 0.0
    shown: str = ""
    offered: Language | None = None

    @classmethod
    def read(cls, kept: Any) -> Self:
        """As the browser handed it over; anything else that it may hold counts as nothing."""
        if not isinstance(kept, Mapping):
            return cls()
        since, shown = kept.get("since"), kept.get("shown")
        return cls(
            session=_text(kept.get("session")),
            language="en" if kept.get("language") == "en" else "zh",
            previous=_text(kept.get("previous")),
            since=float(since) if isinstance(since, int | float) else 0.0,
            shown=shown if isinstance(shown, str) else "",
            offered=_language(kept.get("offered")),
        )

    @classmethod
    def newest(cls, kept: Any) -> Self:
        """The tab's own, or, in its language, what another tab has chosen since."""
        own = cls.read(kept)
        other = cls.read(kept.get("newest")) if isinstance(kept, Mapping) else own
        if other.since <= own.since:
            return own
        return replace(own, session=other.session, previous=other.previous, since=other.since, shown="")

    def kept(self) -> dict[str, Any]:
        """For the browser to keep."""
        return asdict(self)

    def at(self, session: str | None, *, shown: str = "", previous: str | None = None) -> Self:
        """The same visitor at a conversation, chosen now if it is another one."""
        since = self.since if session == self.session and session is not None else time()
        return replace(self, session=session, previous=previous, since=since, shown=shown, offered=None)

    @property
    def answered(self) -> int:
        """How many replies the page shows."""
        parts = self.shown.split(".")
        return int(parts[1]) if len(parts) in (3, 4) and parts[1].isdecimal() and len(parts[1]) < 9 else 0


def knows_language(kept: Any) -> bool:
    """Whether the visitor has been here before."""
    return isinstance(kept, Mapping) and _language(kept.get("language")) is not None


def is_waiting(turn: TurnRecord, patience: timedelta) -> bool:
    """Whether a reply may still come: there is none yet, and the message is no older than a turn may take."""
    if turn.reply is not None:
        return False
    begun = datetime.fromisoformat(turn.created_at)
    # SQLite gives a time back without the zone that it was written in.
    return datetime.now(UTC) - (begun if begun.tzinfo else begun.replace(tzinfo=UTC)) < patience


def mark(view: SessionView | None, patience: timedelta) -> str:
    """What there is to show of a conversation, short: turns, replies, replies that may still come, and opinions."""
    if view is None:
        return ""
    answered = sum(turn.reply is not None for turn in view.turns)
    waiting = sum(is_waiting(turn, patience) for turn in view.turns)
    opinions = feedback.mark(view)
    return f"{len(view.turns)}.{answered}.{waiting}" + (f".{opinions}" if opinions else "")


def mark_after(view: SessionView | None, patience: timedelta) -> str:
    """The mark once one more message is answered."""
    turns, answered, *rest = (mark(view, patience) or "0.0.0").split(".")
    return ".".join((str(int(turns) + 1), str(int(answered) + 1), *rest))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _language(value: Any) -> Language | None:
    return ("en" if value == "en" else "zh") if value in ("zh", "en") else None
