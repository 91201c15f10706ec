"""Where a rule's quote stands: the address that opens the whitepaper on it."""

from __future__ import annotations

import re

from assistant.agent.citations import url
from assistant.agent.reply import Language
from assistant.bootstrap import Advisor
from assistant.rules.text import Source

_SPACE = re.compile(r"\s+")


class Places:
    """Finds quotes once and remembers their units; the material does not change while a server runs."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._units: dict[str, str | None] = {}

    def link(self, source: Source, language: Language) -> str | None:
        """The address of a source's passage; None for a house rule or a quote that no single passage holds."""
        if source.document != "whitepaper" or source.quote is None:
            return None
        if source.quote not in self._units:
            wanted = _SPACE.sub("", source.quote)
            originals = self._advisor.passage_document("whitepaper", "zh")
            self._units[source.quote] = next((p.unit for p in originals if wanted in _SPACE.sub("", p.text)), None)
        unit = self._units[source.quote]
        shown = self._advisor.passage_document("whitepaper", language) if unit else []
        return next((url(passage) for passage in shown if passage.unit == unit), None)
