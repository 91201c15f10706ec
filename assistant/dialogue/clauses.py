"""Where clauses and sentences end, for readers that look at the words around a figure or a name."""

from __future__ import annotations

import re

CLAUSE_END = re.compile(r"[，。；,;!?！？\n]")
SENTENCE_END = re.compile(r"[。；;!?！？\n]")
# Where a clause of a message ends, English ones too; a figure goes on behind its point.
_MESSAGE_CLAUSE = re.compile(r"[，。；,;!?！？\n]|\.(?!\d)")


def clause_at(text: str, start: int, end: int) -> tuple[str, str, bool]:
    """The clause that holds `text[start:end]`, the mark that ends it, and whether it is the whole text."""
    begin = max((match.end() for match in _MESSAGE_CLAUSE.finditer(text[:start])), default=0)
    ends = _MESSAGE_CLAUSE.search(text, end)
    return text[begin : ends.start() if ends else len(text)], ends[0] if ends else "", ends is None and begin == 0
