"""From a message to what it means: an intent and field updates, each with the words it came from. No model calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from assistant.dialogue.answers import answer_to
from assistant.dialogue.language import Language, detect, fold
from assistant.dialogue.lexicon import Phrase, lexicon
from assistant.dialogue.mentions import asks_fact, series_in, speaks_of_own
from assistant.dialogue.models import FoundModel, models
from assistant.dialogue.quantities import quantities
from assistant.dialogue.sizing import SizeQuestion, asks_enough, follow_up, method_of, size_question
from assistant.rules.catalogue import Product, Series, find_products
from assistant.rules.facts import CONCERNS, Concern
from assistant.rules.requirements import FieldName, ModelSpec, Range, Requirements, Workload, WorkloadKind

Intent = Literal[
    "recommend",
    "ask",
    "inform",
    "compare",
    "size",
    "greet",
    "thank",
    "out_of_scope",
    "commercial",
    "handover",
    "start_over",
    "delete_data",
    "unclear",
]
_CLAUSE_END = re.compile(r"[，。；,;.!?！？\n]|\bbut\b|但是?|而是|只做|只要|只是")
_LISTED = re.compile(
    r"(?:大模型|模型|GPU)?(?:训练|微调|推理|渲染|转码|\b(?:training|fine-?tuning|inference|rendering|transcoding))\s*(?:、|和|或者?|及|与|跟|/|,|\bor\b|\bnor\b|\band\b)\s*$",
    re.IGNORECASE,
)
# "把训练去掉", "训练不做了"
_TAKEN_BACK = re.compile(
    r"(?:这块|部分|的事)?(?:就|也|都|先|暂时|暂)*(?:去掉|删掉|删了|取消|不要|不做|不用|不搞|不碰|不考虑|算了)"
)
_ALSO = re.compile(r"也|还(?:要|有|会|需)|同时|另外|\b(?:too|also|as well|plus|in addition)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:占(?:比)?(?:大?约)?\s*)?(?P<n>\d{1,3}(?:\.\d+)?)\s*%|(?P<tenths>[一二两三四五六七八九])成|(?P<half>一半|half)",
    re.IGNORECASE,
)
# Characters; beyond this a greeting is an opening of something else.
_SMALL_TALK = 24
# A message this short is tried as an answer even where it could be a question ("几个组").
_SHORT = 8
_TENTHS = dict(zip("一二两三四五六七八九", (10, 20, 20, 30, 40, 50, 60, 70, 80, 90), strict=True))


@dataclass(frozen=True)
class Update:
    """A value for a field from `text[start:end]`; `mode` "add" joins a list, "remove" takes kinds of work away."""

    field: FieldName
    value: Any
    evidence: str
    start: int
    end: int
    inferred: bool = False
    mode: Literal["set", "add", "remove"] = "set"


@dataclass(frozen=True)
class Understanding:
    """What one message means.

    `skipped` says that the open question was passed over ("not decided yet"), `domain` that the words belong to the
    subject, `other_vendor` that another maker is named, of whom the material says nothing, `why` that a product is
    asked to be justified or ruled out, `premise` that the visitor claims what the advisor said before, which is checked
    and never just accepted; `sizing` what is asked about GPU memory, `enough` that a product is asked to be enough, `follows`
    what a short message would change in a question of size before it.
    """

    text: str
    language: Language
    intent: Intent
    updates: tuple[Update, ...] = ()
    products: tuple[Product, ...] = ()
    series: tuple[Series, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    concerns: frozenset[Concern] = frozenset()
    question: bool = False
    skipped: bool = False
    domain: bool = False
    premise: bool = False
    other_vendor: bool = False
    why: bool = False
    sizing: SizeQuestion | None = None
    enough: bool = False
    follows: SizeQuestion | None = None


@dataclass
class _Found:
    phrase: Phrase
    start: int
    end: int


def _hides(kept: _Found, item: _Found) -> bool:
    """Whether a longer match leaves nothing to a shorter one. Two kinds of work that only share an end are both meant:
    多模态模型训练 is multimodal work and training."""
    if kept.phrase.field != item.phrase.field or kept.start >= item.end or item.start >= kept.end:
        return False
    inside = kept.start <= item.start and item.end <= kept.end
    return inside or item.phrase.field != "workloads" or kept.phrase.value == item.phrase.value


def _phrases(text: str) -> list[_Found]:
    """Phrase matches by field, a longer match before any shorter one that overlaps it."""
    kept: list[_Found] = []
    found = [
        _Found(phrase, match.start(), match.end())
        for phrase in lexicon().phrases
        for match in phrase.pattern.finditer(text)
        if match.end() > match.start()
    ]
    found.sort(key=lambda item: (item.start - item.end, item.phrase.inferred))
    for item in found:
        if not any(_hides(k, item) for k in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def _negated(text: str, start: int) -> bool:
    """Whether the words right before a match, within its clause, deny it."""
    before = _CLAUSE_END.split(text[max(0, start - 24) : start])[-1]
    # A denial reaches over a list: "不做训练和微调", "no training or fine-tuning".
    while match := _LISTED.search(before):
        before = before[: match.start()]
    return bool(lexicon().negation.search(before))


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


def _workloads(text: str, found: list[_Found]) -> list[Update]:
    words = lexicon()
    named: dict[WorkloadKind, _Work] = {}
    denied: dict[WorkloadKind, tuple[int, int]] = {}
    for item in (f for f in found if f.phrase.field == "workloads"):
        kind: WorkloadKind = item.phrase.value
        if _negated(text, item.start) or _TAKEN_BACK.match(text[item.end : item.end + 9]):
            denied.setdefault(kind, (item.start, item.end))
            continue
        before = _CLAUSE_END.split(text[max(0, item.start - 16) : item.start])[-1]
        after = _CLAUSE_END.split(text[item.end : item.end + 8])[0]
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


_OPPOSITE: dict[tuple[str, Any], Any] = {
    ("multi_node", True): False,
    ("rack_scale", True): False,
    ("interconnect", "high"): "standard",
    ("want_alternative", True): False,
    ("stamped_quote", True): False,
}


def _values(text: str, found: list[_Found]) -> list[Update]:
    """Values of the fields that hold one; a stated value wins over an inferred one, a later over an earlier."""
    best: dict[FieldName, Update] = {}
    for item in found:
        name = item.phrase.field
        if name == "workloads":
            continue
        value = item.phrase.value
        if _negated(text, item.start):
            if (name, value) not in _OPPOSITE:
                continue
            value = _OPPOSITE[name, value]
        update = Update(name, value, text[item.start : item.end], item.start, item.end, item.phrase.inferred)
        if name not in best or best[name].inferred or not update.inferred:
            best[name] = update
    return list(best.values())


def _figures(text: str, open_question: FieldName | None) -> list[Update]:
    best: dict[FieldName, Update] = {}
    for found in quantities(text, open_question):
        best[found.field] = Update(
            found.field, found.value(), text[found.start : found.end].strip(), found.start, found.end
        )
    return list(best.values())


def _models(text: str, found: list[FoundModel]) -> list[Update]:
    if not found:
        return []
    specs: tuple[ModelSpec, ...] = tuple(dict.fromkeys(item.spec for item in found))
    start, end = found[0].start, found[-1].end
    return [Update("models", specs, text[start:end], start, end, mode="add")]


def _serving_from_models(text: str, updates: list[Update]) -> list[Update]:
    """A model that is deployed or run, with no kind of work named, is served: inference."""
    named = next((u for u in updates if u.field == "models"), None)
    if named is None or any(u.field == "workloads" for u in updates) or not lexicon().deploy.search(text):
        return updates
    inference = (Workload(kind="inference"),)
    return [*updates, Update("workloads", inference, named.evidence, named.start, named.end, False, "add")]


def _fits(update: Update) -> bool:
    """Whether the field can hold the value; a figure beyond all reason is not taken."""
    if update.mode == "remove":
        return True
    try:
        Requirements.model_validate({update.field: update.value})
    except ValidationError:
        return False
    return True


def _several(value: Any) -> bool:
    low = value.min if isinstance(value, Range) else value
    return low is not None and low >= 2


def _sharing_from_groups(updates: list[Update]) -> list[Update]:
    """Several groups named by number share the machine, unless a wider circle is named."""
    groups = next((u for u in updates if u.field == "groups"), None)
    sharing = next((u for u in updates if u.field == "sharing"), None)
    if groups is not None and groups.value == 1 and (sharing is None or sharing.inferred):
        kept = [u for u in updates if u is not sharing]
        return [*kept, Update("sharing", "single_group", groups.evidence, groups.start, groups.end)]
    if groups is None or not _several(groups.value):
        return updates
    if sharing is not None and (sharing.value != "single_group" or not sharing.inferred):
        return updates
    kept = [u for u in updates if u is not sharing]
    return [*kept, Update("sharing", "multi_group", groups.evidence, groups.start, groups.end)]


def understand(
    message: str, *, open_question: FieldName | None = None, language: Language | None = None
) -> Understanding:
    """Read one message. `open_question` is the field last asked about; `language` the one to fall back on.

    Never raises on any text. Spans refer to the message as given.
    """
    text = fold(message)
    spoken = detect(text, language or "zh")
    words = lexicon()
    found, named = _phrases(text), models(text)
    specs = tuple(item.spec for item in named)
    updates = [*_workloads(text, found), *_values(text, found), *_figures(text, open_question), *_models(text, named)]
    updates = [u for u in _serving_from_models(text, _sharing_from_groups(updates)) if _fits(u)]
    codes = find_products(text)
    products = tuple(dict.fromkeys(product for _, product, _, _ in codes if product))
    series = tuple(dict.fromkeys(series_in(text)))
    question = bool(words.question.search(text))
    matched = [name for name, pattern in words.intents if pattern.search(text)]
    skipped = answered = False
    if open_question and (not question or len(text) <= _SHORT):
        extra = answer_to(open_question, text, already=frozenset(u.field for u in updates))
        told = [Update(open_question, value, message.strip(), 0, len(text)) for value in extra.values]
        fitting = [update for update in told if _fits(update)]
        answered = bool(fitting)
        updates += fitting
        skipped = extra.skipped
    premise = bool(words.premise.search(text))
    concerns = frozenset(c for c, pattern in words.concerns if c in CONCERNS and pattern.search(text))
    intent: Intent = "ask"
    if premise:
        updates = []
    else:
        intent = _intent(matched, updates, question and not answered, text, products, series, bool(concerns))
    sizing = None
    if intent in ("ask", "inform", "recommend", "compare"):
        sizing = size_question(text, specs)
        intent = "size" if sizing else intent
        if sizing:
            # The memory of a card is no amount of data.
            updates = [u for u in updates if u.field != "data_tb"]
    if intent in ("ask", "compare", "commercial", "handover", "start_over", "delete_data"):
        # A question about training is not a statement that one trains, unless the visitor speaks of their own case.
        own = bool(words.need.search(text)) and not (intent == "ask" and asks_fact(text) and not speaks_of_own(text))
        kept = [u for u in updates if not u.inferred] if own else []
        updates = kept if intent in ("ask", "compare", "commercial") else []
    enough = bool(products) and asks_enough(text)
    return Understanding(
        text=message,
        language=spoken,
        intent=intent,
        updates=tuple(updates),
        products=products,
        series=series,
        unknown_codes=tuple(code for code, product, _, _ in codes if product is None),
        concerns=concerns,
        question=question,
        skipped=skipped,
        domain=bool(words.domain.search(text)) or bool(products) or bool(series),
        premise=premise,
        why=bool(words.why.search(text)) or enough,
        enough=enough,
        follows=follow_up(text, specs) if intent != "size" else None,
        sizing=sizing,
        other_vendor=bool(words.other_vendor.search(text)),
    )


def _intent(
    matched: list[str],
    updates: list[Update],
    question: bool,
    text: str,
    products: tuple[Product, ...],
    series: tuple[Series, ...],
    concerned: bool,
) -> Intent:
    for name in ("delete_data", "start_over", "handover"):
        if name in matched and len(text) < 80:
            return name  # the lexicon's names are intents, checked by a test
    if "commercial" in matched and (question or not updates or len(updates) < 2):
        return "commercial"
    if ("compare" in matched or (question and not updates)) and len(products) + len(series) >= 2:
        return "compare"
    if "recommend" in matched or (concerned and not question and not updates):
        return "recommend"
    if updates:
        described = sum(u.field in ("workloads", "sharing", "scale", "users", "groups") for u in updates) >= 2
        own_case = bool(lexicon().need.search(text))
        if question and products and described:
            return "recommend"
        return "ask" if question and not (own_case and described and not asks_fact(text)) else "inform"
    content = len(re.sub(r"\W", "", text))
    for name, pattern in lexicon().intents:
        if name not in ("thank", "greet") or content > _SMALL_TALK:
            continue
        match = pattern.search(text)
        # "What can you do?" is a question and still small talk, when it is the whole message.
        if match and (not question or 2 * len(re.sub(r"\W", "", match[0])) >= content):
            return "thank" if name == "thank" else "greet"
    return "ask"
