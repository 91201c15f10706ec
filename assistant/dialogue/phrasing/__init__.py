"""Every sentence that the advisor can say, zh beside en, keyed by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.dialogue.language import Language

_FOLDER = Path(__file__).parent


@cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def variants(key: str, language: Language) -> list[str]:
    """All wordings of a reply phrase."""
    wordings: list[str] = _load("replies")[key][language]
    return wordings


def say(key: str, language: Language, times_used: int = 0, **parts: object) -> str:
    """The phrase `key`, in the wording whose turn it is, with its parts filled in."""
    wordings = variants(key, language)
    return wordings[times_used % len(wordings)].format(**parts)


def questions() -> dict[str, Any]:
    """The checklist's questions by field."""
    return _load("questions")


def value_word(group: str, value: str, language: Language, *, one: bool = False) -> str:
    """The word for a value of a closed set, such as `("sharing", "college")`; `one` asks for the singular."""
    words: dict[str, str] = _load("values")[group][value]
    return words.get(f"{language}_one", words[language]) if one else words[language]
