"""A kept trace for reading: what was asked, each stage with its time, both readings, what was found and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.errors import Language
from assistant.store.traces import TracedTurn
from ui import console
from ui.replay_words import say

_WIDE = 160
# Facts of a stage up to this length stand beside it, longer ones below.
_BESIDE = 40
# Facts of a stage that have a place of their own, or say nothing beside it.
_SHOWN = frozenset({"name", "start_ms", "ms", "result", "read", "judged"})


def timeline(turn: TracedTurn, trace: Mapping[str, Any], language: Language) -> str:
    """The whole turn as text."""
    blocks = [
        _head(turn, trace, language),
        _stages(trace, language),
        [say("reading", language), *_indented(reading(trace))],
        [say("reply", language), *console.columns(list(_reply(turn, trace, language)))],
        [say("versions", language), *console.columns(list(versions(trace).items()))],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


def reading(trace: Mapping[str, Any]) -> list[str]:
    """What the message was read as: the built-in parser's lines, the model's, the verdicts, and what it all changed."""
    lines = [f"built_in: {line}" for line in _listed(trace.get("built_in"))]
    for span in spans(trace, "llm_read"):
        lines += [f"model: {line}" for line in _listed(span.get("read"))]
        for one in span.get("judged", ()):
            lines.append(f"verdict: {one['field']} {one['value']} <- {one['evidence']!r}: {one['verdict']}")
        if "failed" in span:
            lines.append(f"model: failed: {span['failed']}")
    return [*lines, *(f"effect: {short(effect)}" for effect in trace.get("effects", ()))]


def tools(trace: Mapping[str, Any]) -> list[str]:
    """What each tool gave back, a line for each passage."""
    return [
        f"{span['name']}: {line}"
        for span in trace.get("spans", ())
        if "result" in span
        for line in _result(span["result"])
    ]


def versions(trace: Mapping[str, Any]) -> dict[str, str]:
    """What the turn was made by, the prompts among it."""
    made_by = {name: str(value) for name, value in (trace.get("versions") or {}).items()}
    for span in trace.get("spans", ()):
        if "prompt" in span:
            made_by[f"prompt {span['name']}"] = f"{span['prompt']} {span.get('digest', '')}".strip()
    return made_by


def spans(trace: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The stages of that name."""
    return [span for span in trace.get("spans", ()) if span["name"] == name]


def short(value: Any, longest: int = _WIDE) -> str:
    """A value on one line, without what a terminal would obey."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(char for char in " ".join(text.split()) if char.isprintable())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _head(turn: TracedTurn, trace: Mapping[str, Any], language: Language) -> list[str]:
    at = f"{turn.created_at:%Y-%m-%d %H:%M:%S} UTC"
    again = trace.get("again") or {}
    spoken, wished = trace.get("language", "–"), again.get("language")
    known = ((again.get("state") or {}).get("slots") or {}).items()
    rows = [
        (say("message", language), short(turn.message, 4 * _WIDE)),
        (say("language", language), say("asked", language, spoken=spoken, wished=wished) if wished else spoken),
        (say("before", language), short("; ".join(f"{n} = {short(s['value'], 60)}" for n, s in known), 4 * _WIDE)),
        (say("changes", language), short(again["changes"]) if again.get("changes") else ""),
    ]
    lines = [
        say("head", language, session=turn.conversation, turn=turn.number, at=at),
        *console.columns([row for row in rows if row[1]]),
    ]
    for key in ("failed", "broke"):
        if key in trace:
            lines.append("  " + say(key, language, error=trace[key]))
    if "cut" in trace:
        lines.append("  " + say("cut", language, what=short("; ".join(trace["cut"]))))
    return lines


def _stages(trace: Mapping[str, Any], language: Language) -> list[str]:
    lines = [say("stages", language, seconds=trace.get("seconds", "–"))]
    for span in trace.get("spans", ()):
        facts = [f"{name}={short(value)}" for name, value in span.items() if name not in _SHOWN]
        found = list(_result(span["result"])) if "result" in span else []
        beside = [fact for fact in facts if len(fact) <= _BESIDE]
        below = [*found[1:], *(fact for fact in facts if len(fact) > _BESIDE)]
        summary = "  ".join([*found[:1], *beside])
        lines.append(f"  {span['start_ms']:>9.1f} ms  + {span['ms']:>8.1f} ms  {span['name']:<12} {summary}".rstrip())
        lines += [f"{'':<32}{line}" for line in below]
    return lines


def _result(result: Any) -> Iterator[str]:
    """The outline of what a tool gave back, as lines."""
    match result:
        case {"passages": passages, "covered": covered}:
            yield f"covered={json.dumps(covered)}, {len(passages)}"
            for unit, language, score in passages:
                yield f"{score:>7.3f}  {unit} ({language})"
        case {"models": models, "series": series, "rules": rules}:
            yield f"{' / '.join(models) or series}  {' '.join(rules)}"
        case list():
            yield str(len(result))
            yield from (short(one) for one in result)
        case _:
            yield short(result)


def _reply(turn: TracedTurn, trace: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    for name in ("intent", "composer"):
        if name in trace:
            yield say(name, language), str(trace[name])
    if "verified" in trace:
        yield say("verified", language), say("yes" if trace["verified"] else "no", language)
    for kind, words in trace.get("violations", ()):
        yield say("violations", language), f"{kind}: {short(words)}"
    decision = (turn.reply or {}).get("decision")
    if decision:
        yield say("decision", language), " / ".join(decision["models"]) or decision["series"]


def _listed(read: Any) -> list[str]:
    """A reading as lines: each entry of its lists, and each plain value that says something."""
    lines = []
    for name, value in (read or {}).items():
        if isinstance(value, list):
            lines += [f"{name}: {short(one)}" for one in value]
        elif value not in (None, False, "", {}):
            lines.append(f"{name}: {short(value)}")
    return lines


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
