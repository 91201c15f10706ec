"""Kinds of work in a text, with their share of the whole and the method of training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.dialogue.denial import denied_before
from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.modality import hedged, others, past
from assistant.dialogue.phrases import Found
from assistant.dialogue.reading import Update
from assistant.dialogue.shares import standing
from assistant.dialogue.sizing import method_of
from assistant.rules.requirements import Method, Workload, WorkloadKind

_TRAINED: tuple[WorkloadKind, ...] = ("finetune", "training")
_ALSO = expression(r"也|还(?:要|有|会|需)|同时|另外|\b(?:too|also|as well|plus|in addition)\b", re.IGNORECASE)
_METHOD = expression(r"q?-?lora|全参数?|全量|peft|full[- ]parameter", re.IGNORECASE)
_ONLY_BEFORE = expression(
    r"(?:只|仅)(?:是|做|跑|用|搞|要|需要?|会)?\s*$|\b(?:only|just)(?: do| use| need| run)?\s*$", re.IGNORECASE
)
_ONLY_AFTER = expression(r"^(?:微调)?(?:就够|就行|即可|就可以)|^\s*only\b", re.IGNORECASE)
_UNSETTLED = expression(
    r"也可能|也许也|或者|要么|还没定|没定|没想好|不确定|\bnot"
    r" (?:yet )?(?:settled|decided|sure)\b|\bundecided\b"
    r"|n't (?:yet )?(?:decided|settled)|\bnot (?:yet )?made up|\bor (?:maybe|perhaps)\b",
    re.IGNORECASE,
)
_BULK = expression(r"大头|占多数|主力|为主|\bbulk\b", re.IGNORECASE)
_SENTENCE = expression(r"[。；;!！\n?？]")


@dataclass
class _Work:
    kind: WorkloadKind
    share: float | None
    primary: bool
    minor: bool
    method: Method | None
    hedged: bool
    start: int
    end: int


def _stated_methods(text: str) -> str:
    """The text without the methods of training that it denies ("不用LoRA，全参")."""
    for match in _METHOD.finditer(text):
        if denied_before(text, match.start()) is not None:
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _methods(text: str, items: list[Found]) -> list[Method | None]:
    """For each kind of work the method named beside it, or anywhere when none stands beside any."""
    if not any(item.phrase.value in _TRAINED for item in items):
        return [None] * len(items)
    plain = _stated_methods(text)
    anywhere = method_of(plain)
    if anywhere is None:
        return [None] * len(items)
    near: list[Method | None] = []
    for place, item in enumerate(items):
        low = max(items[place - 1].end if place else 0, item.start - 8)
        high = min(items[place + 1].start if place + 1 < len(items) else len(plain), item.end + 8)
        trained = item.phrase.value in _TRAINED
        near.append(method_of(plain[min(low, item.start) : max(high, item.end)]) if trained else None)
    if any(near):
        return near
    return [anywhere if item.phrase.value in _TRAINED else None for item in items]


def _named(text: str, items: list[Found]) -> list[_Work]:
    """The kinds of work that the text names, each once; what was done in the past is none."""
    stands = standing(text, [(item.start, item.end) for item in items])
    named: dict[WorkloadKind, _Work] = {}
    for item, stand, method in zip(items, stands, _methods(text, items), strict=True):
        kind: WorkloadKind = item.phrase.value
        if past(text, item.start, item.end) or others(text, item.start):
            continue
        maybe = hedged(text, item.start, item.end)
        known = named.get(kind)
        if known is None or (known.hedged and not maybe):
            named[kind] = _Work(kind, stand.share, stand.primary, stand.minor, method, maybe, item.start, item.end)
        elif known.hedged == maybe:
            known.share = known.share if known.share is not None else stand.share
            known.method = known.method or method
            known.primary = known.primary or stand.primary
            known.minor = (known.minor or stand.minor) and not known.primary
    works = list(named.values())
    if len(works) == 1:
        # The only kind is the main one anyway, unless others were named before.
        works[0].primary = works[0].primary and _BULK.search(text) is not None
    elif any(work.minor for work in works) and not any(work.primary for work in works):
        for work in works:
            work.primary = not work.minor and not work.hedged
    return works


def _replaces(text: str, works: list[_Work]) -> bool:
    """Whether the kinds named take the place of those said before: "只做推理", "inference only"."""
    if _ALSO.search(text):
        return False
    for work in works:
        low = max(0, work.start - 24)
        lead = _SENTENCE.split(text[low : work.start])[-1]
        near = lead + text[work.start : work.end + 8]
        # "应该是20人，做训练" corrects the figure.
        if any(not re.search(r"\d", near[m.end() : len(lead)]) for m in lexicon().replace.finditer(near)):
            return True
    return False


def _added(text: str, works: list[_Work], mode: Literal["set", "add"], maybe: bool) -> list[Update]:
    if not works:
        return []
    start, end = min(work.start for work in works), max(work.end for work in works)
    value = tuple(
        Workload(kind=work.kind, share=work.share, primary=work.primary, method=work.method) for work in works
    )
    minor = all(work.minor for work in works)
    return [Update("workloads", value, text[start:end].strip(), start, end, mode=mode, hedged=maybe, minor=minor)]


def _only_method(text: str, works: list[_Work]) -> list[Update]:
    """ "Only LoRA" after training was spoken of: the training is that."""
    if {work.kind for work in works} & set(_TRAINED) != {"finetune"}:
        return []
    for match in _METHOD.finditer(text):
        only = _ONLY_BEFORE.search(text[max(0, match.start() - 12) : match.start()])
        if only or _ONLY_AFTER.match(text[match.end() : match.end() + 8]):
            return [Update("workloads", ("training",), match[0].strip(), match.start(), match.end(), mode="remove")]
    return []


def work(text: str, found: list[Found]) -> list[Update]:
    """Kinds of work added (or set, when they replace those before), those that may come apart from those settled, and
    kinds taken away."""
    items = [item for item in found if item.phrase.field == "workloads"]
    works = _named(text, [item for item in items if not item.denied])
    firm = [work for work in works if not work.hedged]
    only = _only_method(text, works)
    mode: Literal["set", "add"] = "set" if firm and not only and _replaces(text, firm) else "add"
    maybe = [work for work in works if work.hedged]
    if not firm and len(maybe) > 1 and _UNSETTLED.search(text):
        # "Maybe training, maybe inference, not settled": nothing of it is a direction yet.
        maybe = []
    updates = _added(text, firm, mode, False) + _added(text, maybe, "add", True) + only
    named = {work.kind for work in works}
    # "不用LoRA" denies a method and no fine-tuning.
    gone = {
        item.phrase.value: item.denied
        for item in reversed(items)
        if item.denied and item.phrase.value not in named and not _METHOD.fullmatch(text[item.start : item.end])
    }
    if gone:
        start, end = min(low for low, _ in gone.values()), max(high for _, high in gone.values())
        kinds = tuple(reversed(gone))
        updates.append(Update("workloads", kinds, text[start:end].strip(), start, end, mode="remove"))
    return updates
