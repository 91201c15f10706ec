"""The lexicon's phrases in a text: which were found, which are denied, and what closed fields they fill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from assistant.dialogue.denial import Span, denials
from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import Phrase, lexicon
from assistant.dialogue.lexicon.index import Word
from assistant.dialogue.modality import after, before, hedged, others, owned, past
from assistant.dialogue.reading import Update
from assistant.rules.requirements import FieldName

# Phrases; nobody says more in one message.
_MOST = 200


@dataclass
class Found:
    """A phrase at `text[start:end]`; `denied` is the place with the words that deny it, where there are any."""

    phrase: Phrase
    start: int
    end: int
    denied: Span | None = None


@cache
def _by_core() -> tuple[tuple[str, tuple[tuple[Phrase, Word], ...]], ...]:
    """The words of the lexicon by the letters that they can't do without."""
    index: dict[str, list[tuple[Phrase, Word]]] = {}
    for phrase in lexicon().phrases:
        for word in phrase.words:
            for core in word.cores:
                index.setdefault(core, []).append((phrase, word))
    return tuple((core, tuple(entries)) for core, entries in index.items())


def _matches(text: str) -> Iterator[Found]:
    plain = text.lower()
    near = dict.fromkeys(entry for core, entries in _by_core() if core in plain for entry in entries)
    for phrase, word in near:
        for match in word.pattern.finditer(text):
            if match.end() > match.start():
                yield Found(phrase, match.start(), match.end())


def _hides(kept: Found, item: Found) -> bool:
    """Whether a longer match leaves nothing to a shorter one of its field that overlaps it. Two kinds of work that only
    share an end are both meant: 多模态模型训练 is multimodal work and training."""
    inside = kept.start <= item.start and item.end <= kept.end
    return inside or item.phrase.field != "workloads" or kept.phrase.value == item.phrase.value


def phrases(text: str) -> list[Found]:
    """Phrase matches by field, a longer match before any shorter one that overlaps it."""
    found = sorted(_matches(text), key=lambda item: (item.start - item.end, item.phrase.inferred))
    kept: list[Found] = []
    taken: dict[tuple[FieldName, int], list[Found]] = {}
    for item in found:
        places = [(item.phrase.field, place) for place in range(item.start, item.end)]
        # The ends tell whether anything longer overlaps.
        near = [*taken.get(places[0], ()), *taken.get(places[-1], ())]
        if not any(_hides(other, item) for other in near):
            kept.append(item)
            for place in places:
                taken.setdefault(place, []).append(item)
    kept = sorted(kept, key=lambda item: item.start)[:_MOST]
    for item, denied in zip(kept, denials(text, [(item.start, item.end) for item in kept]), strict=True):
        item.denied = denied
    return kept


_OPPOSITE: dict[tuple[str, Any], Any] = {
    ("multi_node", True): False,
    ("multi_node", False): True,
    ("rack_scale", True): False,
    ("interconnect", "high"): "standard",
    ("want_alternative", True): False,
    ("stamped_quote", True): False,
    ("tax_included", True): False,
    ("ops_included", True): False,
}
_HARDWARE: frozenset[FieldName] = frozenset({"multi_node", "rack_scale", "interconnect"})
_SERVING = frozenset({"inference", "rag", "knowledge_base", "api_service"})
# Between two values of a field: the second takes the place of the first.
_CORRECTED = expression(
    r"改成|改为|换成|变成|升级[成为到]|扩展?[成为到]|不对|[哦噢啊喔]不|错了|说错|更正|纠正|应该是|准确[地的]?说|其实是|而是|才对|我是说|算了"
    r"|\b(?:sorry|i mean(?:t)?|no,? (?:wait|make)|oh no|oops|scratch that|correction|or rather|make (?:that|it)|actually|instead|(?:change|changed|upgrade|switch) (?:it |that )?to|but rather|not any ?more)\b",  # noqa: E501
    re.IGNORECASE,
)


