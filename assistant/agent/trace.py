"""What happened in a turn, stage by stage: kept with the turn, so that it can be looked at and run again.

A trace holds what the visitor said, so it is kept and deleted with the conversation. It never holds a key or a prompt's
text: prompts are named by version and hash. It is bounded: of one that is too large lists and texts are cut, and `cut`
says which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, time_ns
from typing import Any, Final

from assistant.dialogue.reading import Understanding
from assistant.knowledge.passage import SearchResult
from assistant.rules.lines import Line, SeriesLine
from assistant.rules.sizing import SizingResult, Unsizable
from assistant.rules.trace import Change, Decision

# The longest a kept trace may be, as JSON in ASCII.
LARGEST: Final = 64 * 1024
# How much of each list (entries) and each text (characters) is left, tried one after the other until it fits.
_CUTS: Final = ((50, 2000), (20, 500), (8, 200), (3, 60))


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
    """The spans of one turn, in order of their beginning, and facts of the turn as a whole. The fact `again` is what it
    takes to run the turn again (`assistant.agent.rerun`). `began_ns` is the wall clock, `ms` None until the end."""

    def __init__(self) -> None:
        self.began_ns = time_ns()
        self.ms: float | None = None
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

    def end(self) -> None:
        """The turn is over; only the first call counts."""
        self.ms = round(self._now(), 2) if self.ms is None else self.ms

    def as_json(self) -> dict[str, Any]:
        """The trace as it is kept, `seconds` in total."""
        spans = [{**s.facts, "name": s.name, "start_ms": s.start_ms, "ms": s.ms} for s in self.spans]
        seconds = {} if self.ms is None else {"seconds": round(self.ms / 1000, 3)}
        return bounded({**self.facts, **seconds, "spans": spans})

    def _now(self) -> float:
        return (perf_counter() - self._started) * 1000


def outline(result: Any) -> Any:
    """What a tool gave back, in short: passages by unit and score, a decision by its outcome, anything else by what it
    comes to."""
    match result:
        case SearchResult():
            found = [[p.unit, p.language, round(p.score, 3)] for p in result.passages]
            return {"covered": result.covered, "passages": found}
        case Decision():
            rules = [fired.rule for fired in result.fired]
            return {"series": result.series, "models": list(result.models), "rules": rules}
        case SizingResult():
            enough = {option.gpu: option.enough for option in result.options}
            total = [round(result.total_gb.low, 1), round(result.total_gb.high, 1)]
            return {"model": result.model, "task": result.task, "total_gb": total, "enough": enough}
        case Unsizable():
            return str(result)
        case Change():
            return [result.field, result.value, result.to.series, list(result.to.models)]
        case Line():
            return list(result.models)
        case SeriesLine():
            return result.series
        case tuple() | list():
            return [outline(one) for one in result]
        case _:
            return type(result).__name__


def asked(arguments: dict[str, Any]) -> dict[str, Any]:
    """What a tool was called with, as far as that is not the checklist, which its result tells of."""
    return {name: value for name, value in arguments.items() if isinstance(value, str | tuple)}


def told(understanding: Understanding) -> dict[str, Any]:
    """What a message was read as, in short."""
    updates = [f"{u.field} {u.mode} {u.value!r} <- {u.evidence!r}" for u in understanding.updates]
    return {"intent": understanding.intent, "question": understanding.question, "updates": updates}


def bounded(trace: dict[str, Any], largest: int = LARGEST) -> dict[str, Any]:
    """The trace within its bound. What it takes to run the turn again is the last to go: then its state is None."""
    if _size(trace) <= largest:
        return trace
    rest = {name: value for name, value in trace.items() if name != "again"}
    for again in ({"again": trace.get("again")}, {"again": {"state": None}}, {}):
        for entries, characters in _CUTS:
            cut: list[str] = []
            smaller = _cut(rest, entries, characters, "", cut)
            if again != {"again": trace.get("again")}:
                cut.append("again")
            kept = {**again, **smaller, "cut": list(dict.fromkeys(cut))[: _CUTS[0][0]]}
            if _size(kept) <= largest:
                return kept
    return {"cut": ["everything"], "spans": []}


def _size(value: Any) -> int:
    return len(json.dumps(value))


def _cut(value: Any, entries: int, characters: int, path: str, cut: list[str]) -> Any:
    """The value with its lists and texts no longer than that; `cut` gets a line for each that was."""
    match value:
        case str() if len(value) > characters:
            cut.append(f"{path}: {characters} of {len(value)} characters")
            return value[:characters]
        case list() | tuple():
            if len(value) > entries:
                cut.append(f"{path}: {entries} of {len(value)} entries")
            return [_cut(one, entries, characters, _named(path, one), cut) for one in value[:entries]]
        case dict():
            return {
                name: _cut(one, entries, characters, f"{path}.{name}".lstrip("."), cut) for name, one in value.items()
            }
        case _:
            return value


def _named(path: str, entry: Any) -> str:
    """The path to an entry of a list: a span by its name."""
    return str(entry["name"]) if path == "spans" and isinstance(entry, dict) else f"{path}[]"
