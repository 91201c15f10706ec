"""Words that carry meaning: `phrases.yaml`, `intents.yaml` and `answers.yaml`, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon.index import Word, words
from assistant.rules.requirements import FieldName

Pattern = re.Pattern[str]
_FLAGS = re.IGNORECASE


@dataclass(frozen=True, eq=False)
class Phrase:
    """Words that give `field` the value `value`: `words` one by one, `pattern` all of them together."""

    field: FieldName
    value: Any
    inferred: bool
    pattern: Pattern
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Lexicon:
    """Everything the parser knows of words; the files say what each part is."""

    phrases: tuple[Phrase, ...]
    bare: tuple[Phrase, ...]
    concerns: tuple[tuple[str, Pattern], ...]
    intents: tuple[tuple[str, Pattern], ...]
    primary: Pattern
    primary_after: Pattern
    minor: Pattern
    minor_after: Pattern
    replace: Pattern
    question: Pattern
    need: Pattern
    unknown: Pattern
    affirm: Pattern
    deny: Pattern
    agrees: Pattern
    disagrees: Pattern
    puzzled: Pattern
    wavers: Pattern
    adds: Pattern
    domain: Pattern
    premise: Pattern
    deploy: Pattern
    other_vendor: Pattern
    why: Pattern
    picks: Pattern
    adopt: Pattern
    decline: Pattern
    corrects: Pattern
    nod: Pattern
    wants: Pattern
    withdrawn: tuple[tuple[FieldName, Pattern], ...]
    undecided: tuple[tuple[FieldName, Pattern], ...]
    fields: tuple[tuple[FieldName, Pattern], ...]


def _alternation(row: dict[str, Any]) -> Pattern:
    chinese = [f"(?:{word})" for word in row.get("zh", [])]
    english = [rf"(?<![A-Za-z0-9])(?:{word})(?![A-Za-z0-9])" for word in row.get("en", [])]
    return expression("|".join([*chinese, *english]), _FLAGS)


def _pair(row: dict[str, str]) -> Pattern:
    return expression(f"(?:{row['zh']})|(?:{row['en']})", _FLAGS)


def _named(row: dict[str, Any], frame: dict[str, str]) -> Pattern:
    """A frame around the names of one field."""
    chinese, english = "|".join(row["zh"]), "|".join(row["en"])
    return _pair(
        {"zh": frame["zh"].replace("{name}", f"(?:{chinese})"), "en": frame["en"].replace("{name}", f"(?:{english})")}
    )


def _phrase(row: dict[str, Any]) -> Phrase:
    every = (*words(row.get("zh", []), bounded=False), *words(row.get("en", []), bounded=True))
    return Phrase(row["field"], row["value"], row.get("inferred", False), _alternation(row), every)


@cache
def lexicon() -> Lexicon:
    """The compiled lexicon."""
    data: dict[str, Any] = {}
    for name in ("phrases", "intents", "answers"):
        data |= yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return Lexicon(
        phrases=tuple(map(_phrase, data["phrases"])),
        bare=tuple(map(_phrase, data["bare"])),
        concerns=tuple((row["concern"], _alternation(row)) for row in data["concerns"]),
        intents=tuple((row["intent"], _alternation(row)) for row in data["intents"]),
        withdrawn=tuple((row["field"], _named(row, data["withdrawn"])) for row in data["fields"]),
        undecided=tuple((row["field"], _named(row, data["undecided"])) for row in data["fields"]),
        fields=tuple((row["field"], _alternation(row)) for row in data["fields"]),
        **{
            name: _pair(data[name])
            for name in (
                "primary",
                "primary_after",
                "minor",
                "minor_after",
                "replace",
                "question",
                "need",
                "unknown",
                "affirm",
                "deny",
                "agrees",
                "disagrees",
                "puzzled",
                "wavers",
                "adds",
                "domain",
                "premise",
                "deploy",
                "other_vendor",
                "why",
                "picks",
                "adopt",
                "decline",
                "corrects",
                "nod",
                "wants",
            )
        },
    )
