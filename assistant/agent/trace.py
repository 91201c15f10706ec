"""What happened in a turn, stage by stage: kept with the turn, so that it can be looked at and run again.

A trace holds what the visitor said, so it is kept and deleted with the conversation. It never holds a key or a prompt's
text: prompts are named by version and hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from assistant.knowledge.passage import SearchResult
from assistant.rules.trace import Decision


@dataclass
class Span:
    """One stage: when it began (ms after the turn did), how long it took (ms), and what is to be said of it."""

    name: str
    start_ms: float
    ms: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    def note(self, name: str, value: Any) -> None:
        """Something to be said of the stage; `value` must have a JSON form."""
        self.facts[name] = value


class Trace:
    """The spans of one turn, in order of their beginning, and facts of the turn as a whole."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self.spans: list[Span] = []
        self.facts: dict[str, Any] = {}

    def note(self, name: str, value: Any) -> None:
        """A fact of the turn; `value` must have a JSON form."""
        self.facts[name] = value

    @contextmanager
    def span(self, name: str, **facts: Any) -> Iterator[Span]:
        """A stage of the turn, timed; one that breaks is noted as such."""
        span = Span(name, round(self._now(), 2), facts=dict(facts))
        self.spans.append(span)
        try:
            yield span
        except BaseException as error:
            span.note("broke", type(error).__name__)
            raise
        finally:
            span.ms = round(self._now() - span.start_ms, 2)

    def as_json(self) -> dict[str, Any]:
        """The trace as it is kept."""
        spans = [{"name": s.name, "start_ms": s.start_ms, "ms": s.ms, **s.facts} for s in self.spans]
        return {**self.facts, "spans": spans}

    def _now(self) -> float:
        return (perf_counter() - self._started) * 1000


def outline(result: Any) -> Any:
    """What a tool gave back, in short: passages by unit and score, a decision by its outcome, anything else by kind."""
    match result:
        case SearchResult():
            found = [[p.unit, p.language, round(p.score, 3)] for p in result.passages]
            return {"covered": result.covered, "passages": found}
        case Decision():
            rules = [fired.rule for fired in result.fired]
            return {"series": result.series, "models": list(result.models), "rules": rules}
        case tuple() | list():
            return len(result)
        case _:
            return type(result).__name__
