"""The check that no reply leaves without: product names, figures, citations and commercial promises.

A product line must be in the decision, in a cited passage, in a comparison or be the catalogue's own list; a number
with a unit must be in the visitor's words, the decision or a cited passage; a citation must exist and its quote be in
the passage; no price, delivery date or warranty term is asserted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.agent.citations import Citations
from assistant.agent.tools import Findings
from assistant.dialogue.figures import parse_one
from assistant.rules.catalogue import find_products
from assistant.rules.trace import Decision

MARK = re.compile(r"\[(\d{1,3})\]")
_UNIT = (
    r"GBit/s|Gbps|GbE|GB/s|GB|TB|PB|MB|GiB|TiB|kW|kg|mm|cm|%|％|万元|亿元|万|亿|元|块钱|人|名|位|张卡|块卡|卡|个课题组|个组|台|路|天|周|个月|月|年|"
    r"GPUs?|cards?|people|users?|groups?|simultaneous|days?|weeks?|months?|years?|B(?![A-Za-z])|W(?![A-Za-z])"
)
_FIGURE = re.compile(rf"(?<![A-Za-z0-9.])(\d[\d,]*(?:\.\d+)?)\s*[- ]?({_UNIT})", re.IGNORECASE)
_RANGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:-|–|~|至|到|to)\s*(?=\d)")
_WORD_NUMBER = re.compile(r"[一二两三四五六七八九十百千几]+|\b[a-z]+(?:-[a-z]+)?\b", re.IGNORECASE)
_PROMISE = re.compile(
    r"(?:(?:￥|¥|RMB|CNY|\$)\s?\d[\d,.]*|\d[\d,.]*\s*(?:万元|元|美元|yuan)).{0,12}(?:即可|成交|包邮|起售|一台|per unit|each)"
    r"|(?:价格|售价|报价)(?:是|为|约)\s*\d|(?:price|cost)s? (?:is|are|of) (?:about |around |only )?(?:RMB|CNY|USD|[￥¥$])?\s?\d"
    r"|(?:保修|质保)(?:期)?(?:是|为)?\s*[\d一二三四五]+\s*(?:年|个月)|\d+[- ]year warranty"
    r"|\d+\s*(?:天|周|个月|days?|weeks?|months?)(?:内|之内)?(?:\s*(?:可)?(?:交付|到货|发货|供货)|\s*(?:delivery|lead time))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Violation:
    """What is wrong, and the words that are."""

    kind: str
    words: str


def _numbers(text: str) -> set[float]:
    """Every number in a text, digits or words, with 万 and 亿 also multiplied out."""
    found: set[float] = set()
    for match in re.finditer(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿kKwWmM])?", text):
        digits = match[1].rstrip(",").replace(",", "")
        value = float(digits)
        found.add(value)
        factor = {"万": 1e4, "w": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6}.get((match[2] or "").lower())
        if factor:
            found.add(value * factor)
    for match in _WORD_NUMBER.finditer(text):
        figure = parse_one(match[0])
        if figure is not None:
            found |= {end for end in (figure.low, figure.high) if end is not None}
    return found


def _allowed_products(decision: Decision | None, findings: Findings, citations: Citations) -> set[str]:
    allowed: set[str] = set(decision.named_products()) if decision else set()
    for line in findings.lines:
        allowed |= set(line.models)
    for passage in citations.passages:
        allowed |= {product for _, product, _, _ in find_products(passage.text) if product}
        allowed |= set(passage.products)
    return allowed


def verify(
    text: str,
    *,
    visitor: str,
    findings: Findings,
    citations: Citations,
    catalogue: bool = False,
) -> list[Violation]:
    """Everything in `text` that rests on nothing; empty when it may be sent.

    `visitor` is what the visitor said, with the checklist's values; `catalogue` allows the list of all lines.
    """
    violations: list[Violation] = []
    decision = findings.decision
    allowed = _allowed_products(decision, findings, citations)
    said = {product for _, product, _, _ in find_products(visitor) if product}
    if not catalogue:
        for words, product, _, _ in find_products(text):
            if product is None or product not in allowed | said:
                violations.append(Violation("product", words))
    grounds = [visitor, *(passage.text for passage in citations.passages)]
    if decision is not None:
        grounds.append(decision.model_dump_json())
    grounds += [line.model_dump_json() for line in (*findings.lines, *findings.series)]
    known = _numbers("\n".join(grounds))
    for match in _FIGURE.finditer(_RANGE.sub(lambda m: m[1] + match_unit(text, m.end()) + " ", text)):
        value = float(match[1].rstrip(",").replace(",", ""))
        scaled = {value, *(value * f for f in (1e4, 1e8) if match[2][0] in "万亿")}
        if not scaled & known:
            violations.append(Violation("figure", match[0]))
    ids = {citation.id for citation in citations.all()}
    violations += [Violation("citation", match[0]) for match in MARK.finditer(text) if match[1] not in ids]
    for citation, passage in zip(citations.all(), citations.passages, strict=True):
        if re.sub(r"\s", "", citation.quote) not in re.sub(r"\s", "", passage.text):
            violations.append(Violation("quote", citation.quote[:60]))
    if promise := _PROMISE.search(text):
        violations.append(Violation("promise", promise[0]))
    return violations


def match_unit(text: str, start: int) -> str:
    """The unit that follows the second end of a range, for its first end ("10-50 人")."""
    match = re.match(rf"\d[\d,]*(?:\.\d+)?\s*({_UNIT})", text[start:], re.IGNORECASE)
    return match[1] if match else ""
