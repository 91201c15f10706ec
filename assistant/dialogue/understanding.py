"""From a message to what it means: an intent and field updates, each with the words it came from. No model calls."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from assistant.dialogue.answers import answer_to
from assistant.dialogue.consistency import settle
from assistant.dialogue.dates import purchase
from assistant.dialogue.delivery import apart, delivery
from assistant.dialogue.facility import room
from assistant.dialogue.intents import Signs, intent_of
from assistant.dialogue.language import Language, detect, fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import asks_fact, series_in, speaks_of_own
from assistant.dialogue.modality import supposed
from assistant.dialogue.models import FoundModel, models
from assistant.dialogue.organisation import organisation
from assistant.dialogue.phrases import Found, phrases, values
from assistant.dialogue.quantities import Quantity, bare, quantities
from assistant.dialogue.reading import Intent, Understanding, Update
from assistant.dialogue.sizing import asks_enough, follow_up, size_question
from assistant.dialogue.software import software
from assistant.dialogue.work import work
from assistant.rules.catalogue import find_products
from assistant.rules.facts import CONCERNS
from assistant.rules.requirements import FieldName, ModelSpec, Range, Requirements, Workload

# Characters: a message this short is tried as an answer even where it could be a question ("几个组"); is a yes or a no;
# takes up a product.
_SHORT = 8
_YES_OR_NO = 24
_PICK = 40
# Requests about the conversation and small talk fill no field.
_STATES_NOTHING: tuple[Intent, ...] = (
    "start_over",
    "delete_data",
    "open_points",
    "summarise",
    "provenance",
    "export",
    "greet",
    "thank",
    "goodbye",
    "complaint",
)


def _figures(text: str, open_question: FieldName | None) -> list[Update]:
    return [
        Update(
            found.field, found.value(), text[found.start : found.end].strip(), found.start, found.end, found.inferred
        )
        for found in quantities(text, open_question)
    ]


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


def _read(text: str, found: list[Found], named: list[FoundModel], open_question: FieldName | None) -> list[Update]:
    """Everything that the words fill, field by field."""
    updates = [*work(text, found), *values(text, found), *_figures(text, open_question), *_models(text, named)]
    updates += [*room(text), *purchase(text), *software(text), *organisation(text), *delivery(text)]
    return [u for u in _serving_from_models(text, _sharing_from_groups(updates)) if _fits(u)]


def _fits(update: Update) -> bool:
    """Whether the field can hold the value; a figure beyond all reason is not taken."""
    if update.mode in ("remove", "withdraw"):
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


def _named(patterns: tuple[tuple[FieldName, re.Pattern[str]], ...], text: str) -> tuple[FieldName, ...]:
    return tuple(field for field, pattern in patterns if pattern.search(text))


def _withdrawals(text: str) -> list[Update]:
    """Fields that a message takes back by their names."""
    found = ((field, pattern.search(text)) for field, pattern in lexicon().withdrawn)
    return [
        Update(f, None, text[m.start() : m.end()].strip(), m.start(), m.end(), mode="withdraw") for f, m in found if m
    ]


def _affirmed(text: str) -> bool | None:
    words, short = lexicon(), len(text) <= _YES_OR_NO
    if short and (words.adopt.search(text) or words.affirm.search(text)):
        return True
    return False if short and (words.decline.search(text) or words.deny.search(text)) else None


def _loose(text: str, updates: list[Update]) -> Any:
    """A message that is no more than a number: what it counts is not said."""
    number = None if updates else bare(lexicon().corrects.sub("", text).strip(" ,，、是"))
    return Quantity("users", number, 0, 0).value() if number else None


def _kept(intent: Intent, updates: list[Update], text: str) -> list[Update]:
    """What a message of this intent states: a question about training is no statement that one trains, unless the
    visitor speaks of their own case."""
    if intent not in (*_STATES_NOTHING, "ask", "compare", "commercial", "handover"):
        return updates
    asked_fact = intent == "ask" and asks_fact(text) and not speaks_of_own(text)
    own = bool(lexicon().need.search(text)) and not asked_fact
    return [u for u in updates if not u.inferred] if own and intent not in _STATES_NOTHING else []


def understand(
    message: str, *, open_question: FieldName | None = None, language: Language | None = None
) -> Understanding:
    """Read one message. `open_question` is the field last asked about; `language` the one to fall back on.

    Never raises on any text. Spans refer to the message as given.
    """
    text = fold(message)
    spoken = detect(text, language or "zh")
    words = lexicon()
    found, named = apart(phrases(text), text), models(text)
    specs = tuple(item.spec for item in named)
    updates = _read(text, found, named, open_question)
    products = find_products(text)
    lines = tuple(dict.fromkeys(product for _, product, _, _ in products if product))
    series = tuple(dict.fromkeys(series_in(text)))
    question = bool(words.question.search(text))
    taken_back = _withdrawals(text)
    gone = frozenset(u.field for u in taken_back)
    passed = tuple(f for f in _named(words.undecided, text) if f not in {u.field for u in updates} | gone)
    skipped = answered = False
    if open_question and (not question or len(text) <= _SHORT):
        extra = answer_to(open_question, text, already=frozenset(u.field for u in updates))
        told = [Update(open_question, value, message.strip(), 0, len(text)) for value in extra.values]
        fitting = [update for update in told if _fits(update)]
        answered = bool(fitting)
        updates += fitting
        skipped = extra.skipped and not (passed and open_question not in passed)
    updates = [*taken_back, *(u for u in updates if u.field not in gone)]
    premise = bool(words.premise.search(text))
    hypothetical = premise or supposed(text)
    concerns = frozenset(c for c, pattern in words.concerns if c in CONCERNS and pattern.search(text))
    enough = bool(lines) and asks_enough(text)
    picks = len(lines) == 1 and len(text) <= _PICK and bool(words.picks.search(text))
    signs = Signs(updates, question and not answered, lines, series, bool(concerns))
    intent = intent_of(text, signs)
    if premise and intent != "commercial":
        intent = "ask"
    if hypothetical and not premise and updates and intent in ("ask", "inform", "recommend", "compare"):
        intent = "suppose"
    elif (passed or (skipped and not updates)) and intent in ("ask", "acknowledge"):
        intent = "inform"
    sizing = None
    if intent in ("ask", "inform", "recommend", "compare", "suppose") and not premise:
        sizing = size_question(text, specs)
        intent = "size" if sizing else intent
        if sizing:
            # The memory of a card is no amount of data.
            updates = [u for u in updates if u.field != "data_tb"]
    if not premise:
        updates = _kept(intent, updates, text)
    updates, conflicts = settle(updates, text)
    updates = [replace(u, evidence=message[u.start : u.end].strip()) for u in updates]
    return Understanding(
        text=message,
        language=spoken,
        intent=intent,
        updates=tuple(updates),
        products=lines,
        series=series,
        unknown_codes=tuple(code for code, product, _, _ in products if product is None),
        concerns=concerns,
        question=question,
        skipped=skipped,
        affirmed=_affirmed(text),
        conflicts=conflicts,
        loose=_loose(text, updates),
        hypothetical=hypothetical,
        passed=passed,
        fields=_named(words.fields, text),
        corrects=bool(words.corrects.search(text)),
        picks=picks,
        domain=bool(words.domain.search(text)) or bool(lines) or bool(series),
        premise=premise,
        why=bool(words.why.search(text)) or enough,
        enough=enough,
        follows=follow_up(text, specs) if intent != "size" else None,
        sizing=sizing,
        other_vendor=bool(words.other_vendor.search(text)),
    )
