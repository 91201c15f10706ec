"""Citations: from a rule's source or a passage found to a numbered reference that opens on the exact place."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote

from assistant.agent.reply import Citation, Language
from assistant.knowledge.passage import Passage, SearchResult
from assistant.rules.text import Source

_SPACE = re.compile(r"\s+")


class KnowledgeSource(Protocol):
    """What the agent needs of the index; `assistant.knowledge.search.Knowledge` is the real one."""

    @property
    def corpus(self) -> str:
        """Which corpus is searched, for the versions on a reply."""

    @property
    def embedder(self) -> str:
        """Which model the index was written with."""

    def search(self, query: str, *, language: Language, limit: int = 5) -> SearchResult:
        """Passages for a question, each unit once, in the reader's language."""

    def unit(self, unit: str, language: Language) -> Passage | None:
        """A unit in a language, or in the other one where it has only that."""

    def document(self, document: str, language: Language) -> list[Passage]:
        """All passages of a document in order."""

    def close(self) -> None:
        """Let go of the index."""


def anchor(unit: str) -> str:
    """The HTML id of a unit on its source page."""
    return "u-" + re.sub(r"[^A-Za-z0-9.-]", "-", unit)


def url(passage: Passage) -> str:
    """Where the document opens on this passage."""
    return f"/source/{quote(passage.document)}?lang={passage.language}#{anchor(passage.unit)}"


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)


class Sources:
    """Finds the passage that a rule's quote stands in."""

    def __init__(self, knowledge: KnowledgeSource) -> None:
        self._knowledge = knowledge
        self._by_quote: dict[str, str | None] = {}

    def unit_of(self, source: Source) -> str | None:
        """The id of the whitepaper unit that holds the quote; None for a house rule or a heading."""
        if source.document != "whitepaper" or source.quote is None:
            return None
        if source.quote not in self._by_quote:
            wanted = _squeezed(source.quote)
            self._by_quote[source.quote] = next(
                (p.unit for p in self._knowledge.document("whitepaper", "zh") if wanted in _squeezed(p.text)), None
            )
        return self._by_quote[source.quote]

    def passage(self, unit: str, language: Language) -> Passage | None:
        """The unit in a language."""
        return self._knowledge.unit(unit, language)


class Citations:
    """The numbered references of one reply; citing the same passage again gives the same number."""

    def __init__(self, sources: Sources, language: Language) -> None:
        self._sources = sources
        self._language = language
        self._cited: dict[str, Citation] = {}
        self.passages: list[Passage] = []

    def rule(self, source: Source) -> str:
        """A mark such as "[1]" for a rule's source; empty when there is nothing to open."""
        unit = self._sources.unit_of(source)
        passage = self._sources.passage(unit, self._language) if unit else None
        if passage is None:
            return ""
        words = source.text(self._language) or ""
        return self.passage(passage, words if _squeezed(words) in _squeezed(passage.text) else None)

    def passage(self, passage: Passage, words: str | None = None) -> str:
        """A mark for a passage; `words` narrows the quote to a part of it."""
        if passage.unit not in self._cited:
            original = self._sources.passage(passage.unit, "zh") if passage.language == "en" else None
            self._cited[passage.unit] = Citation(
                id=str(len(self._cited) + 1),
                document=passage.document,
                section=passage.section,
                heading=" › ".join(passage.heading),
                quote=words or passage.text,
                url=url(passage),
                original=original.text if original and original.language == "zh" else None,
            )
            self.passages.append(passage)
        return f"[{self._cited[passage.unit].id}]"

    def holds(self, passage: Passage) -> bool:
        """Whether the passage is cited already."""
        return passage.unit in self._cited

    def all(self) -> tuple[Citation, ...]:
        """The references in order of first use."""
        return tuple(self._cited.values())
