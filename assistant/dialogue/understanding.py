"""From a message to what it means: an intent and field updates, each with the words it came from. No model calls."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from assistant.dialogue.answers import answer_to
from assistant.dialogue.clauses import clause_at
from assistant.dialogue.compound import questions_in
from assistant.dialogue.consistency import settle
from assistant.dialogue.delivery import apart
from assistant.dialogue.expressions import expression
from assistant.dialogue.intents import STATES_NOTHING, Signs, asks_terms, binds, intent_of, matched_intents
from assistant.dialogue.language import Language, detect, fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import asks_fact, series_in, speaks_of_own
from assistant.dialogue.modality import supposed, unsupposes
from assistant.dialogue.models import models
from assistant.dialogue.organisation import without_contacts
from assistant.dialogue.phrases import phrases
from assistant.dialogue.quantities import Quantity, bare
from assistant.dialogue.reading import Intent, Understanding, Update
from assistant.dialogue.sizing import asks_enough, follow_up, size_question
from assistant.dialogue.statements import fits, statements
from assistant.rules.catalogue import find_products
from assistant.rules.facts import CONCERNS
from assistant.rules.requirements import FieldName

# Characters: a message this short is tried as an answer even where it could be a question ("几个组"); is a yes or a no;
# takes up a product.
_SHORT = 8
_YES_OR_NO = 24
_PICK = 40
# Figures whose unit alone does not say what they measure.
_WITH_UNITS: tuple[FieldName, ...] = ("data_tb", "budget_cny")
_NUMBERS: tuple[FieldName, ...] = ("users", "groups", "concurrency", "data_tb", "budget_cny")
# A claim about what is written, or what a letter stands for, takes up no product.
_WRITTEN = re.compile(r"白皮书|材料|资料|文档|代表|意思|white ?paper|document|stands? for|mean", re.IGNORECASE)
# What is so around the work, and may be told beside a question.
_CIRCUMSTANCES: tuple[FieldName, ...] = (*_NUMBERS, "sharing", "scale", "facility")
_REFUSABLE: tuple[FieldName, ...] = (
    "multi_node", "rack_scale", "interconnect", "want_alternative", "stamped_quote", "tax_included", "ops_included",
)  # fmt: skip
_CASE: tuple[FieldName, ...] = ("workloads", "models")
_IN_GENERAL = expression(
    r"一般|通常|大家|别人|\b(?:people|one|anyone|usually|typically|generally|normally)\b", re.IGNORECASE
)
_SIZABLE: tuple[Intent, ...] = ("ask", "inform", "recommend", "compare", "suppose")


def _named(patterns: tuple[tuple[FieldName, re.Pattern[str]], ...], text: str) -> tuple[FieldName, ...]:
    return tuple(field for field, pattern in patterns if pattern.search(text))


def _withdrawals(text: str, fields: tuple[FieldName, ...]) -> list[Update]:
    """Fields that a message takes back by their names."""
    found = ((field, pattern.search(text)) for field, pattern in lexicon().withdrawn if field in fields)
    return [
        Update(f, None, text[m.start() : m.end()].strip(), m.start(), m.end(), mode="withdraw") for f, m in found if m
    ]


def _inside(update: Update, match: re.Match[str]) -> bool:
    return update.start < match.end() and match.start() < update.end


def _affirmed(text: str) -> bool | None:
    words, short = lexicon(), len(text) <= _YES_OR_NO
    if short and (words.adopt.search(text) or words.affirm.search(text)):
        return True
    return False if short and (words.decline.search(text) or words.deny.search(text)) else None


def _plain_number(text: str) -> str:
    # "sorry, 21. fat fingers", "actually 15, forgot the interns": what follows the number tells nothing more.
    first = re.match(r"[^\d]*\d[\d.,]*\d?[^\d.。!！;；,，]*(?=[.。!！;；,，][^\d]*$)", text.strip())
    return lexicon().corrects.sub("", first[0] if first else text).strip(" ,，、是了吧")


def _loose(text: str, updates: list[Update]) -> Any:
    """A message that is no more than a number: what it counts is not said."""
    number = None if updates else bare(_plain_number(text))
    return Quantity("users", number, 0, 0).value() if number else None


def _kept(intent: Intent, updates: list[Update], text: str, *, worried: bool) -> list[Update]:
    """What a message of this intent states: a question about training is no statement that one trains, unless the
    visitor speaks of their own case."""
    if intent == "handover":
        return [u for u in updates if not u.inferred]
    if intent == "commercial" and binds(text):
        # The case is stated beside the bargain; the sum is the bargain's.
        return [u for u in updates if u.field != "budget_cny"]
    if intent not in (*STATES_NOTHING, "ask", "compare", "commercial"):
        return updates
    general = bool(_IN_GENERAL.search(text))
    asked_fact = intent == "ask" and asks_fact(text) and (general or not speaks_of_own(text))
    # "What network does a training cluster need?" speaks of nobody's.
    own = bool(lexicon().need.search(text)) and not asked_fact and (intent != "ask" or speaks_of_own(text))
    if own and intent not in STATES_NOTHING:
        # "Do you train our administrators?" wishes nothing yet.
        return [u for u in updates if not u.inferred and (u.field != "delivery" or _states(text, u))]
    # "机房每柜只有6kW，能放吗": a clause that asks nothing and names no product states what it says.
    stated = [u for u in updates if not u.inferred and _states(text, u)]
    # A sum beside a wish for a price is the price that is wished for.
    described = [u for u in stated if u.field in _CIRCUMSTANCES and (intent, u.field) != ("commercial", "budget_cny")]
    # The work counts beside a circumstance or a wish of theirs: "单课题组，4 卡做训练，内存从多少起？"
    return [u for u in stated if u in described or (u.field in _CASE and (described or worried))]


def _states(text: str, update: Update) -> bool:
    clause, mark, whole = clause_at(text, update.start, update.end)
    asks = mark in ("?", "？") or lexicon().question.search(clause) or supposed(clause)
    return not asks and not find_products(clause) and not whole


def _asked(text: str, intent: Intent) -> tuple[str, ...]:
    """The questions of a message that asks several; beside a wish for a price those that wish for none."""
    asked = questions_in(text)
    if intent != "commercial":
        return asked
    others = (q for q in asked if not asks_terms(q))
    return tuple(q for q in others if intent_of(q, Signs(matched_intents(q), [], question=True)) != "commercial")


def _meant(intent: Intent, *, premise: bool, hypothetical: bool, told: bool, passed: bool) -> Intent:
    """The intent in the light of how the message holds: claimed, supposed, or passed over."""
    if premise:
        return intent if intent == "commercial" else "ask"
    if hypothetical and told and intent in ("ask", "inform", "recommend", "compare"):
        return "suppose"
    return "inform" if passed and intent in ("ask", "acknowledge") else intent


def understand(
    message: str,
    *,
    open_question: FieldName | None = None,
    language: Language | None = None,
    recent: tuple[FieldName, ...] = (),
) -> Understanding:
    """Read one message. `open_question` is the field last asked about; `language` the one to fall back on; `recent` the
    fields that were filled last, which a correction may be about.

    Never raises on any text. Spans refer to the message as given.
    """
    text, words = fold(message), lexicon()
    plain = without_contacts(text)
    found, named = apart(phrases(plain), plain), models(plain)
    specs = tuple(item.spec for item in named if item.named)
    products = find_products(text)
    lines = tuple(dict.fromkeys(product for _, product, _, _ in products if product))
    series = tuple(dict.fromkeys(series_in(text)))
    question, corrects = bool(words.question.search(text)), bool(words.corrects.search(text))
    updates = statements(text, found, named, open_question)
    if not updates and corrects and (field := next((f for f in recent if f in _WITH_UNITS), None)):
        # "sorry, 90 TB" needs no word for data, right after the data were spoken of.
        updates = statements(text, found, named, field)
    fields = _named(words.fields, text)
    taken_back = _withdrawals(text, fields)
    # "多机也不要了" refuses what the field offers rather than taking a word back.
    refused = {u.field for u in updates if u.field in _REFUSABLE and u.value in (False, "standard")}
    taken_back = [u for u in taken_back if u.field not in refused]
    gone = frozenset(u.field for u in taken_back)
    undecided = tuple(row for row in words.undecided if row[0] in fields)
    left_open = {field: match for field, pattern in undecided if (match := pattern.search(text))}
    # "几个课题组用还没定": the words that leave something open state nothing.
    updates = [u for u in updates if not any(_inside(u, match) for match in left_open.values())]
    passed = tuple(f for f in left_open if f not in {u.field for u in updates} | gone)
    skipped = answered = False
    matched = matched_intents(text)
    about = intent_of(text, Signs(matched, [], question, lines, series)) in STATES_NOTHING
    # "No, 66" takes back the number said last rather than answering what was asked since.
    retakes = corrects and any(field in _NUMBERS for field in recent) and bare(_plain_number(text)) is not None
    if open_question and not about and not retakes and (not question or len(text) <= _SHORT):
        # What is only inferred is no other answer: "we're Nova Labs" names who asks, not who shares.
        extra = answer_to(open_question, text, already=frozenset(u.field for u in updates if not u.inferred))
        fitting = [u for value in extra.values if fits(u := Update(open_question, value, text.strip(), 0, len(text)))]
        if answered := bool(fitting):
            updates = [u for u in updates if not u.inferred or u.field == open_question]
        updates += fitting
        skipped = extra.skipped and not (passed and open_question not in passed)
    updates = [*taken_back, *(u for u in updates if u.field not in gone)]
    if unsupposes(text):
        # What is so takes the place of what was only supposed.
        updates = [replace(u, mode="set") if u.mode == "add" and u.field in _CASE else u for u in updates]
    # "Then I take it as agreed" would bind, and claims nothing that was said before.
    premise = bool(words.premise.search(text)) and not binds(text)
    hypothetical = premise or supposed(text)
    concerns = frozenset(c for c, pattern in words.concerns if c in CONCERNS and pattern.search(text))
    intent = _meant(
        intent_of(text, Signs(matched, updates, question and not answered, lines, series, bool(concerns))),
        premise=premise,
        hypothetical=hypothetical,
        told=bool(updates),
        passed=bool(passed) or (skipped and not updates),
    )
    if intent == "ask" and not question and not updates and any(f.phrase.field == "workloads" for f in found):
        # Work is spoken of, and none of it is said to be theirs.
        intent = "recommend"
    sizing = size_question(text, specs) if intent in _SIZABLE and not premise else None
    if sizing:
        intent = "size"
        # The memory of a card is no amount of data.
        updates = [u for u in updates if u.field != "data_tb"]
    updates, conflicts = settle(updates if premise else _kept(intent, updates, text, worried=bool(concerns)), text)
    enough = bool(lines) and asks_enough(text)
    return Understanding(
        text=message,
        language=detect(text, language or "zh"),
        intent=intent,
        updates=tuple(replace(u, evidence=message[u.start : u.end].strip()) for u in updates),
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
        fields=fields,
        corrects=corrects,
        picks=len(lines) == 1 and len(text) <= _PICK and bool(words.picks.search(text)) and not _WRITTEN.search(text),
        domain=bool(words.domain.search(text)) or bool(lines) or bool(series),
        premise=premise,
        recaps="summarise" in matched and len(text) <= _PICK,
        why=bool(words.why.search(text)) or enough,
        enough=enough,
        follows=follow_up(text, tuple(item.spec for item in named)) if intent != "size" else None,
        sizing=sizing,
        other_vendor=bool(words.other_vendor.search(text)),
        questions=_asked(text, intent) if question else (),
    )
