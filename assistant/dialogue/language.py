"""Which of the two languages a text is in, and one way of writing for what can be written in several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# A product code, an acronym or a unit is no word; addresses and paths hold words of no language.
_WORD = re.compile(r"(?<![A-Za-z0-9/_@.-])[A-Za-z]?[a-z]+(?:['’][a-z]+)?(?![A-Za-z0-9/_@]|\.[a-z])")
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]+(?:'[A-Z]+)?(?![A-Za-z0-9])")
_GRAMMAR_ZH = re.compile(
    r"我们?|你们?|咱|他们|的|了|吗|呢|吧|啊|想|要|做|是|在|用|给|和|跟|把|也|都|就|不|没|有|会|能|请|让|这|那|什么|怎么|多少|哪|几|可以|需要|推荐|大概|左右"
)
_FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True)
class _Words:
    """The file `lexicon/languages.yaml`."""

    grammar: frozenset[str]
    known: frozenset[str]
    anywhere: dict[str, str]
    traditional: dict[str, str]


@cache
def _words() -> _Words:
    data = yaml.safe_load((_FOLDER / "languages.yaml").read_text(encoding="utf-8"))
    grammar = frozenset(data["grammar"].split())
    return _Words(grammar, grammar.union(data["content"].split()), data["anywhere"], data["traditional"])


def _english(text: str) -> list[str]:
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if not words:
        # A message all in capitals is still one in words; a single one is an acronym.
        capitals = [word.lower() for word in _CAPITALS.findall(text)]
        words = capitals if sum(word in _words().grammar for word in capitals) >= 2 else []
    known = _words().known
    return [word for word in words if word in known]


def detect(text: str, default: Language = "zh") -> Language:
    """The language of a message by the words that one can know; `default` where there are none.

    Names, product codes, acronyms, units, addresses and letters that form no word are Latin in both languages and count
    for neither. A message in both follows its grammar: "我们 want to 做 fine-tuning" is Chinese, "we do 微调 with Qwen"
    is English.
    """
    han = len(_HAN.findall(text))
    words = _english(text)
    if not words:
        return "zh" if han else default
    if not han:
        return "en"
    chinese = _GRAMMAR_ZH.findall(text)
    grammar = [word for word in words if word in _words().grammar]
    score = len(chinese) - len(grammar)
    if chinese and grammar:
        # The sentence is built by the language that begins it.
        place = re.search(rf"(?<![A-Za-z]){re.escape(grammar[0])}(?![A-Za-z])", text, re.IGNORECASE)
        first = _GRAMMAR_ZH.search(text)
        score += 1 if first and place and first.start() < place.start() else -1
    if score:
        return "zh" if score > 0 else "en"
    return "zh" if han >= len(words) else "en"


_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；：（）"} | {
    0x3000: " "
}


@cache
def _traditional() -> dict[int, str]:
    rows = (_FOLDER / "traditional.txt").read_text(encoding="utf-8").splitlines()
    ours, theirs = [row for row in rows if not row.startswith("#")]
    # 昇 is also written in simplified texts, in names (昇腾, 昇思).
    return {ord(char): simple for char, simple in zip(ours, theirs, strict=True) if char != "昇"}


def simplify(text: str) -> str:
    """Traditional Chinese as simplified, one character for one, so that spans stay valid."""
    plain = text.translate(_traditional())
    for terms in (_words().anywhere, _words().traditional if plain != text else {}):
        for theirs, ours in terms.items():
            plain = plain.replace(theirs, ours)
    return plain


def fold(text: str) -> str:
    """Full-width forms to half-width and traditional characters to simplified, one character for one, so that spans
    stay valid."""
    return simplify(text.translate(_WIDTH))
