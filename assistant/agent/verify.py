"""The check that no reply leaves without: product names, figures, citations and commercial promises.

A product line must be in the decision, in a cited passage, in a comparison or be the catalogue's own list; a number
with a unit must be in the visitor's words, the decision or a cited passage; a citation must exist and its quote be in
the passage; no price, delivery date or warranty term is asserted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.agent.citations import Citations
from assistant.agent.sizing_answer import sizing_grounds
from assistant.agent.tools import Findings
from assistant.dialogue.figures import parse_one
from assistant.dialogue.organisation import without_contacts
from assistant.dialogue.quantities import quantities
from assistant.rules.catalogue import find_products
from assistant.rules.currencies import currencies
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Text
from assistant.rules.trace import Decision

MARK = re.compile(r"\[(\d{1,3})\]")
_UNIT = (
    r"GBit/s|Gbps|GbE|GB/s|GB|TB|PB|MB|GiB|TiB|kW|kg|mm|cm|%|％|万元|亿元|万|亿|元|块钱|人|名|位|张卡|块卡|卡|个课题组|个组|台|路|天|周|个月|月|年|"
    r"GPUs?|cards?|people|users?|groups?|simultaneous|days?|weeks?|months?|years?|B(?![A-Za-z])|W(?![A-Za-z])"
)
_FIGURE = re.compile(rf"(?<![A-Za-z0-9.])(\d[\d,]{{0,14}}(?:\.\d{{1,4}})?)\s*[- ]?({_UNIT})", re.IGNORECASE)
_SHARED = re.compile(
    rf"((?:\d[\d,]{{0,14}}(?:\.\d{{1,4}})?\s*(?:-|–|~|/|至|到|to)\s*)+\d[\d,]{{0,14}}(?:\.\d{{1,4}})?)\s*({_UNIT})",
    re.IGNORECASE,
)
_CNY_FIRST = re.compile(r"(?:CNY|RMB|[￥¥])\s?(\d[\d,]{0,14}(?:\.\d{1,4})?)", re.IGNORECASE)
# Figures in Chinese words beside a unit; "一个课题组" is no more than an article, so one is left out.
_SPELLED = re.compile(rf"([二两三四五六七八九十百千][零一二三四五六七八九十百千]{{0,8}})\s*({_UNIT})", re.IGNORECASE)
_PROMISE = re.compile(
    r"(?:(?:￥|¥|RMB|CNY|\$)\s?\d[\d,.]*|\d[\d,.]*\s*(?:万元|元|美元|yuan)).{0,12}(?:即可|成交|包邮|起售|一台|per unit|each)"
    r"|(?:价格|售价|报价)(?:是|为|约)\s*\d|(?:price|cost)s? (?:is|are|of) (?:about |around |only )?(?:RMB|CNY|USD|[￥¥$])?\s?\d"
    r"|(?:保修|质保)(?:期)?(?:是|为)?\s*[\d一二三四五]+\s*(?:年|个月)|\d+[- ]year warranty"
    r"|\d+\s*(?:天|周|个月|days?|weeks?|months?)(?:内|之内)?(?:\s*(?:可)?(?:交付|到货|发货|供货)|\s*(?:delivery|lead time))"
    r"|现货(?:供应|充足)|库存充足|有现货|打\s?[一二三四五六七八九\d.]+\s?折|\d+\s?% (?:discount|off)\b"
    r"|ships? in \w+ (?:days?|weeks?)|\b(?:one|two|three|five|ten)[- ]year warranty|(?:保修|质保)[一二两三四五十]+年"
    r"|[一二两三四五六七八九十百千]+万(?:元)?(?:一台|一套|/台|起)|\bonly \d+\s?k\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Violation:
    """What is wrong, and the words that are."""

    kind: str
    words: str


_SAME_UNIT = (
    ("people", ("人", "名", "位", "people", "users", "user", "person")),
    ("groups", ("个课题组", "个组", "groups", "group")),
    ("cards", ("张卡", "块卡", "卡", "gpu", "gpus", "card", "cards")),
    ("cny", ("元", "块钱", "cny", "万元", "万", "亿元", "亿")),
    ("days", ("天", "day", "days")),
    ("weeks", ("周", "week", "weeks")),
    ("months", ("个月", "月", "month", "months")),
    ("years", ("年", "year", "years")),
    ("%", ("%", "％")),
    ("requests", ("路", "simultaneous")),
)
_UNIT_NAME = {word: name for name, words in _SAME_UNIT for word in words}
_FACTOR = {"万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8}


def figures(text: str) -> set[tuple[float, str]]:
    """Every figure of a text as (value, unit): "20人" and "20 people" are the same, "20 TB" is another."""
    # "512GB - 1TB", "10/25GbE", "10-50 人": the unit said last belongs to each part.
    spread = _SHARED.sub(lambda match: _spread(match[1], match[2]), text)
    found: set[tuple[float, str]] = set()
    for match in _FIGURE.finditer(spread):
        unit = match[2].lower()
        value = float(match[1].rstrip(",").replace(",", "")) * _FACTOR.get(unit, 1.0)
        found.add((value, _UNIT_NAME.get(unit, unit)))
    for match in _CNY_FIRST.finditer(text):
        found.add((float(match[1].rstrip(",").replace(",", "")), "cny"))
    for match in _SPELLED.finditer(text):
        figure = parse_one(match[1])
        if figure is not None and figure.exact and figure.low is not None:
            unit = match[2].lower()
            found.add((figure.low * _FACTOR.get(unit, 1.0), _UNIT_NAME.get(unit, unit)))
    return found


_FIELD_UNIT: dict[str, str] = {
    "users": "people",
    "groups": "groups",
    "concurrency": "requests",
    "data_tb": "tb",
    "budget_cny": "cny",
}


def said(words: str) -> set[tuple[float, str]]:
    """The figures in the visitor's words, however they are put: "forty-five people", "预算1200000", "40T的数据"."""
    found = figures(words)
    for quantity in quantities(without_contacts(words), "budget_cny"):
        ends = {quantity.figure.low, quantity.figure.high} - {None}
        found |= {(end, _FIELD_UNIT[quantity.field]) for end in ends if end is not None}
    return found


