"""Words of the trade in Chinese and English, so that a question's words find passages in the other language too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.knowledge.sparse import terms

_FILE = Path(__file__).with_name("glossary.yaml")


class Meaning(BaseModel):
    """Words that stand for each other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[str, ...] = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Found:
    """A meaning found in a question: the terms at [start, end) that said it, and those that could say it instead."""

    start: int
    end: int
    instead: frozenset[str]


@lru_cache(maxsize=1)
def meanings() -> tuple[Meaning, ...]:
    """The glossary as written."""
    return tuple(TypeAdapter(list[Meaning]).validate_python(yaml.safe_load(_FILE.read_text(encoding="utf-8"))))


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[tuple[str, ...], frozenset[str]], int]:
    table: dict[tuple[str, ...], frozenset[str]] = {}
    for meaning in meanings():
        spelled = [tuple(terms(word)) for word in (*meaning.zh, *meaning.en)]
        every = frozenset(term for phrase in spelled for term in phrase)
        for phrase in spelled:
            table[phrase] = table.get(phrase, frozenset()) | every
    return table, max(len(phrase) for phrase in table)


def expand(words: Sequence[str]) -> list[Found]:
    """The meanings that a question's terms name, longest phrase first at each place, none overlapping."""
    table, longest = _phrases()
    found: list[Found] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in table:
                found.append(Found(at, at + length, table[phrase] - set(phrase)))
                at += length
                break
        else:
            at += 1
    return found
