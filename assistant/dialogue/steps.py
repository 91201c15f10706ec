"""Figures said relative to what they were: "再加10个人", "又少了一个组", "double the head count"."""

from __future__ import annotations

import re

from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.reading import Update
from assistant.rules.requirements import FieldName

_MORE = expression(
    r"(?:再|又|还)(?:要|会|得)?(?:多|加|增|来|添|招)(?:加|了|上|进)?\s*$|(?:增加|新增|增多|多)了\s*$"
    r"|\b(?:add(?:ing)?|plus) (?:another |an extra )?$"
    r"|\banother $",
    re.IGNORECASE,
)
_MORE_AFTER = expression(r"^[^,.;，。；]{0,12}?\b(?:more|extra|additional)\b", re.IGNORECASE)
_LESS = expression(r"(?:再|又|还)?(?:要|会)?(?:少|减少?|去掉|走)了?\s*$|\b(?:drop|lose|minus|remove) $", re.IGNORECASE)
_FIGURES: tuple[FieldName, ...] = ("users", "groups", "concurrency", "data_tb", "budget_cny")
_TWICE = r"翻(?:一)?倍|加倍|翻一?番|\b(?:doubles?|doubled)\b"
_HALF = r"减半|砍(?:掉)?(?:一)?半|少一半|减少一半|\b(?:halves?|halved|cut (?:\w+ ){0,3}in half)\b"
_TIMES = expression(rf"(?P<twice>{_TWICE})|(?P<half>{_HALF})", re.IGNORECASE)


def step_at(text: str, start: int, end: int) -> int | None:
    """1 when the figure at `text[start:end]` is said to come on top of what there is, -1 when it goes off it, None when
    it is the figure itself."""
    ahead = text[max(0, start - 16) : start]
    if _MORE.search(ahead) or _MORE_AFTER.search(text[start:end]):
        return 1
    return -1 if _LESS.search(ahead) else None


def times(text: str) -> list[Update]:
    """Figures called by the names of their fields that are doubled or halved."""
    match = _TIMES.search(text) if len(text) <= 40 else None
    if match is None:
        return []
    named = [field for field, pattern in lexicon().fields if field in _FIGURES and pattern.search(text)]
    if len(named) != 1:
        return []
    return [Update(named[0], 2.0 if match["twice"] else 0.5, match[0], match.start(), match.end(), mode="times")]
