"""A field called by its name with a bare value beside it: "人数改45", "预算改成 120 万", "groups: 3", "users = 40"."""

from __future__ import annotations

import re
from functools import cache

from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import NUMBER, figure
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.quantities import Quantity
from assistant.dialogue.reading import Update
from assistant.rules.requirements import FieldName

_COUNTS: frozenset[FieldName] = frozenset({"users", "groups", "concurrency"})
_JOINT = (
    r"(?:数|数量|量)?\s*(?:应该|现在|其实|实际|最后|还|也|就|那|再|都){0,2}(?:是|为|有|改(?:成|为|到|回|一?下[，, ]*)?"
    r"|变(?:成|为)?|换成|更新为|调(?:整)?(?:为|到|成)|[:：=]|"
    r"(?:should be|is now|is|are|to|now|changed to|becomes|of)\b)\s*(?:大?约|about|around)?\s*"
)


@cache
def _patterns() -> tuple[tuple[FieldName, re.Pattern[str]], ...]:
    return tuple(
        (field, expression(rf"(?:{pattern.pattern}){_JOINT}{NUMBER}(?![\d.]*\s*(?:%|[A-Za-z]))", re.IGNORECASE))
        for field, pattern in lexicon().fields
        if field in _COUNTS
    )


def labelled(text: str) -> list[Update]:
    """Counts beside the name of their field, with their spans."""
    found: list[Update] = []
    for field, pattern in _patterns():
        for match in pattern.finditer(text):
            number = figure(match, text)
            if number is not None:
                start = match.start()
                value = Quantity(field, number, start, match.end()).value()
                found.append(Update(field, value, match[0].strip(), start, match.end()))
    return found
