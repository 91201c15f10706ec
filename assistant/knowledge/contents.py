"""What an index holds, as a table in memory: passages by point, unit and document, and how common each word is."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.knowledge.index import Entry, StoredEntry
from assistant.knowledge.passage import Language, Passage
from assistant.rules.catalogue import products_in

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class DocumentTitle:
    """A document of the index: its name and, by language, its title."""

    document: str
    titles: dict[Language, str]


@dataclass(frozen=True)
class Version:
    """One language version of a unit. `about` are the products its document is about, `words` the ids of its terms."""

    point: str
    entry: Entry
    words: frozenset[int]
    about: frozenset[str]
    windowed: bool = False
    asked: bool = False

    @property
    def language(self) -> Language:
        """The language it is in."""
        return self.entry.passage.language


@dataclass
class Contents:
    """Read once from an index; frozen in use. `parts` maps the point of a window or a question to its passage's.

    `size` counts a language's passages, `alone` those of them whose unit has no version in the other language.
    """

    points: dict[str, Version] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    units: dict[str, dict[Language, Version]] = field(default_factory=dict)
    size: Counter[Language] = field(default_factory=Counter)
    alone: Counter[Language] = field(default_factory=Counter)
    _frequency: dict[Language, Counter[int]] = field(default_factory=lambda: {"zh": Counter(), "en": Counter()})
    _documents: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, stored: Iterable[StoredEntry]) -> Contents:
        """The table over entries in document order."""
        contents = cls()
        for item in stored:
            passage = item.entry.passage
            version = Version(
                item.id,
                item.entry,
                frozenset(item.words),
                frozenset(products_in(passage.title)),
                bool(item.windows),
                bool(item.asked),
            )
            contents.parts.update(dict.fromkeys((*item.windows, *item.asked), item.id))
            contents.points[item.id] = version
            versions = contents.units.setdefault(passage.unit, {})
            if not versions:
                contents._documents[passage.document].append(passage.unit)
            versions[passage.language] = version
            contents.size[passage.language] += 1
            contents._frequency[passage.language].update(version.words)
        contents.alone.update(
            language for versions in contents.units.values() if len(versions) == 1 for language in versions
        )
        return contents

    def knows(self, language: Language, term: int) -> bool:
        """Whether any passage in this language has the word."""
        return self._frequency[language][term] > 0

    def rarity(self, language: Language, term: int) -> float:
        """The word's inverse document frequency among this language's passages, by Qdrant's formula."""
        held = self._frequency[language][term]
        return math.log((self.size[language] - held + 0.5) / (held + 0.5) + 1)

    def unit(self, unit: str, language: Language) -> Passage | None:
        """A unit in this language, else in the one it has."""
        versions = self.units.get(unit)
        if not versions:
            return None
        version = versions.get(language) or next(iter(versions.values()))
        return version.entry.passage

    def document(self, document: str, language: Language) -> list[Passage]:
        """A document's units in order; [] for a document that is not there."""
        found = [self.unit(unit, language) for unit in self._documents.get(document, ())]
        return [passage for passage in found if passage is not None]

    def documents(self) -> list[DocumentTitle]:
        """Every document, by name."""
        listed: list[DocumentTitle] = []
        for document, units in sorted(self._documents.items()):
            titles: dict[Language, str] = {}
            for unit in units:
                for language, version in self.units[unit].items():
                    titles.setdefault(language, version.entry.passage.title)
            listed.append(DocumentTitle(document, titles))
        return listed


def in_order(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages with their scores made to fall: rank is decided by fusion, score says how relevant each is."""
    ordered: list[Passage] = []
    ceiling = 1.0
    for passage in passages:
        ceiling = min(ceiling, passage.score)
        ordered.append(passage.model_copy(update={"score": ceiling}))
    return tuple(ordered)
