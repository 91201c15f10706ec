"""Numbers as people write them: 20, 1,500, 1.5, 二十来, 两三百, 几十, twenty, a dozen; with bounds and ranges.

A `Figure` is a closed interval in plain units, so that "二十来" and "20-30" are the same kind of thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import cn2an

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "a dozen": 12, "dozen": 12, "a hundred": 100, "one hundred": 100,
}  # fmt: skip
_TENS = {word: value for word, value in _WORDS.items() if 20 <= value <= 90}
_ONES = {word: value for word, value in _WORDS.items() if value < 10}
_ENGLISH = "|".join(
    [rf"(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_ONES)})", *sorted(map(re.escape, _WORDS), key=len, reverse=True)]
)
# Runs are bounded: an honest figure is short, and an endless one must not cost quadratic time.
_DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_CHINESE = r"[零〇一二两三四五六七八九十百千几]{1,9}"
# The words stop before a letter, so that "ten" is not found in "tenant".
ONE = rf"(?:{_DIGITS}|{_CHINESE}|\b(?:{_ENGLISH})\b)"
# 万 and 亿 multiply a number of either script; English thousands and millions are left to the money parser.
SCALE = r"(?:\s*(?P<{0}>[万亿]))?"
NUMBER = rf"(?P<low>{ONE}){SCALE.format('low_scale')}(?:\s*(?:-|–|—|~|～|至|到|to|and)\s*(?P<high>{ONE}){SCALE.format('high_scale')})?"

AT_MOST = re.compile(
    r"不超过|不高于|不多于|最多|至多|上限|不到|(?<!不)低于|(?<!不)少于|顶多|at most|no more than|up to|under|below|less than|max(?:imum)?(?: of)?",
    re.IGNORECASE,
)
AT_LEAST = re.compile(
    r"至少|不少于|不低于|最少|(?<!不)超过|(?<!不)多于|起码|at least|no less than|not less than|(?<!no )more than|over|above|min(?:imum)?(?: of)?",
    re.IGNORECASE,
)
AFTER_AT_MOST = re.compile(r"\s*(?:以内|以下|之内|封顶|or less|or fewer|at most|max)", re.IGNORECASE)
AFTER_AT_LEAST = re.compile(r"\s*(?:以上|起步|起|\+|or more|plus)(?![a-z])", re.IGNORECASE)

_SCALES = {"万": 1e4, "亿": 1e8}
_BEFORE = 18


@dataclass(frozen=True)
class Figure:
    """An interval; `low` is None for "at most", `high` for "at least", equal for an exact figure."""

    low: float | None
    high: float | None

    @property
    def exact(self) -> bool:
        """Whether one value is meant."""
        return self.low is not None and self.low == self.high

    def times(self, factor: float) -> Figure:
        """The same figure in another unit."""
        return Figure(
            None if self.low is None else round(self.low * factor, 6),
            None if self.high is None else round(self.high * factor, 6),
        )


def parse_one(words: str) -> Figure | None:
    """One number; vague Chinese numerals give an interval (几十 = 20..90, 两三百 = 200..300). None when it is none."""
    text = words.strip().lower()
    if re.fullmatch(_DIGITS, text):
        value = float(text.replace(",", ""))
        return Figure(value, value)
    if text in _WORDS:
        return Figure(_WORDS[text], _WORDS[text])
    parts = re.split(r"[- ]", text)
    if len(parts) == 2 and parts[0] in _TENS and parts[1] in _ONES:
        value = _TENS[parts[0]] + _ONES[parts[1]]
        return Figure(value, value)
    return _chinese(text)


def _chinese(text: str) -> Figure | None:
    if "几" in text:
        return _several(text)
    pair = re.fullmatch(r"([一二两三四五六七八])([二两三四五六七八九])([十百千]?)", text)
    if pair:
        ones = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
        unit = {"": 1, "十": 10, "百": 100, "千": 1000}[pair[3]]
        if ones[pair[2]] == ones[pair[1]] + 1:
            return Figure(ones[pair[1]] * unit, ones[pair[2]] * unit)
    try:
        value = float(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None
    return Figure(value, value)


def _several(text: str) -> Figure | None:
    """几 stands for a digit from two to nine."""
    ends: list[float] = []
    for digit in ("二", "九") if not text.startswith("十几") else ("一", "九"):
        try:
            ends.append(float(cn2an.cn2an(text.replace("几", digit), "smart")))
        except ValueError:
            return None
    return Figure(ends[0], ends[1])


def figure(match: re.Match[str], text: str) -> Figure | None:
    """The figure of a `NUMBER` match, widened by "at least" / "at most" around it; None when it is no number."""
    low = parse_one(match["low"])
    if low is None:
        return None
    high = parse_one(match["high"]) if match["high"] else None
    low_scale, high_scale = match["low_scale"], match["high_scale"]
    if high is not None:
        # "二三十万", "20-30万": the scale said once belongs to both ends.
        low = low.times(_SCALES.get(low_scale or high_scale or "", 1))
        high = high.times(_SCALES.get(high_scale or low_scale or "", 1))
        if low.low is None or high.high is None or low.low > high.high:
            return None
        return Figure(low.low, high.high)
    value = low.times(_SCALES.get(low_scale or "", 1))
    return bounded(value, text, match.start(), match.end())


def bounded(value: Figure, text: str, start: int, end: int) -> Figure:
    """The figure as an upper or lower bound where the words right before or after say so."""
    clause = re.split(r"[，。；,;.!?！？\n]", text[max(0, start - _BEFORE) : start])[-1]
    after = text[end : end + _BEFORE]
    if AT_MOST.search(clause) or AFTER_AT_MOST.match(after):
        return Figure(None, value.high)
    if AT_LEAST.search(clause) or AFTER_AT_LEAST.match(after):
        return Figure(value.low, None)
    return value
