"""When someone means to buy: 下个月中旬, 2027年上半年, Q3, before year end; as ISO dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import islice

from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import ONE
from assistant.dialogue.reading import Update
from assistant.dialogue.spans import (
    MONTHS,
    Span,
    day_zh,
    festival,
    half,
    iso,
    month_en,
    next_month,
    next_quarter,
    next_week,
    part_of_year,
    quarter,
    whole_year,
    within,
)
from assistant.rules.requirements import DateWindow

_MONTH_EN = "|".join(f"{name}|{name[:3]}" if len(name) > 3 else name for name in MONTHS) + "|sept"
_MONTH_ZH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_YEAR_ZH = r"(?:(?P<year>20\d\d)\s*年?|(?P<relative>今年|明年|来年|后年))?\s*的?"
_YEAR_EN = r"(?:,? (?:of )?(?P<year>20\d\d)|,? (?P<relative>this year|next year))?"
_BEFORE = r"(?P<bound>\s*(?:之?以?前|之内|以内|内))?"
_AFTER = r"(?P<bound>\s*(?:之?以?前|之?以?后|过后|期间|左右|内))?"
_BY = r"(?:(?P<by>by|before|no later than|until|prior to|after|from|since|starting) )?(?:the )?"


@dataclass(frozen=True)
class When:
    """A span of dates said at `text[start:end]`."""

    window: DateWindow
    start: int
    end: int


_N = rf"(?P<n>半|half an?|(?:a )?few|several|{ONE}|\ban?)(?:\s*(?:-|~|to|or|到|至)\s*(?P<n2>{ONE}))?"
_PART_ZH = r"(?P<part>上旬|中旬|下旬|[初中底末])?"
_PART_EN = r"(?P<part>early|mid|late|(?:the )?end of|(?:the )?middle of)"
_DAY = r"[12]\d|3[01]|0?[1-9]"
_RELATIVE = r"(?P<relative>今年|明年|来年|后年)"
_FESTIVAL_EN = "chinese new year|lunar new year|spring festival|christmas|national day"
_UNIT_ZH, _UNIT_EN = "月|星期|礼拜|周|天|年(?!级)", r"months?\b|weeks?\b|days?\b|years?\b"
_MONTH_THE = rf"(?P<month>{_MONTH_EN})\b\.?(?! be\b)"
_RULES: tuple[tuple[str, Callable[[re.Match[str], date], Span | None]], ...] = (
    (
        rf"{_BY}(?<!\d)(?P<year>20\d\d)\s?[-/.年]\s?(?P<month>1[0-2]|0?[1-9])\s?[-/.月]\s?(?P<day>{_DAY})(?!\d)"
        rf"\s?[日号]?{_AFTER}",
        iso,
    ),
    (
        rf"(?<!\d){_YEAR_ZH}\s*(?<!\d)(?:第?(?P<q_zh>[一二三四1-4])\s*季度|(?<![A-Za-z])Q(?P<q>[1-4])(?![A-Za-z0-9]))"
        rf"(?:\s*[,/]?\s*(?P<late_year>20\d\d))?(?P<edge>[末初底])?{_BEFORE}",
        quarter,
    ),
    (rf"{_BY}(?P<q_en>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter{_YEAR_EN}", quarter),
    (rf"(?<!\d){_YEAR_ZH}(?P<half>[上下])半年{_BEFORE}", half),
    (rf"{_BY}(?:(?P<year>20\d\d) )?\b(?P<half>H[12])\b(?:\s*(?P<late_year>20\d\d))?", half),
    (rf"{_BY}(?P<half>first|second) half(?: of)?(?: the year)?{_YEAR_EN}", half),
    (
        rf"(?<!\d){_YEAR_ZH}\s*(?<![\d个十一二三四五六七八九])(?P<month>{_MONTH_ZH})"
        rf"(?:\s*月?\s*(?:-|~|–|到|至)\s*(?P<to_month>{_MONTH_ZH}))?\s*月份?(?![之的]?内|球)"
        rf"(?:\s*(?P<day>{_DAY})\s*[日号])?{_PART_ZH}{_AFTER}",
        day_zh,
    ),
    (rf"(?P<which>下{{1,2}}个?月|本月|这个?月|当月)(?:(?P<day>{_DAY})[日号])?{_PART_ZH}{_AFTER}", next_month),
    (rf"(?P<which>下个?季度|本季度|这个?季度){_BEFORE}", next_quarter),
    (r"(?P<which>下{1,2}个?(?:周|星期|礼拜)|本周|这周|这个?星期)", next_week),
    (
        rf"(?:(?P<year>20\d\d)\s*年?|{_RELATIVE})?(?P<festival>春节|过年|农历新年|元旦|五一|劳动节|国庆"
        rf"|双十一)节?{_AFTER}",
        festival,
    ),
    (r"(?<![\d一二三四五六七八九十几半两多数今明后去前来])(?P<festival>年)(?P<bound>后)", festival),
    (rf"{_BY}(?P<festival>{_FESTIVAL_EN}){_YEAR_EN}", festival),
    (
        rf"(?<![\d年月]){_N}\s*(?:个半?|多个?)?(?P<unit>{_UNIT_ZH})"
        r"\s*(?P<bound>之?以?内|之?以?后|左右)(?!的)",
        within,
    ),
    (
        r"\b(?:in|within|over|during|next)(?: the)?(?: next| coming)?(?: about| around| roughly)? "
        rf"{_N}[- ](?P<unit>{_UNIT_EN})",
        within,
    ),
    (
        rf"(?<!\d)(?:(?P<year>20\d\d)\s*年?|{_RELATIVE}\s*年?)(?P<part>[底末初]|年中|年初)(?!级){_AFTER}",
        part_of_year,
    ),
    (rf"年(?P<part>[底末前])(?!级){_BEFORE}", part_of_year),
    (rf"{_BY}(?:year[- ]end|end of (?:the|this) year|eoy\b|the year is out)", part_of_year),
    (rf"{_BY}{_PART_EN}[- ](?:in )?(?:(?P<relative>next year|this year)|(?P<year>20\d\d))", part_of_year),
    (rf"{_BY}(?:{_PART_EN}[- ])?(?P<which>next month|this month|the month\b)", next_month),
    (rf"{_BY}(?:end of )?(?P<which>next quarter|this quarter|the quarter)", next_quarter),
    (r"(?P<which>next week|this week)", next_week),
    (
        rf"{_BY}(?:{_PART_EN}[- ])?(?:(?P<day>{_DAY})(?:st|nd|rd|th)?(?: of)? )?(?<![A-Za-z]){_MONTH_THE}"
        rf"(?: ?(?:-|–|to|or) ?(?P<to_month>{_MONTH_EN})\b)?(?: (?P<day_b>{_DAY})(?:st|nd|rd|th)?(?!\d))?{_YEAR_EN}",
        month_en,
    ),
    (rf"(?<!\d)(?:(?P<year>20\d\d)\s*年|{_RELATIVE})(?:内|全年|之内)?(?P<bound>之?以?前|之?以?后)?", whole_year),
    (r"(?P<relative>next year|this year)|\b(?:in|during) (?P<year>20\d\d)\b", whole_year),
    (
        r"尽快|尽早|越快越好|马上|立刻|立即|\b(?:asap|as soon as possible|immediately|right away|urgently)\b",
        lambda _, now: (now, None),
    ),
)
# A message that names more times than this means none of them.
_MOST = 12
_COMPILED = tuple((expression(pattern, re.IGNORECASE), read) for pattern, read in _RULES)
_MAY = expression(r"\b(?:in|by|before|during|of|this|next|until|for|early|mid|late|after)[- ]$", re.IGNORECASE)


def times(text: str, today: date | None = None) -> list[When]:
    """Every time that a text names, seen from `today`, in order; where two readings overlap the longer holds."""
    now = today or date.today()
    found: list[When] = []
    for pattern, read in _COMPILED:
        for match in islice(pattern.finditer(text), _MOST):
            if match[0].strip().lower() in ("may", "mar", "dec") and not _a_month(match, text):
                continue
            try:
                span = read(match, now)
            except (ValueError, OverflowError):
                continue
            if span is None or (span[0] and span[1] and span[0] > span[1]):
                continue
            words = match[0]
            start = match.start() + len(words) - len(words.lstrip())
            found.append(When(_window(span), start, start + len(words.strip())))
    found.sort(key=lambda when: when.start - when.end)
    kept: list[When] = []
    for when in found:
        if not any(when.start < other.end and other.start < when.end for other in kept):
            kept.append(when)
    return sorted(kept, key=lambda when: when.start)


def _window(span: Span) -> DateWindow:
    start, end = span
    return DateWindow.model_validate({"from": start and start.isoformat(), "to": end and end.isoformat()})


# As the answer to "when", a length of time is the time until then.
_ALONE = expression(
    rf"(?:大?约|大概|差不多|估计|也就|about|around|roughly|maybe|probably)?\s*{_N}\s*(?:个半?"
    rf"|多个?)?\s*-?(?P<unit>{_UNIT_ZH}|{_UNIT_EN})(?:左右|吧|之?内|以内|or so|吧)*[.。]?",
    re.IGNORECASE,
)


def _a_month(match: re.Match[str], text: str) -> bool:
    """May is a month at its capital inside a sentence, after a preposition or alone; "we may" is none."""
    before = text[: match.start()]
    return bool(_MAY.search(before[-8:])) or not (before + text[match.end() :]).strip(" .!?。")


def window(text: str, today: date | None = None) -> DateWindow | None:
    """The span of dates that a text means, seen from `today`; None when it names none."""
    now = today or date.today()
    if found := times(text, now):
        return found[0].window
    if alone := _ALONE.fullmatch(text.strip()):
        span = within(alone, now)
        return _window(span) if span else None
    return _parsed(text, now) if len(text) <= _SHORT and _TIME_WORDS.search(text) else None


# Words for getting the machines, near which a time is when that is to be.
_CUE = expression(
    r"采购|购买|购置|购入|要买|想买|买|入手|下单|订货|上线|到位|到货|进场|招标|投标|立项|开标|签(?:合同|约)|交付"
    r"|投产|部署|启用|投入使用|落地|用上|验收|建成|完成|花(?:完|掉|出去)|上架|装好"
    r"|deploy|purchas|\bbuy|\border(?:ing)?\b|go(?:ing)? live|need (?:it|them|this|the \w+)|procure|deliver"
    r"|in place|up and running|tender|install|roll ?out|set up|acquire|operational|\bready\b|launch|running by"
    r"|kick ?off",
    re.IGNORECASE,
)
_PAST = expression(
    r"(?:部署|采购|上线|购买|购置|买|下单|交付|招标|启用|装)(?:过|了)(?![吗么])|已经|去年|上个?月|上半年已|过了|刚"
    r"|\balready\b|\blast (?:year|month)\b|\bbought\b|\bpurchased\b"
)
_BUYING = expression(
    r"采购|购买|购置|购入|要买|想买|买|入手|下单|订货|purchas|\bbuy|\border(?:ing)?\b|procure|acquire", re.IGNORECASE
)
# Without any of these no time is named.
_TIMELY = expression(rf"[年月周季]|Q[1-4]|\bH[12]\b|春节|元旦|国庆|quarter|year|month|week|{_MONTH_EN}", re.IGNORECASE)
_WANTED = expression(r"(?:就?要用?|能?用|前要|前用上?|吧|左右|的样子|please)?")
_SENTENCE = expression(r"[。；;!?！？\n]|(?<![0-9])\.(?![0-9])")
_REACH = 28


def _told(text: str, when: When) -> int:
    """How surely a time is that of the purchase: by words for buying in its clause, for having it there, or beyond."""
    before = _SENTENCE.split(text[max(0, when.start - _REACH) : when.start])[-1]
    after = _SENTENCE.split(text[when.end : when.end + _REACH])[0]
    clause = re.split("[，,]", before)[-1] + " " + re.split("[，,]", after)[0]
    if _PAST.search(before + text[when.start : when.end] + after):
        return 0
    return 3 if _BUYING.search(clause) else 2 if _CUE.search(clause) else int(bool(_CUE.search(before + " " + after)))


def _alone(text: str, when: When) -> bool:
    """Whether a time is all that its clause says, so that it can only be when the machines are wanted."""
    before = re.split(r"[，。；,;.!?！？\n]", text[: when.start])[-1].strip()
    after = re.split(r"[，。；,;.!?！？\n]", text[when.end :])[0].strip()
    return not before and bool(_WANTED.fullmatch(after)) and len(text) > when.end - when.start


def purchase(text: str, today: date | None = None) -> list[Update]:
    """When the visitor means to buy, where a time stands near words for it; each with its span."""
    now = today or date.today()
    cued = bool(_CUE.search(text))
    if not cued and not _TIMELY.search(text):
        return []
    found = [when for when in times(text, now) if when.window.to is None or when.window.to >= now.isoformat()]
    told = [_told(text, when) if cued else int(_alone(text, when)) for when in found]
    sure = max(told, default=0)
    return [
        Update("purchase_by", when.window, text[when.start : when.end].strip(), when.start, when.end)
        for when, surely in zip(found, told, strict=True)
        if sure and surely == sure
    ]


_TIME_WORDS = expression(r"[年月日周旬季天]")
_SHORT = 24


def _parsed(text: str, now: date) -> DateWindow | None:
    """A short answer in words that the rules above do not know."""
    with redirect_stdout(StringIO()):  # it greets on standard output, which may carry JSON
        import jionlp  # half a second to import, and few messages speak of dates

    try:
        found = jionlp.parse_time(text, time_base={"year": now.year, "month": now.month, "day": now.day})
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    times_found = found.get("time") if isinstance(found, dict) else None
    if not isinstance(times_found, list) or len(times_found) != 2:
        return None
    days = [str(moment)[:10] for moment in times_found]
    if not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for day in days) or days[0] > days[1]:
        return None
    return DateWindow.model_validate({"from": days[0], "to": days[1]})
