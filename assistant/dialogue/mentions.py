"""What a message mentions: series by their letters, facts that it asks for, the visitor's own case."""

from __future__ import annotations

import re

from assistant.dialogue.expressions import expression
from assistant.rules.catalogue import Series

# A letter is a series beside the word for it, or beside the other letter; capitals only, or "or t…" would be one.
_SERIES = expression(
    r"(?<![A-Za-z0-9])([GT])\s*(?:系列?|[- ]?(?:[Ss]eries|[Ll]ine))"
    r"|(?<![A-Za-z0-9])([GT])(?=\s*(?:和|与|跟|还是|/|vs\.?|or|and)\s*[GT](?![A-Za-z0-9]))"
    r"|(?:[和与跟是/]|\b(?:or|and|vs\.?))\s*([GT])(?![A-Za-z0-9-])"
)
_FACT = expression(
    r"多大|多少|几|是什么|为什么|什么意思|要求|how (?:much|many|big|large)|what (?:is|are|does)\b|why\b", re.IGNORECASE
)


_OWN = expression(r"我|咱|本(?:校|院|所|公司|单位|部门|组)|\b(?:i|we|us|our|my|me)\b", re.IGNORECASE)


def series_in(text: str) -> list[Series]:
    """The series that a folded text names by their letters, in order."""
    letters = [next(group for group in match.groups() if group).upper() for match in _SERIES.finditer(text)]
    return ["G" if letter == "G" else "T" for letter in letters]


def asks_fact(text: str) -> bool:
    """Whether a folded text asks for a fact (how much, what is, why)."""
    return bool(_FACT.search(text))


def speaks_of_own(text: str) -> bool:
    """Whether a folded text speaks of the visitor's own case."""
    return bool(_OWN.search(text))
