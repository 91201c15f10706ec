"""Numbers as people write them: 20, 1,500, 二十来, 两三百, 几十, twenty, a couple of dozen; with bounds and ranges.

A `Figure` is a closed interval in plain units, so that "两三百" and "200-300" are the same kind of thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.dialogue.expressions import expression

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)})\b)?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})"
_LEAD = rf"(?:half an?|an?(?: good| few| couple(?: of)?| handful of)?|several|few|couple(?: of)?|{_SMALL})"
# "hundreds of": several of that size. They are read like 几百.
_PLURALS = {
    "tens of thousands": (20_000, 90_000), "dozens": (24, 90), "hundreds": (200, 900), "thousands": (2000, 9000),
}  # fmt: skip
_ENGLISH = (
    rf"{_LEAD}[- ](?:dozen|hundred|thousand|million)(?:[- ](?:thousand|million))?"
    rf"(?:,? (?:and )?{_SMALL}(?! (?:hundred|dozen|million)\b)(?: thousand)?)?"
    rf"|a couple(?: of)?|a handful(?: of)?|dozen|(?:{'|'.join(_PLURALS)}) of|{_SMALL}"
)
# Runs are bounded: an honest figure is short, and an endless one must not cost quadratic time.
_DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_NUMERAL = "零〇一二两三四五六七八九十百千几"
_CHINESE = (
    # 数十 is 几十, unless the 数 ends 人数 or 用户数; 大几十 leans to the upper half.
    rf"(?<![万亿])(?:(?<![户人发组总个次台张轮层量])数(?=[十百千])"
    rf"|[大小好](?=几))?[{_NUMERAL}]{{1,9}}(?:万零?[{_NUMERAL}]{{1,7}})?"
    r"|(?<=[上近过数])(?=[万亿])"
)
# The words stop before a letter, so that "ten" is not found in "tenant".
ONE = rf"(?:{_DIGITS}|{_CHINESE}|\b(?:{_ENGLISH})\b)"
# A figure starts where a run of digits or numerals starts, never inside one; an ordinal (第3组) counts nothing.
# A numeral may follow a Latin word ("users两三百"), a digit may not ("int8").
GUARD_IN_WORDS = rf"(?<![0-9.{_NUMERAL}])(?<!第)"
GUARD = rf"{GUARD_IN_WORDS}(?<![A-Za-z](?=[A-Za-z0-9]))"
_SCALES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "w": 1e4, "k": 1e3, "hundred": 1e2,
    "dozen": 12, "thousand": 1e3, "grand": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "mln": 1e6, "mil": 1e6, "m": 1e6,
    "billion": 1e9,
}  # fmt: skip
_HEDGE = r"个?[来多余把]?个?"
_SCALE = (
    r"(?:{hedge}\s*(?P<{name}>[十百千]?万|亿|[百千](?![零〇一二两三四五六七八九])|[wk](?![A-Za-z])|hundred\b"
    r"|dozen\b|thousand\b|million\b{more}))?"
)


def number(more: str = "") -> str:
    """A pattern of a number or a range, with the groups `low`, `high`, their scales, and `post` for words that bound
    or widen it; `more` adds scale words ("m" for money)."""
    low, high = (_SCALE.format(hedge=_HEDGE, name=name, more=more) for name in ("low_scale", "high_scale"))
    return (
        rf"(?P<low>{ONE}){low}(?:(?:元|[个人名位](?=[-~至到]))?\s*(?:-|–|—|~|～|至|到|或者?|to|and"
        rf"|or)\s*(?:[$￥¥]\s?)?(?P<high>{ONE}){high})?"
        r"(?P<post>[来多余几把]|\s*(?:\+|以上|以内|以下|左右|上下|出头|开外|or more|or fewer|or less|or so|-?odd\b"
        r"|plus\b))?"
    )


NUMBER = number()

AT_MOST = expression(
    r"不超过|不高于|不多于|不大于|最多|至多|上限|不到|不足|(?<!不)低于|(?<!不)少于|(?<!不)小于|顶多|[≤<]=?|at most"
    r"|no more than"
    r"|not (?:more than|exceed(?:ing)?)|(?<!went )(?<!goes )(?<!gone )(?<!raised )(?<!increased )(?<!grew )\bup to\b|\bunder\b|\bbelow\b|\bwithin\b|\bcapped at\b"
    r"|(?<!no )(?<!not )(?:less|fewer) than"
    r"|\bmax(?:imum)?\b(?: of)?",
    re.IGNORECASE,
)
AT_LEAST = expression(
    r"至少|不少于|不低于|不小于|最少|(?<!不)超过|(?<!不)多于|(?<!不)大于|起码|[≥>]=?|\bat least\b|(?:no|not) (?:less"
    r"|fewer) than"
    r"|(?<!no )(?<!not )more than|\bover\b|\babove\b|\bupwards? of|\bnorth of\b|\bmin(?:imum)?\b(?: of)?",
    re.IGNORECASE,
)
AFTER_AT_MOST = expression(r"\s*(?:以内|以下|之内|封顶|为上限|or less|or fewer|at most|max|tops)", re.IGNORECASE)
AFTER_AT_LEAST = expression(r"\s*(?:以上|起步|起|打底|开外|\+|or more|plus)(?![a-z])", re.IGNORECASE)
_OVER = expression(r"[上过破]$")
_BEFORE = 18
# A number between the bound and the figure takes the bound for itself.
_TAKEN = expression(r"\d|[个人组万亿]")
_CLAUSE = expression(r"[，。；,;.!?！？\n]")


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
    """One number; vague ones give an interval (几十 = 20..90, 两三百 = 200..300). None when it is none."""
    text = words.strip().lower()
    if re.fullmatch(_DIGITS, text):
        value = float(text.replace(",", ""))
        return Figure(value, value)
    if re.fullmatch(_ENGLISH, text):
        return _english(text)
    return _chinese(re.sub("[来多余把]$", "", text))


def _english(text: str) -> Figure | None:
    words = re.split(r"[- ,]+", text)
    for name, (least, most) in _PLURALS.items():
        if text.startswith(name):
            return Figure(least, most)
    low = high = 0.0
    total = (0.0, 0.0)
    for word in words:
        if word in ("few", "several"):
            low, high = 2, 9
        elif word == "handful":
            low, high = 3, 5
        elif word == "couple":
            low = high = 2
        elif word == "half":
            low = high = 0.5
        elif word in _MULTIPLES:
            low, high = (low or 1) * _MULTIPLES[word], (high or 1) * _MULTIPLES[word]
            if word == "thousand" and total[0]:
                low, high, total = total[0] * 1000 + low, total[1] * 1000 + high, (0.0, 0.0)
            elif word != "dozen":
                total, low, high = (total[0] + low, total[1] + high), 0, 0
        elif value := _ONES.get(word) or _TEENS.get(word) or _TENS.get(word):
            low, high = low + value, high + value
    return Figure(total[0] + low, total[1] + high)


_DIGIT = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNIT = {"十": 10, "百": 100, "千": 1000}
_PAIR = expression(r"([一二两三四五六七八])([二两三四五六七八九])(?=[十百千万]|$)")
# Neither is two figures beside each other: 百十 is a little over a hundred, 百八十 a little under or just that.
_IDIOMS = {"百十": (100, 110), "百八十": (80, 100), "三两": (2, 3)}


def _plain(text: str) -> float | None:
    """A numeral without vagueness, 一百五 being 150; None when it is none."""
    if "万" in text:
        above, below = text.split("万", 1)
        high, low = _plain(above), _plain(below)
        if high is None or low is None:
            return None
        return high * 10_000 + (low * 1000 if len(below) == 1 and below in _DIGIT else low)
    total, digit, last, zero = 0.0, None, 10_000, False
    for char in text:
        if char in _DIGIT:
            if digit:
                return None
            zero = zero or _DIGIT[char] == 0
            digit = _DIGIT[char]
        else:
            unit = _UNIT.get(char)
            if unit is None or unit >= last:
                return None
            total += (1 if digit is None else digit) * unit
            digit, last, zero = None, unit, False
    if digit is not None:
        total += digit * (last // 10 if 10 < last < 10_000 and not zero else 1)
    return total if text else None


def _chinese(text: str) -> Figure | None:
    if text in _IDIOMS:
        return Figure(*_IDIOMS[text])
    if text[:1] in ("大", "小", "好", "数"):
        lead, rest = text[0], text[1:]
        found = _chinese(rest if lead != "数" else f"几{rest}")
        if found is None or found.low is None or found.high is None or lead == "数":
            return found
        unit = found.low / 2
        return {
            "大": Figure(5 * unit, found.high), "小": Figure(found.low, 5 * unit), "好": Figure(3 * unit, found.high),
        }[lead]  # fmt: skip
    if "几" in text:
        least = "一" if "十几" in text else "二"
        ends = _plain(text.replace("几", least)), _plain(text.replace("几", "九"))
    elif pair := _PAIR.search(text):
        step = _DIGIT[pair[2]] - _DIGIT[pair[1]]
        if step != 1 and pair[0] != "三五":
            return None
        ends = _plain(_PAIR.sub(r"\1", text, count=1)), _plain(_PAIR.sub(r"\2", text, count=1))
    else:
        ends = _plain(text), _plain(text)
    return None if ends[0] is None or ends[1] is None else Figure(ends[0], ends[1])


def _scaled(words: str, scale: str | None) -> Figure | None:
    """A number with its scale; nothing before the scale (上万) is one."""
    one = parse_one(words) if words else Figure(1, 1)
    return one.times(_SCALES[scale.lower()]) if one and scale else one


class _Groups:
    """The groups of a `NUMBER` in a match; where a pattern holds two, those of the second start with `b_`."""

    def __init__(self, match: re.Match[str]) -> None:
        names = match.groupdict()
        self._match = match
        self._prefix = "b_" if "b_low" in names and names["low"] is None else ""

    def __getitem__(self, name: str) -> str | None:
        found: str | None = self._match[self._prefix + name]
        return found

    def start(self, name: str) -> int:
        return self._match.start(self._prefix + name)


def figure(match: re.Match[str], text: str) -> Figure | None:
    """The figure of a `NUMBER` match, widened by "at least" / "at most" around it; None when it is no number."""
    groups = _Groups(match)
    start, low_scale, high_scale = groups.start("low"), groups["low_scale"], groups["high_scale"]
    if (words := groups["high"]) is not None:
        # "二三十万", "20-30万": the scale said once belongs to both ends.
        shared = 1.0 if low_scale or high_scale or _MULTIPLE.search(groups["low"] or "") else _multiple(words)
        low = _scaled(groups["low"] or "", low_scale or high_scale)
        if low is not None and low.high is not None and low.high < 100:
            # "two or three million": the multiple said once belongs to both ends, as in 两三百万.
            low = low.times(shared if not high_scale else _multiple(words))
        high = _scaled(words, high_scale or low_scale)
        if low is None or high is None or low.low is None or high.high is None or low.low > high.high:
            return None
        return Figure(low.low, high.high)
    value = _scaled(groups["low"] or "", low_scale)
    if value is None:
        return None
    post = (groups["post"] or "").strip()
    if post == "几" and value.exact and value.low and value.low % 10 == 0 and low_scale is None:
        value = Figure(value.low + 1, value.low + 9)
    if AFTER_AT_MOST.match(post) or AFTER_AT_LEAST.match(post):
        return bounded(value, text, start, groups.start("post"))
    return bounded(value, text, start, match.end())


_MULTIPLE = expression(r"\b(?:hundred|thousand|million|dozen)\b", re.IGNORECASE)


def _multiple(words: str) -> float:
    """The multiples in the words of a number: "three hundred" has 100."""
    factor = 1.0
    for match in _MULTIPLE.finditer(words):
        factor *= _MULTIPLES[match[0].lower()]
    return factor


def bounded(value: Figure, text: str, start: int, end: int) -> Figure:
    """The figure as an upper or lower bound where the words right before or after say so."""
    clause = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
    after = text[end : end + _BEFORE]
    most, least = (_last(pattern, clause) for pattern in (AT_MOST, AT_LEAST))
    if most > least or AFTER_AT_MOST.match(after):
        return Figure(None, value.high)
    if (
        least > most
        or AFTER_AT_LEAST.match(after)
        or (_OVER.search(clause) and text[start : start + 1] in "十百千万亿")
    ):
        return Figure(value.low, None)
    return value


def _last(pattern: re.Pattern[str], clause: str) -> int:
    """Where the last bound ends that still reaches the end of the clause; 0 when none does."""
    ends = [match.end() for match in pattern.finditer(clause)]
    return ends[-1] if ends and not _TAKEN.search(clause[ends[-1] :]) else 0


_NOT = expression(
    r"(?:不是说?|[用花]不[了到着]|没有|到不了|并非|并不是|不再是|不止是?|\bnot|\bisn't|\binstead of|\brather than)\s*$",
    re.IGNORECASE,
)
_WRONG = expression(
    r"\s*(?:元|块)?(?:的?预算|[的，,] ?)?(?:(?:的)?(?:不算(?!多|少|大|小)|不计)|不对|错了|说错|写错|打错|改成|改为|换成|变成|[提增加涨调]高?(?:加"
    r"|整)?[到至为](?!\d{1,3}%)|[降减]低?[到至为]"
    r"|is (?:wrong|not right)|was (?:wrong|a typo))",
    re.IGNORECASE,
)
_FORMER = expression(
    r"(?:原来|原先|原本|之前|以前|本来|原计划|上次|刚才|刚刚|previously|before it was|used to be"
    r"|earlier i said)[^，。；,;.!?！？\n]{0,10}$",
    re.IGNORECASE,
)


def denied(text: str, start: int, end: int) -> bool:
    """Whether the words right around `text[start:end]` say that it does not hold: "不是20", "not 20", "20 改成 40"."""
    return bool(_NOT.search(text[max(0, start - 16) : start]) or _WRONG.match(text[end : end + 16]))


_CORRECTED = expression(
    r"[^，。；,;!?！？\n\d]{0,6}[，。,;；.!！… ]{1,3}(?:哦|噢|啊|呃)?[，, ]?(?:不不|哦不|噢不|不(?=[，, ])|不对|说错|搞错|写错"
    r"|错了|抱歉|不好意思|更正|应该是|其实是"
    r"|准确(?:地)?说|(?:oh |no )?sorry|no,? wait|wait|i mean|oops|oh no|correction|actually|or rather)"
    r"|(?:哦不|噢不|不对)",
    re.IGNORECASE,
)


def former(text: str, start: int, end: int) -> bool:
    """Whether the words around a figure give it up for one that follows: "原来是20", "20, sorry, 40"."""
    return bool(_FORMER.search(text[max(0, start - 24) : start]) or _CORRECTED.match(text[end : end + 24]))
