"""A reply's sentences and clauses: the units in which prose recommends, denies or promises something."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A mark behind the full stop belongs to the sentence before it.
_MARKS = r"(?:\s?[\[【〔]\^?\s?\d{1,3}(?:\s?[,，、]\s?\d{1,3}){0,9}\s?[\]】〕]){0,9}"
_END = re.compile(
    rf"(?:[。！？!?]+[”’」』)）\"]*{_MARKS}|(?<![0-9A-Z.])\.+[”\"')]*{_MARKS}(?=\s|$)"
    rf"|(?<=[0-9A-Z])\.{_MARKS}(?=\s+[A-Z*\"“]|\s*$)|{_MARKS}\s?\n+)\s*"
)
_PART = re.compile(r"[；;]")
_CLAUSE = re.compile(
    r"，|,(?!\d{3})|[（）()|]|\s(?=(?:but|while|whereas|although|though|however|yet|so|because|since)\s)"
    r"|(?=但是?|不过|然而|而且|因为|所以|否则)",
    re.IGNORECASE,
)


_MARK = re.compile(r"[\[【〔]\^?\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3}){0,9})\s*[\]】〕]")
# Nobody writes a longer sentence; an endless one is cut, so that looking around inside it costs no more.
_LONGEST = 1200
_NEAR = 200


@dataclass(frozen=True)
class Sentence:
    """A sentence, or its part up to a semicolon; `line` is the whole, whose marks speak for every part, `before` what
    stands right before the part in it."""

    text: str
    line: str
    before: str


def marks_in(text: str) -> list[str]:
    """The numbers of the citation marks in a plain text."""
    return [number for match in _MARK.finditer(text) for number in re.findall(r"\d+", match[1])]


def sentences(text: str) -> list[Sentence]:
    """The sentences in order, marks behind the full stop included; a line of a list or table ends one too."""
    found: list[Sentence] = []
    start = 0
    ends = [match.end() for match in _END.finditer(text)]
    for end in (*ends, len(text)):
        for cut in range(start, end, _LONGEST):
            found += _parts(text[cut : min(end, cut + _LONGEST)].strip())
        start = end
    return found


def _parts(line: str) -> list[Sentence]:
    parts: list[Sentence] = []
    place = 0
    for piece in _PART.split(line):
        if piece.strip():
            parts.append(Sentence(piece.strip(), line, line[max(0, place - _NEAR) : place]))
        place += len(piece) + 1
    return parts


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence in order, without what divides them."""
    return [piece.strip() for piece in _CLAUSE.split(sentence) if piece and piece.strip()]
