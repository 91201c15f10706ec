"""The part of a passage that answers a question: whole rows and items, but only the clauses of a paragraph that fit."""

from __future__ import annotations

import re

from assistant.knowledge.passage import Passage
from assistant.rules.catalogue import Product

_PARTS = re.compile(r"(?<=[。；！？])\s*|(?<=[.;!?])\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9][a-z0-9+.-]*")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "for",
        "and",
        "or",
        "is",
        "are",
        "be",
        "in",
        "on",
        "with",
        "by",
        "as",
        "at",
        "it",
        "what",
        "how",
    ]
)


def _features(text: str) -> set[str]:
    """Character pairs of Chinese and words of English: enough to tell which clause speaks of the question."""
    lowered = text.lower()
    han = "".join(char if _HAN.match(char) else " " for char in lowered)
    pairs = {run[i : i + 2] for run in han.split() for i in range(len(run) - 1)}
    return pairs | {word.rstrip(".") for word in _WORD.findall(lowered) if word not in _STOP}


def answering_part(question: str, passage: Passage) -> str:
    """The clauses of `passage.text`, verbatim, that share most with the question; the whole if unsure."""
    if passage.kind != "paragraph":
        return passage.text
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _PARTS.finditer(passage.text):
        if match.start() > start:
            spans.append((start, match.start()))
        start = match.end()
    if start < len(passage.text):
        spans.append((start, len(passage.text)))
    if len(spans) < 2:
        return passage.text
    asked = _features(question)
    shared = [len(asked & _features(passage.text[a:b])) for a, b in spans]
    best = max(shared)
    if best < 2:
        return passage.text
    chosen = [span for span, count in zip(spans, shared, strict=True) if count >= max(2, best - 1)]
    return passage.text[chosen[0][0] : chosen[-1][1]]


def is_sheet(passage: Passage) -> bool:
    """Whether the passage is a product sheet's, which restates the whitepaper."""
    return passage.document.startswith("products/")


_SHEET_MARK = re.compile(r"\s*[（(](?:白皮书|whitepaper)[^（()）]*[）)]\s*$")


def without_sheet_mark(words: str) -> str:
    """A product sheet's statement without its own mark of where it comes from."""
    return _SHEET_MARK.sub("", words)


def distinct(passages: list[Passage], products: tuple[Product, ...]) -> list[Passage]:
    """Without product-sheet statements that only say again what is quoted, or speak of a product nobody asked about."""
    quoted = {p.section for p in passages if p.document == "whitepaper"}
    first, asked = passages[0], set(products)
    return [
        p for p in passages if p is first or not is_sheet(p) or (p.section not in quoted and asked & set(p.products))
    ]
