"""The lexicon's phrases in a text: which were found, which are denied, and what closed fields they fill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.lexicon import Phrase, lexicon
from assistant.dialogue.reading import Update
from assistant.rules.requirements import FieldName

CLAUSE_END = re.compile(r"[，。；,;.!?！？\n]|\bbut\b|但是?|而是|只做|只要|只是")
_LISTED = re.compile(
    r"(?:大模型|模型|GPU)?(?:训练|微调|推理|渲染|转码|\b(?:training|fine-?tuning|inference|rendering|transcoding))\s*(?:、|和|或者?|及|与|跟|/|,|\bor\b|\bnor\b|\band\b)\s*$",
    re.IGNORECASE,
)


@dataclass
class Found:
    phrase: Phrase
    start: int
    end: int


def _hides(kept: Found, item: Found) -> bool:
    """Whether a longer match leaves nothing to a shorter one. Two kinds of work that only share an end are both meant:
    多模态模型训练 is multimodal work and training."""
    if kept.phrase.field != item.phrase.field or kept.start >= item.end or item.start >= kept.end:
        return False
    inside = kept.start <= item.start and item.end <= kept.end
    return inside or item.phrase.field != "workloads" or kept.phrase.value == item.phrase.value


def phrases(text: str) -> list[Found]:
    """Phrase matches by field, a longer match before any shorter one that overlaps it."""
    kept: list[Found] = []
    found = [
        Found(phrase, match.start(), match.end())
        for phrase in lexicon().phrases
        for match in phrase.pattern.finditer(text)
        if match.end() > match.start()
    ]
    found.sort(key=lambda item: (item.start - item.end, item.phrase.inferred))
    for item in found:
        if not any(_hides(k, item) for k in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def negated(text: str, start: int) -> bool:
    """Whether the words right before a match, within its clause, deny it."""
    before = CLAUSE_END.split(text[max(0, start - 24) : start])[-1]
    # A denial reaches over a list: "不做训练和微调", "no training or fine-tuning".
    while match := _LISTED.search(before):
        before = before[: match.start()]
    return bool(lexicon().negation.search(before))


_OPPOSITE: dict[tuple[str, Any], Any] = {
    ("multi_node", True): False,
    ("rack_scale", True): False,
    ("interconnect", "high"): "standard",
    ("want_alternative", True): False,
    ("stamped_quote", True): False,
}


def values(text: str, found: list[Found]) -> list[Update]:
    """Values of the fields that hold one; a stated value wins over an inferred one, a later over an earlier."""
    best: dict[FieldName, Update] = {}
    for item in found:
        name = item.phrase.field
        if name == "workloads":
            continue
        value = item.phrase.value
        if negated(text, item.start):
            if (name, value) not in _OPPOSITE:
                continue
            value = _OPPOSITE[name, value]
        update = Update(name, value, text[item.start : item.end], item.start, item.end, item.phrase.inferred)
        if name not in best or best[name].inferred or not update.inferred:
            best[name] = update
    return list(best.values())
