"""What a reply's text holds: facts however they are set, and refusals in the advisor's own words."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

from assistant.agent.reply import Language, Reply
from assistant.dialogue.phrasing import variants
from evals.cases import Fact


def plain(text: str) -> str:
    """Without what typesetting adds: emphasis, citation marks, blanks; dashes and case made alike."""
    text = re.sub(r"\[\d{1,3}\]|[*`_\s]", "", text).casefold()
    return text.translate(str.maketrans("–—～：，（）；＋", "--~:,();+"))


def holds(fact: Fact, text: str) -> bool:
    """Whether a plain text holds a fact, in one of its spellings."""
    spellings = (fact,) if isinstance(fact, str) else fact
    return any(plain(spelling) in text for spelling in spellings)


def shown(fact: Fact) -> str:
    return fact if isinstance(fact, str) else " / ".join(fact)


_REFUSING = (
    "commercial", "no_promise", "not_covered", "out_of_scope", "premise_wrong", "premise_unknown", "unknown_product",
    "verdict_no", "outside",
)  # fmt: skip


_UNSTATED = ("材料没有说明", "没有解释", "does not state", "do not state", "does not say", "does not explain")


@cache
def _refusing(language: Language) -> tuple[str, ...]:
    """The longest fixed part of every wording that refuses."""
    parts = (max(re.split(r"\{[^}]*\}", text), key=len) for key in _REFUSING for text in variants(key, language))
    return tuple(found for part in parts if len(found := plain(part)) >= 6)


def refuses(reply: Reply) -> bool:
    """Whether a reply declines: by its intent, or in one of the advisor's wordings for it."""
    text = plain(reply.reply)
    if reply.intent in ("commercial", "out_of_scope"):
        return True
    if any(plain(words) in text for words in _UNSTATED):
        # A sheet that says that it is not stated is cited as such.
        return True
    return any(part in text for language in get_args(Language) for part in _refusing(language))
