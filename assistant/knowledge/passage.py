"""A passage: one unit of one document in one language, as it is searched, quoted and cited."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
PassageKind = Literal["paragraph", "item", "row"]


class Passage(BaseModel):
    """`start` and `end` are the character span in the source file; `score` is relevance from 0 to 1.

    `unit` is the same for both languages ("whitepaper#07.t1.r2"), `id` adds the language ("whitepaper#07.t1.r2@zh").
    `text` can stand alone: a table row carries its header ("内存: 建议关注: …").
    """

    model_config = ConfigDict(frozen=True)

    id: str
    unit: str
    document: str
    title: str
    section: str
    heading: tuple[str, ...]
    language: Language
    kind: PassageKind
    text: str
    products: tuple[str, ...] = ()
    start: int
    end: int
    score: float = 0.0


class SearchResult(BaseModel):
    """Passages best first, in the reader's language where the unit has it; `covered` is false below the floor.

    `whole` are the units that answer together, as the rows of a table do that is asked for as a whole. Of several
    searches in one `leading` says how many of the first passages are the answers to each.
    """

    model_config = ConfigDict(frozen=True)

    passages: tuple[Passage, ...]
    covered: bool
    whole: tuple[str, ...] = ()
    leading: int = 0

    @property
    def answer(self) -> tuple[Passage, ...]:
        """The best passage, or those that answer together, in their order."""
        if self.leading:
            return self.passages[: self.leading]
        together = tuple(passage for passage in self.passages if passage.unit in self.whole)
        return tuple(sorted(together, key=lambda p: (p.document, p.start))) or self.passages[:1]
