"""A word of the lexicon with the letters it cannot do without: most words need not be tried on a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.dialogue.expressions import expression as compiled

Pattern = re.Pattern[str]
_SPECIAL = frozenset("\\^$.[]()|?*+{}")


@dataclass(frozen=True, eq=False)
class Word:
    """`pattern` matches only where one of `cores` (in lower case, possibly empty) occurs."""

    cores: tuple[str, ...]
    pattern: Pattern


def _end_of(expression: str, start: int) -> int:
    """Where the escape, class, group or single character that begins at `start` ends."""
    if expression[start] == "\\":
        return start + 2
    if expression[start] == "[":
        end = start + 2
        while expression[end] != "]":
            end += 2 if expression[end] == "\\" else 1
        return end + 1
    if expression[start] != "(":
        return start + 1
    end = start + 1
    while expression[end] != ")":
        end = _end_of(expression, end)
    return end + 1


def _items(expression: str) -> Iterator[tuple[str, str]]:
    """The parts of a sequence, each with what says how often it occurs."""
    place = 0
    while place < len(expression):
        end = _end_of(expression, place)
        item, often = expression[place:end], ""
        if end < len(expression) and expression[end] in "?*+{":
            often = expression[end : expression.index("}", end) + 1] if expression[end] == "{" else expression[end]
        place = end + len(often)
        # A quantifier may itself be lazy.
        place += bool(often) and expression[place : place + 1] == "?"
        yield item, often


def alternatives(expression: str) -> list[str]:
    """The parts of a regular expression between the bars that stand outside all groups."""
    parts, start, place = [], 0, 0
    while place < len(expression):
        if expression[place] == "|":
            parts.append(expression[start:place])
            start = place + 1
        place = _end_of(expression, place)
    return [*parts, expression[start:]]


def _worth(cores: tuple[str, ...]) -> tuple[int, int]:
    return min(len(core.strip()) for core in cores), -len(cores)


def _sequence(expression: str) -> tuple[str, ...]:
    found: list[tuple[str, ...]] = []
    run = ""
    for item, often in _items(expression):
        may_miss = often[:1] in ("?", "*") or often.startswith(("{0", "{,"))
        if item not in _SPECIAL and len(item) == 1 and not may_miss:
            run += item
            if often:
                found.append((run,))
                run = ""
            continue
        found.append((run,))
        run = ""
        if item.startswith("(?:") and not may_miss:
            found.append(cores(item[3:-1]))
    return max([*found, (run,)], key=_worth)


def cores(expression: str) -> tuple[str, ...]:
    """Runs of plain characters of which every match must hold one."""
    every = [_sequence(part) for part in alternatives(expression)]
    return tuple(dict.fromkeys(core.lower() for part in every for core in part))


def words(expressions: list[str], *, bounded: bool) -> list[Word]:
    """One word for each alternative; `bounded` ones match between word boundaries only."""
    found = []
    for expression in (part for whole in expressions for part in alternatives(whole)):
        source = rf"(?<![A-Za-z0-9])(?:{expression})(?![A-Za-z0-9])" if bounded else expression
        found.append(Word(cores(expression), compiled(source, re.IGNORECASE)))
    return found
