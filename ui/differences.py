"""What differs between a turn as it was kept and the same turn run again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from pydantic import ValidationError

from assistant.rules.trace import Decision
from ui import timeline

# A value on either side; None where there is none.
Pair = tuple[Any, Any]
# What a visitor sees of a reply beside its text and the decision.
_BESIDE = ("language", "intent", "composer", "verified", "missing", "next_question", "suggestions", "deleted")

_END = re.compile(r"\n|(?<=[。！？；])|(?<=[.!?;])\s")


@dataclass(frozen=True)
class Run:
    """One run of a turn, as JSON; a turn that was not finished has no reply and says why (`failed`)."""

    trace: Mapping[str, Any] = field(default_factory=dict)
    reply: Mapping[str, Any] | None = None
    failed: str | None = None

    @property
    def text(self) -> str | None:
        """The reply's words."""
        return None if self.reply is None else str(self.reply.get("reply", ""))

    @property
    def decision(self) -> Any:
        """The decision as today's program writes one, with a default where an older one had no such part."""
        given = (self.reply or {}).get("decision")
        try:
            return Decision.model_validate(given).model_dump(mode="json") if given is not None else None
        except ValidationError:
            return given


@dataclass(frozen=True)
class Differences:
    """Before and now, by name or path; `reading`, `tools` and `text` are lines that begin with "- " or "+ "."""

    versions: Mapping[str, Pair]
    reading: list[str]
    tools: list[str]
    reply: Mapping[str, Pair]
    decision: Mapping[str, Pair]
    text: list[str]

    @property
    def same(self) -> bool:
        """Whether the decision and the text are what they were, which is what counts."""
        return not self.decision and not self.text


def differences(before: Run, now: Run) -> Differences:
    """Compare two runs of one turn."""
    return Differences(
        versions=_pairs(timeline.versions(before.trace), timeline.versions(now.trace)),
        reading=_lines(timeline.reading(before.trace), timeline.reading(now.trace)),
        tools=_lines(timeline.tools(before.trace), timeline.tools(now.trace)),
        reply=_pairs(_beside(before), _beside(now)),
        decision=_pairs(before.decision, now.decision),
        text=_texts(before.text, now.text),
    )


def _beside(run: Run) -> dict[str, Any]:
    reply = run.reply or {}
    cited = [[cited.get("id"), cited.get("url")] for cited in reply.get("citations", ())]
    return {**{name: reply[name] for name in _BESIDE if name in reply}, "citations": cited, "failed": run.failed}


def _texts(before: str | None, now: str | None) -> list[str]:
    if before == now:
        return []
    # Two texts may differ in nothing that a sentence shows.
    return _lines(_sentences(before), _sentences(now)) or [f"- {before!r}", f"+ {now!r}"]


def _sentences(text: str | None) -> list[str]:
    """A text in pieces that are short enough to see what differs."""
    return [piece.strip() for piece in _END.split(text or "") if piece.strip()]


def _lines(before: list[str], now: list[str]) -> list[str]:
    # The first two lines name the files.
    changed = list(unified_diff(before, now, lineterm="", n=0))[2:]
    return [f"{line[0]} {line[1:]}" for line in changed if not line.startswith("@@")]


def _pairs(before: Any, now: Any, path: str = "") -> dict[str, Pair]:
    """Each place where two JSON values part, by its path."""
    if before == now:
        return {}
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        names = dict.fromkeys((*before, *now))
        found = [_pairs(before.get(n), now.get(n), f"{path}.{n}".lstrip(".")) for n in names]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        found = [_pairs(b, n, f"{path}[{at}]") for at, (b, n) in enumerate(zip(before, now, strict=True))]
    else:
        return {path or "–": (before, now)}
    return {where: pair for pairs in found for where, pair in pairs.items()}
