"""Bilingual texts and the sources that they rest on; the small parts that every table and result is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]


class Frozen(BaseModel):
    """A value object: nothing in it changes and nothing unknown is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """The same sentence in both languages; neither may be empty."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


class Source(Frozen):
    """Where a rule rests: `quote` is verbatim Chinese from the whitepaper, `quote_en` the same in our translation.

    A house rule has `document` "house", no section and no quote; its `because` gives the reason.
    """

    document: Literal["whitepaper", "house"] = "whitepaper"
    section: str | None = None
    quote: str | None = None
    quote_en: str | None = None

    def text(self, language: Language) -> str | None:
        """The quote in one language."""
        return self.quote if language == "zh" else self.quote_en
