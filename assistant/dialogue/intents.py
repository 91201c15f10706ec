"""What a message is for: a statement, a question, small talk, a request about the conversation itself."""

from __future__ import annotations

import re

from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import asks_fact
from assistant.dialogue.reading import Intent, Update
from assistant.rules.catalogue import Product, Series

# Characters; beyond this a greeting is an opening of something else.
_SMALL_TALK = 24


def intent_of(
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
