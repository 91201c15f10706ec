"""From a message to what it means: an intent and field updates, each with the words it came from. No model calls."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from assistant.dialogue.answers import answer_to
from assistant.dialogue.intents import intent_of
from assistant.dialogue.language import Language, detect, fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import asks_fact, series_in, speaks_of_own
from assistant.dialogue.models import FoundModel, models
from assistant.dialogue.phrases import phrases, values
from assistant.dialogue.quantities import quantities
from assistant.dialogue.reading import Intent, Understanding, Update
from assistant.dialogue.sizing import asks_enough, follow_up, size_question
from assistant.dialogue.work import work
from assistant.rules.catalogue import find_products
from assistant.rules.facts import CONCERNS
from assistant.rules.requirements import FieldName, ModelSpec, Range, Requirements, Workload

# A message this short is tried as an answer even where it could be a question ("几个组").
_SHORT = 8


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
    found, named = phrases(text), models(text)
    specs = tuple(item.spec for item in named)
    updates = [*work(text, found), *values(text, found), *_figures(text, open_question), *_models(text, named)]
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
        intent = intent_of(matched, updates, question and not answered, text, products, series, bool(concerns))
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