def _spread(numbers: str, unit: str) -> str:
    return " ".join(f"{number} {unit}" for number in re.findall(r"\d[\d,]*(?:\.\d+)?", numbers))


def _allowed_products(decision: Decision | None, findings: Findings, citations: Citations) -> set[str]:
    allowed: set[str] = set(decision.named_products()) if decision else set()
    if findings.supposed is not None:
        allowed |= findings.supposed.named_products()
    for change in findings.changes:
        allowed |= set(change.to.models)
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
    named = {product for _, product, _, _ in find_products(visitor) if product}
    if not catalogue:
        for words, product, _, _ in find_products(text):
            if product is None or product not in allowed | named:
                violations.append(Violation("product", words))
    grounds = [visitor, *(passage.text for passage in citations.passages), *_told(findings)]
    known = figures("\n".join(grounds)) | said(visitor)
    violations += [Violation("figure", f"{value:g} {unit}") for value, unit in sorted(figures(text) - known)]
    ids = {citation.id for citation in citations.all()}
    violations += [Violation("citation", match[0]) for match in MARK.finditer(text) if match[1] not in ids]
    for citation, passage in zip(citations.all(), citations.passages, strict=True):
        if re.sub(r"\s", "", citation.quote) not in re.sub(r"\s", "", passage.text):
            violations.append(Violation("quote", citation.quote[:60]))
    if promise := _PROMISE.search(text):
        violations.append(Violation("promise", promise[0]))
    return violations


def _told(findings: Findings) -> list[str]:
    """The sentences of the rules that a reply may repeat; section numbers, ids and trial values are no grounds."""
    texts: list[Text] = []
    rates = [f"CNY {rate.cny:g}, {rate.year} 年" for rate in currencies().rates]
    told = sizing_grounds(findings.sizing) if isinstance(findings.sizing, SizingResult) else []
    for decision in (findings.decision, findings.supposed):
        if decision is None:
            continue
        texts += [row.because for row in decision.fired]
        texts += [row.because for row in decision.ruled_out]
        texts += [option.when for option in decision.alternatives]
        texts += [risk.text for risk in decision.risks]
        told += sizing_grounds(decision.sizing)
    texts += [line.fit for line in findings.lines]
    texts += [text for row in findings.series for text in (row.fit, row.focus)]
    return [*told, *rates, *(words for text in texts for words in (text.zh, text.en))]
