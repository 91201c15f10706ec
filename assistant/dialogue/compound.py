"""A message that asks several things, as the questions it is made of."""

from __future__ import annotations

import re

from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import lexicon

# Questions of one message that are looked up one by one.
MOST_QUESTIONS = 3
_SENTENCE = re.compile(r"(?<=[。；;!?！？\n])|(?<=[a-z]\.)\s")
_ASKING = r"(?:what|which|how|why|when|where|who|whose)\b"
# Where another question begins in the same sentence: behind a comma in Chinese, ahead of its question word in English.
_CLAUSE = expression(
    rf"(?<=[，,])(?=[^，,]*[\u4e00-\u9fff])"
    rf"|(?:,|\band\b|,\s*and\b|\bplus\b)\s+(?:also\s+)?(?={_ASKING})"
    rf"|\band\s+(?:also\s+)?(?=(?:do|does|did|can|could|should|would|will|is|are|must|may)\s)",
    re.IGNORECASE,
)
# A piece that leans on the one before it: nothing but a tag, or a word that stands for what was named there.
_LEANS = expression(
    r"^\W*(?:它|他们|这|那|其|前者|后者|两者|分别|各|对吗|是吗|可以吗|行吗|怎么[选办样])"
    r"|\b(?:it|its|they|their|them|this|these|those|each)\b|\b(?:what|how) about\b",
    re.IGNORECASE,
)
# "When we get it, …" is no question yet.
_ASKS_EN = expression(
    rf"^\W*(?:and\s+)?(?:(?!when\s+(?:we|i|you|the|a)\b){_ASKING}|(?:is|are|do|does|can|could|should|would|will|must|may)\b)",
    re.I,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Fewer characters, or words, are no question that stands alone.
_SHORTEST_ZH = 4
_SHORTEST_EN = 3


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of a message in their order, each in its own words; nothing where it asks one thing or none.

    What is told ahead of a question stays with it; what leans on the question before it is a part of that one.
    """
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        if sentence:
            _take(found, sentence)
    return tuple(found[:MOST_QUESTIONS]) if len(found) > 1 else ()


def _take(found: list[str], sentence: str) -> None:
    """Add the questions of a sentence to those found before it."""
    ahead = ""
    for clause in _CLAUSE.split(sentence):
        piece = f"{ahead}{clause}"
        if not _asks(clause):
            ahead = f"{piece} " if _HAN.search(clause) is None else piece
            continue
        ahead = ""
        if found and (_short(clause) or _LEANS.search(clause)):
            found[-1] += f" {piece.strip()}"
        elif not _short(piece):
            found.append(piece.strip(" ,，、"))


def _asks(clause: str) -> bool:
    if _HAN.search(clause):
        return bool(lexicon().question.search(clause))
    return clause.rstrip().endswith("?") or bool(_ASKS_EN.search(clause))


def _short(piece: str) -> bool:
    if _HAN.search(piece):
        return sum(char.isalnum() for char in piece) < _SHORTEST_ZH
    return len(re.findall(r"\w+", piece)) < _SHORTEST_EN
