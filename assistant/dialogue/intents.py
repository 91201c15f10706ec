"""What a message is for: a statement, a question, small talk, a request about the conversation itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import asks_fact
from assistant.dialogue.reading import Intent, Update
from assistant.rules.catalogue import Product, Series
from assistant.rules.requirements import FieldName

# Characters; beyond this a greeting or a remark is an opening of something else.
_SMALL_TALK = 24
# A request about the conversation itself is short; a longer message that holds its words says something else.
_ABOUT = 64
_MATERIAL = re.compile(r"白皮书|第\s?\d|章|节|文档|资料里|white ?paper|section|chapter", re.IGNORECASE)
_LONGEST_ORDER = 80
# A question about papers, acceptance or risks names prices and warranties without asking for any.
_PAPERS = expression(
    r"验收|交付(?:清单|资料)|白皮书|文档|文件|报价单吗|隐患|风险|后果|准备什么|提供(?:什么|哪些)|确认(?:什么|哪些)|哪一?层"
    r"|报价(?:之)?前"
    r"|\bbefore (?:[\w']+ ){0,6}quot\w+"
    r"|\b(?:acceptance|layers?|white ?paper|documents?|papers?|go wrong|risks?|confirm(?:ed)?"
    r"|what (?:should|must|do) (?:we|i) (?:have|prepare|provide))\b",
    re.IGNORECASE,
)
# "Lead time, warranty: which document decides?" asks for none of them.
_GOVERNS = expression(
    r"以(?:什么|哪|谁|何).{0,8}为准|谁说了算"
    r"|\bwhich (?:\w+ )?(?:documents?|papers?)\b|\b(?:final|last) say\b|\btakes? precedence\b",
    re.IGNORECASE,
)
_OF_QUOTE: frozenset[FieldName] = frozenset({"stamped_quote", "tax_included", "ops_included", "want_alternative"})
_TERMS = expression(
    r"多少钱|什么价|几年|多久|多长|几[周天个月]+|什么时候|便宜[点些]|优惠|[打折]折|现货|库存|有货|成交|底价|承诺|保证|退款|发票|\d\s?[%折]"
    r"|\bhow (?:much|long|many|soon)\b|\bwhen\b|discount|cheaper|in stock|best price|lead time|promise|guarantee"
    r"|refund|invoice|\bdeal\b|binding|\bagree",
    re.IGNORECASE,
)
# Words by which a bargain is said to be struck: whatever else the message states, it asks for a promise.
_BINDING = expression(
    r"(?:就|即|便|自动|视[为同]|当作?|算)(?:你们?|您|贵司|英睿特)?.{0,6}(?:同意|答应|确认|承诺|接受|成交|生效)"
    r"|(?:具有|有)法律效力|一言为定|说定了|不得反悔|不许反悔|拍板成交|合同(?:成立|生效)"
    r"|\b(?:take|consider|treat|count) (?:it|this|that) (?:as )?(?:agreed|accepted|confirmed|a deal|settled|done)"
    r"|\b(?:makes?|becomes?|is|be) (?:it |this )?(?:effective|binding|legally binding)"
    r"|\bit'?s a deal\b|\bdeal is (?:done|closed)"
    r"|\byou (?:have )?(?:thereby |hereby )?(?:agreed?|accept(?:ed)?|commit(?:ted)?)\b",
    re.IGNORECASE,
)
# Requests about the conversation and small talk fill no field.
STATES_NOTHING: tuple[Intent, ...] = (
    "start_over",
    "delete_data",
    "open_points",
    "summarise",
    "provenance",
    "why_asked",
    "export",
    "what_changes",
    "greet",
    "thank",
    "goodbye",
    "complaint",
)


@dataclass(frozen=True)
class Signs:
    """What else is known of the message when its intent is told; `matched` from `matched_intents`."""

    matched: frozenset[str]
    updates: list[Update]
    question: bool
    products: tuple[Product, ...] = ()
    series: tuple[Series, ...] = ()
    concerned: bool = False
    picks: bool = False


def matched_intents(text: str) -> frozenset[str]:
    """The intents whose words occur in a folded text."""
    return frozenset(name for name, pattern in lexicon().intents if pattern.search(text))


def asks_terms(text: str) -> bool:
    """Whether a folded text asks for terms of a sale: how much, how soon, for how long."""
    return bool(_TERMS.search(text))


def binds(text: str) -> bool:
    """Whether a folded text would strike a bargain by its own words."""
    return bool(_BINDING.search(text))


def intent_of(text: str, signs: Signs) -> Intent:
    """The intent of a folded text. Requests about the conversation come first, then what the words ask for."""
    matched, updates, question = signs.matched, signs.updates, signs.question
    for name in ("delete_data", "start_over", "handover"):
        if name in matched and len(text) < _LONGEST_ORDER:
            return name  # the lexicon's names are intents, checked by a test
    about_papers = (bool(_PAPERS.search(text)) and not _TERMS.search(text)) or bool(_GOVERNS.search(text))
    # "No stamped quote" says what the quotation is to hold and asks for none.
    of_quote = bool(updates) and not question and not _TERMS.search(text)
    of_quote = of_quote and all(u.field in _OF_QUOTE for u in updates)
    of_terms = "commercial" in matched and (question or len(updates) < 2) and not about_papers and not of_quote
    if of_terms or binds(text):
        return "commercial"
    if about := _about(text, matched, signs):
        return about
    several = len(signs.products) + len(signs.series) >= 2
    if ("compare" in matched or (question and not updates)) and several:
        return "compare"
    wants = not updates and bool(lexicon().wants.search(text))
    if wants or "recommend" in matched or (signs.concerned and not question and not updates):
        return "recommend"
    if updates:
        described = sum(u.field in ("workloads", "sharing", "scale", "users", "groups") for u in updates) >= 2
        own_case = bool(lexicon().need.search(text))
        if question and signs.products and described:
            return "recommend"
        return "ask" if question and not (own_case and described and not asks_fact(text)) else "inform"
    return _small_talk(text, matched, question)


def _about(text: str, matched: frozenset[str], signs: Signs) -> Intent | None:
    """Whether the message is about the conversation: its state, its grounds, what would turn it."""
    if len(text) > _ABOUT or _MATERIAL.search(text):
        return None
    if "finish" in matched and not signs.updates and not signs.question:
        return "finish"
    for name in ("why_asked", "export", "what_changes", "open_points", "summarise", "provenance"):
        if name not in matched:
            continue
        if name == "what_changes":
            return name
        if name in ("provenance", "why_asked") and (signs.products or signs.updates):
            continue
        if not signs.updates or (name == "summarise" and lexicon().why.match(text)):
            return name
    return None


def _small_talk(text: str, matched: frozenset[str], question: bool) -> Intent:
    content = len(re.sub(r"\W", "", text))
    words = lexicon()
    if content > _SMALL_TALK:
        return "ask"
    for name, pattern in words.intents:
        if name not in ("complaint", "finish", "goodbye", "thank", "greet") or name not in matched:
            continue
        said = sum(len(re.sub(r"\W", "", match[0])) for match in pattern.finditer(text))
        # "What can you do?" is a question and still small talk, when it is the whole message.
        if not question or 2 * said >= content:
            return name  # type: ignore[return-value]  # one of the five names above
    if (
        words.nod.search(text)
        or words.affirm.search(text)
        or words.deny.search(text)
        or words.adopt.search(text)
        or words.decline.search(text)
    ):
        return "acknowledge"
    return "ask"
