"""What tells who wrote a message, replaced by what it is: "[name]", "[contact]", "[address]".

It removes what can be recognised and rather too much than too little; a person has to read what is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from assistant.dialogue.language import fold
from assistant.dialogue.organisation import contact_spans, organisation
from evals.personal import accounts, addresses, identifiers, phones
from evals.personal.names import names
from evals.personal.sign import BEGIN, END, TAKEN, Kind

_Span = tuple[int, int]
# Invisible characters and rings round a digit; they stand between digits to hide a number.
_NO_CHARACTER = ("Cf", "Me", "Mn")


def _plain(message: str) -> tuple[str, list[int]]:
    """The message in its plainest form, and where in the message each of its characters stands."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(message):
        if not char.isascii():
            if unicodedata.category(char) in _NO_CHARACTER:
                continue
            plain = unicodedata.normalize("NFKC", char)
            char = plain if len(plain) == 1 else char
        kept.append(" " if char == TAKEN else char)
        places.append(place)
    return fold("".join(kept)), places


class _Found:
    """What was found so far. Each search sees the text without it, so no two overlap."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int, Kind]] = []

    def add(self, kind: Kind, spans: Iterable[_Span]) -> None:
        parts: list[str] = []
        last = 0
        for start, end in sorted(spans):
            start = max(start, last)
            if start >= end:
                continue
            parts += (self.text[last:start], TAKEN * (end - start))
            self.spans.append((start, end, kind))
            last = end
        self.text = "".join((*parts, self.text[last:]))


def _again(text: str, known: Iterable[str]) -> Iterator[_Span]:
    """Where names that were found stand a second time, with nothing that introduces them."""
    words = {word for name in known for word in (name, *name.split()) if len(word) > (2 if word.isascii() else 1)}
    if words:
        longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        yield from (match.span() for match in re.finditer(rf"{BEGIN}(?:{longest_first}){END}", text))


def without_personal_data(message: str) -> str:
    """The message with names, numbers, addresses and accounts of people, and names of organisations, replaced."""
    text, places = _plain(message)
    found = _Found(text)
    for sign in (*accounts.SIGNS, *identifiers.SIGNS, *phones.SIGNS, *addresses.SIGNS):
        found.add(sign.kind, sign.spans(found.text))
    found.add("contact", contact_spans(found.text))
    who = organisation(found.text)
    found.add("organisation", [(u.start, u.end) for u in who if u.field == "organisation"])
    found.add("department", [(u.start, u.end) for u in who if u.field == "department"])
    # The second time sees the names beside those found.
    for _ in range(2):
        found.add("name", names(found.text))
    found.add("name", _again(found.text, {text[start:end] for start, end, kind in found.spans if kind == "name"}))
    parts: list[str] = []
    last, end, before = 0, -1, ""
    for start, stop, kind in sorted(found.spans):
        # What was found in two pieces is told once.
        if start != end or kind != before:
            parts += (message[last : places[start]], f"[{kind}]")
        end, before = stop, kind
        last = places[end] if end < len(places) else len(message)
    return "".join((*parts, message[last:])).strip()
