"""Kinds of work in a text, with their share of the whole and the method of training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.phrases import CLAUSE_END, Found, negated
from assistant.dialogue.reading import Update
from assistant.dialogue.sizing import method_of
from assistant.rules.requirements import Workload, WorkloadKind

# "把训练去掉", "训练不做了"
_TAKEN_BACK = re.compile(
    r"(?:这块|部分|的事)?(?:就|也|都|先|暂时|暂)*(?:去掉|删掉|删了|取消|不要|不做|不用|不搞|不碰|不考虑|算了)"
)
_ALSO = re.compile(r"也|还(?:要|有|会|需)|同时|另外|\b(?:too|also|as well|plus|in addition)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:占(?:比)?(?:大?约)?\s*)?(?P<n>\d{1,3}(?:\.\d+)?)\s*%|(?P<tenths>[一二两三四五六七八九])成|(?P<half>一半|half)",
    re.IGNORECASE,
)
_TENTHS = dict(zip("一二两三四五六七八九", (10, 20, 20, 30, 40, 50, 60, 70, 80, 90), strict=True))


def _share(text: str, start: int, end: int) -> float | None:
    """The share in percent that stands beside a kind of work, in its clause."""
    before = re.split(r"[，。；,;、]|和|\band\b", text[max(0, start - 14) : start])[-1]
    after = re.split(r"[，。；,;、]|和|\band\b", text[end : end + 10])[0]
    for near in (before, after):
        match = _SHARE.search(near)
        if match:
            if match["n"]:
                return min(float(match["n"]), 100.0)
            return 50.0 if match["half"] else float(_TENTHS[match["tenths"]])
    return None


@dataclass
class _Work:
    kind: WorkloadKind
    share: float | None
    primary: bool
    minor: bool
    start: int
    end: int


def work(text: str, found: list[Found]) -> list[Update]:
    words = lexicon()
    named: dict[WorkloadKind, _Work] = {}
    denied: dict[WorkloadKind, tuple[int, int]] = {}
    for item in (f for f in found if f.phrase.field == "workloads"):
        kind: WorkloadKind = item.phrase.value
        if negated(text, item.start) or _TAKEN_BACK.match(text[item.end : item.end + 9]):
            denied.setdefault(kind, (item.start, item.end))
            continue
        before = CLAUSE_END.split(text[max(0, item.start - 16) : item.start])[-1]
        after = CLAUSE_END.split(text[item.end : item.end + 8])[0]
        minor = bool(words.minor.search(before)) or text[item.start : item.end].startswith(("小规模", "少量"))
        primary = not minor and bool(words.primary.search(before) or words.primary.search(after))
        if kind not in named:
            named[kind] = _Work(kind, _share(text, item.start, item.end), primary, minor, item.start, item.end)
    if any(work.minor for work in named.values()) and not any(work.primary for work in named.values()):
        for work in named.values():
            work.primary = not work.minor
    updates: list[Update] = []
    if named:
        method = method_of(text)
        values = tuple(
            Workload(
                kind=w.kind,
                share=w.share,
                primary=w.primary,
                method=method if w.kind in ("finetune", "training") else None,
            )
            for w in named.values()
        )
        start, end = min(w.start for w in named.values()), max(w.end for w in named.values())
        mode: Literal["set", "add"] = "set" if words.replace.search(text) and not _ALSO.search(text) else "add"
        updates.append(Update("workloads", values, text[start:end], start, end, mode=mode))
    gone = {kind: span for kind, span in denied.items() if kind not in named}
    if gone:
        start, end = min(s for s, _ in gone.values()), max(e for _, e in gone.values())
        updates.append(
            Update("workloads", tuple(gone), text[max(0, start - 4) : end].strip(), start, end, mode="remove")
        )
    return updates
