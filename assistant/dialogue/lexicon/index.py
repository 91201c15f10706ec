"""A word of the lexicon with the letters it cannot do without: most words need not be tried on a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

Pattern = re.Pattern[str]
_SPECIAL = frozenset("\\^$.[]()|?*+{}")


@dataclass(frozen=True)
class Word:
    """`pattern` matches only where `core` (in lower case, possibly empty) occurs."""

    core: str
    pattern: Pattern


def alternatives(expression: str) -> list[str]:
    """The parts of a regular expression between the bars that stand outside all groups."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(expression):
        char = expression[place]
        if char == "\\":
            place += 1
        elif char == "[":
            place = _class_end(expression, place)
        elif char == "|" and not depth:
            parts.append(expression[start:place])
            start = place + 1
        depth += (char == "(") - (char == ")")
        place += 1
    return [*parts, expression[start:]]


def _class_end(expression: str, start: int) -> int:
    """Where the character class that opens at `start` closes."""
    end = start + 2
    while expression[end - 1 : end] == "\\" or expression[end] != "]":
        end += 1
    return end


def core(expression: str) -> str:
    """The longest run of plain characters that every match must hold."""
    runs, run, depth, place = [], "", 0, 0
    while place < len(expression):
        char = expression[place]
        if char not in _SPECIAL and not depth:
            run += char
        else:
            # What may be left out or repeated is no part of the run before it.
            runs.append(run[:-1] if char in "?*{" else run)
            run = ""
        if char == "\\":
            place += 1
        elif char == "[":
            place = _class_end(expression, place)
        elif char == "{" and not depth:
            place = expression.index("}", place)
        depth += (char == "(") - (char == ")")
        place += 1
    return max([*runs, run], key=len).lower()


def words(expressions: list[str], *, bounded: bool) -> list[Word]:
    """One word for each alternative; `bounded` ones match between word boundaries only."""
    found = []
    for expression in (part for whole in expressions for part in alternatives(whole)):
        source = rf"(?<![A-Za-z0-9])(?:{expression})(?![A-Za-z0-9])" if bounded else expression
        found.append(Word(core(expression), re.compile(source, re.IGNORECASE)))
    return found