# Whether something is needed is a question to the advisor and no wish: "我们需要 IB 吗", "do we need InfiniBand?".
_NEED_ASKED = expression(
    r"(?:是否|是不是|要不要|用不用|需不需要|有没有必要)[^，。]{0,8}$|^\s*(?:do|does|should|must"
    r"|would) (?:we|i|it|that|this)\b"
    r"|\b(?:is|are) (?:an? |the )?$",
    re.IGNORECASE,
)
_NEED = expression(r"需要|必须|一定要|得(?:要|上|有)|(?:要|用|上)(?:不要)?\s*$", re.IGNORECASE)
_SUPPOSED = expression(r"如果|要是|假如|假设|万一|\bif\b|\bsuppos", re.IGNORECASE)
_ASKING = expression(r"^[^，。；,;]{0,12}?[吗么？?]")


def _needed(text: str, start: int, end: int) -> bool:
    """Whether the clause asks if it is needed."""
    ahead, behind = before(text, start), after(text, end) + text[end + len(after(text, end)) :][:1]
    if _SUPPOSED.search(ahead):
        return False
    asks = bool(_ASKING.match(behind))
    return (bool(_NEED_ASKED.search(ahead)) and (asks or "?" in behind or "不" in ahead or "否" in ahead)) or (
        asks and bool(_NEED.search(ahead))
    )


def _update(text: str, item: Found) -> Update | None:
    """What the phrase says of its field; None when it is denied without leaving a value, or speaks of what is there."""
    name, value = item.phrase.field, item.phrase.value
    start, end = item.start, item.end
    if item.denied:
        if (name, value) not in _OPPOSITE:
            return None
        value = _OPPOSITE[name, value]
        start, end = item.denied
    there = owned if name in _HARDWARE else past
    if there(text, item.start, item.end) or others(text, item.start):
        return None
    if name in _HARDWARE and _needed(text, item.start, item.end):
        return None
    maybe = hedged(text, item.start, item.end)
    return Update(name, value, text[start:end].strip(), start, end, item.phrase.inferred, hedged=maybe)


def _settled(text: str, told: list[Update]) -> list[Update]:
    """Of the values that one field was given, in order: a stated one wins over an inferred one, a later one over an
    earlier one that says the same or that it corrects; what remains may contradict itself."""
    stated = [update for update in told if not update.inferred] or told[-1:]
    kept: list[Update] = []
    for update in stated:
        last = kept[-1] if kept else None
        if last and not update.hedged and _CORRECTED.search(text[last.end : update.start][-24:]):
            kept.pop()
        same = next((other for other in kept if other.value == update.value), None)
        if same is None or (same.hedged and not update.hedged):
            kept = [other for other in kept if other is not same]
            kept.append(update)
    if any(update.value in ("college", "company") and not update.hedged for update in kept):
        # Several groups of a college are no contradiction: the wider circle holds.
        kept = [update for update in kept if update.value != "multi_group"]
    return kept


def _scale(text: str, found: list[Found], sharing: list[Update]) -> list[Update]:
    """A department that serves a model is a platform of that scale."""
    own = [item for item in found if item.phrase.field == "workloads" and not others(text, item.start)]
    work = {item.phrase.value for item in own if not item.denied}
    if work and not work & _SERVING:
        return []
    return [replace(update, field="scale", inferred=not work) for update in sharing if update.value == "department"]


def values(text: str, found: list[Found]) -> list[Update]:
    """Values of the fields that hold one, in order of the fields; two updates of one field are two values that the text
    gives it, or one that is settled and one that is hedged."""
    told: dict[FieldName, list[Update]] = {}
    for item in found:
        if item.phrase.field != "workloads" and (update := _update(text, item)):
            told.setdefault(update.field, []).append(update)
    settled = {name: _settled(text, updates) for name, updates in told.items()}
    if all(update.inferred for update in settled.get("scale", ())):
        settled["scale"] = _scale(text, found, settled.get("sharing", [])) or settled.get("scale", [])
    return [update for updates in settled.values() for update in updates]
