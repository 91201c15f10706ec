"""Where clauses and sentences end, for readers that look at the words around a figure or a name."""

from __future__ import annotations

import re

CLAUSE_END = re.compile(r"[，。；,;!?！？\n]")
SENTENCE_END = re.compile(r"[。；;!?！？\n]")
