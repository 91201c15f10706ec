"""Short answers to the question just asked: a bare number, yes or no, "not decided", or a few words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.dates import window
from assistant.dialogue.facility import facility
from assistant.dialogue.figures import Figure
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.quantities import Quantity, bare
from assistant.rules.requirements import FieldName

_COUNTS: frozenset[FieldName] = frozenset({"users", "groups", "concurrency", "data_tb"})
_FLAGS: frozenset[FieldName] = frozenset(
    {"multi_node", "rack_scale", "tax_included", "stamped_quote", "ops_included", "want_alternative"}
)
_TEXTS: frozenset[FieldName] = frozenset({"delivery", "organisation", "department"})
# Words that fill a pause, not a field.
_FILLER = re.compile(
    r"(?:谢谢|好的?|嗯+|行|可以|ok(?:ay)?|thanks?(?: you)?|none|无|没有|我?再?想想|稍等|明白|了解|知道了|got it|sure|fine)[。.!！~]*",
    re.IGNORECASE,
)
_LONGEST = 120
_SHORT = 16


@dataclass(frozen=True)
class Answer:
    """`values` holds the one value found, or nothing; `skipped` that the visitor passes."""

    values: tuple[Any, ...] = ()
    skipped: bool = False


def answer_to(field: FieldName, text: str, *, already: frozenset[FieldName]) -> Answer:
    """What a message says to the open question beyond what was understood anyway (`already`)."""
    words = lexicon()
    stripped = text.strip()
    if field in already:
        return Answer()
    if words.unknown.search(stripped) and len(stripped) <= 40:
        return Answer(skipped=True)
    if len(stripped) <= _SHORT:
        # The words must be most of the message: "要" inside "要开会讨论" answers nothing. The longest match decides.
        said = [
            (m.end() - m.start(), p.value)
            for p in words.bare
            if p.field == field
            and (m := p.pattern.search(stripped))
            and 2 * (m.end() - m.start()) >= len(stripped.rstrip("。.!！?？吧呢"))
        ]
        if said:
            return Answer((max(said, key=lambda pair: pair[0])[1],))
    if field in _COUNTS and not already:
        number = bare(stripped)
        return Answer((_counted(field, number),)) if number else Answer()
    if field in _FLAGS or field == "interconnect":
        yes = True if words.affirm.search(stripped) else False if words.deny.search(stripped) else None
        if yes is None:
            return Answer()
        return Answer((yes,)) if field in _FLAGS else Answer(("high" if yes else "standard",))
    if field == "facility":
        room = facility(stripped)
        return Answer((room,)) if room else Answer()
    if field == "purchase_by":
        dates = window(stripped)
        return Answer((dates,)) if dates else Answer()
    if _FILLER.fullmatch(stripped):
        return Answer()
    if field in _TEXTS and not already and len(stripped) <= _LONGEST:
        return Answer((stripped,))
    if field == "software" and not already and len(stripped) <= _LONGEST:
        names = [name.strip() for name in re.split(r"[、，,;；/]|和|\band\b", stripped) if name.strip()]
        return Answer((tuple(names),)) if names else Answer()
    return Answer()


def _counted(field: FieldName, figure: Figure) -> Any:
    return Quantity(field, figure, 0, 0).value()
