"""From the words for a time to its first and last day: what "before", "mid" or "next" does to a month or a quarter."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date, timedelta

from assistant.dialogue.figures import parse_one

MONTHS = [name.lower() for name in month_name[1:]]
_ZH = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
_DAYS = {
    "天": 1,
    "日": 1,
    "day": 1,
    "周": 7,
    "星": 7,
    "礼": 7,
    "week": 7,
    "月": 30,
    "month": 30,
    "年": 365,
    "year": 365,
}
# The first day of the festival; those that follow the moon are the published dates of their years.
_SPRING = {
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
    2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
_FIXED = {
    "元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一假期": (10, 1), "双十一": (11, 11),
    "christmas": (12, 25), "national day": (10, 1), "new year": (1, 1),
}  # fmt: skip

Span = tuple[date | None, date | None]


def _month_span(year: int, first: int, last: int) -> Span:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _year(match: re.Match[str], now: date, last_month: int) -> int:
    """The year that is said, or the next one in which the month is not over."""
    groups = match.groupdict()
    if said := groups.get("year"):
        return int(said)
    if relative := (groups.get("relative") or "").lower():
        return now.year + {"今年": 0, "this year": 0, "后年": 2}.get(relative, 1)
    return now.year if last_month >= now.month else now.year + 1


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _ZH[words]


def _part_of_month(year: int, month: int, part: str | None) -> Span:
    last = monthrange(year, month)[1]
    if part in ("上旬", "初", "early"):
        return date(year, month, 1), date(year, month, 10)
    if part in ("中旬", "中", "mid", "middle of", "the middle of"):
        return date(year, month, 11), date(year, month, 20)
    if part in ("下旬", "底", "末", "late", "end of", "the end of"):
        return date(year, month, 21), date(year, month, last)
    return date(year, month, 1), date(year, month, last)


def _bounded(span: Span, bound: str | None, now: date, *, whole: bool = True) -> Span:
    """The span cut by "before" (up to its beginning, or to its end where a part of a month is named) or "after"."""
    word = (bound or "").strip().lower()
    start, end = span
    if start is None or end is None or not word:
        return span
    if word.endswith("前") or word in ("before", "prior to"):
        return now, (start - timedelta(days=1) if whole else end)
    if word.endswith("内") or word in ("by", "no later than", "until"):
        return now, end
    if word.endswith("后") or word == "after":
        return end + timedelta(days=1), None
    return (start, None) if word in ("from", "since", "starting") else span


def day_zh(match: re.Match[str], now: date) -> Span | None:
    """3月20日, 3到5月, 明年3月中旬."""
    first = _number(match["month"])
    last = _number(match["to_month"]) if match["to_month"] else first
    year = _year(match, now, last)
    if match["day"]:
        day = date(year, first, int(match["day"]))
        return (
            (now, day) if (match["bound"] or "").strip().endswith("前") else _bounded((day, day), match["bound"], now)
        )
    if last < first:
        return None
    part = match["part"]
    span = _part_of_month(year, last, part) if part else _month_span(year, first, last)
    return _bounded(span, match["bound"], now, whole=part is None)


def quarter(match: re.Match[str], now: date) -> Span:
    """Q3, 明年二季度末, the second quarter."""
    groups = match.groupdict()
    number = groups.get("q") or groups.get("q_zh") or groups.get("q_en") or "1"
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": 4}
    which = ordinals.get(number.lower()) or _number(number)
    year = int(groups["late_year"]) if groups.get("late_year") else _year(match, now, which * 3)
    span = _month_span(year, which * 3 - 2, which * 3)
    edge = groups.get("edge")
    if edge:
        span = _part_of_month(year, which * 3 if edge in "末底" else which * 3 - 2, edge)
    return _bounded(span, groups.get("bound") or groups.get("by"), now, whole=edge is None)


def half(match: re.Match[str], now: date) -> Span:
    """上半年, H1 2027, the second half of next year."""
    second = match["half"].lower() in ("下", "h2", "second")
    first, last = (7, 12) if second else (1, 6)
    groups = match.groupdict()
    year = int(groups["late_year"]) if groups.get("late_year") else _year(match, now, last)
    return _bounded(_month_span(year, first, last), groups.get("bound") or groups.get("by"), now, whole=False)


def part_of_year(match: re.Match[str], now: date) -> Span:
    """年底前, 明年初, early next year."""
    groups = match.groupdict()
    part = (groups.get("part") or "end").lower()
    months = {"初": (1, 2), "年初": (1, 2), "early": (1, 3), "年中": (6, 7), "mid": (5, 8), "middle of": (5, 8)}
    first, last = months.get(part, (10, 12))
    named = groups.get("year") or groups.get("relative")
    if last == 12 and not named:
        return now, date(now.year, 12, 31)
    span = _month_span(_year(match, now, last), first, last)
    # "before the end of next year" and "by the end of next year" both end with that year.
    before = (groups.get("bound") or "").strip().endswith(("前", "内")) or groups.get("by")
    return (now, span[1]) if before else _bounded(span, groups.get("bound"), now, whole=False)


def whole_year(match: re.Match[str], now: date) -> Span:
    """明年, in 2027."""
    return _bounded(_month_span(_year(match, now, 12), 1, 12), match.groupdict().get("bound"), now)


def _plus_months(now: date, months: int) -> date:
    index = now.year * 12 + now.month - 1 + months
    year, month = min(index // 12, 9998), index % 12 + 1
    return date(year, month, min(now.day, monthrange(year, month)[1]))


def within(match: re.Match[str], now: date) -> Span | None:
    """两个月内, in 6 weeks, 半年后."""
    words, unit = match["n"].lower(), match["unit"].lower()
    vague = {"半": 0.5, "half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "few": 3, "a few": 3, "several": 3}
    found = None if words in vague else parse_one(words)
    low = vague.get(words, found.low if found else None)
    high = vague.get(words, found.high if found else None)
    if match["n2"]:
        more = parse_one(match["n2"])
        high = more.high if more else None
    if low is None or high is None:
        return None
    days = next(days for key, days in _DAYS.items() if unit.startswith(key))
    first, last = (now + timedelta(days=round(days * min(amount, 600))) for amount in (low, high))
    return (first, None) if (match.groupdict().get("bound") or "").endswith("后") else (now, last)


def next_month(match: re.Match[str], now: date) -> Span:
    """下个月中旬, by the end of the month."""
    words = match["which"].lower()
    ahead = words.count("下") if "下" in words else 1 if "next" in words else 0
    first = _plus_months(now.replace(day=1), ahead)
    part = match.groupdict().get("part")
    if match.groupdict().get("day"):
        day = first.replace(day=min(int(match["day"]), monthrange(first.year, first.month)[1]))
        return _bounded((day, day), match.groupdict().get("bound"), now, whole=False)
    span = _part_of_month(first.year, first.month, part.lower() if part else None)
    bound = match.groupdict().get("bound") or match.groupdict().get("by")
    return _bounded(span, bound, now, whole=part is None)


def next_quarter(match: re.Match[str], now: date) -> Span:
    """下季度, this quarter."""
    ahead = 3 if re.search("下|next", match["which"], re.IGNORECASE) else 0
    first = _plus_months(now.replace(day=1), ahead - (now.month - 1) % 3)
    span = _month_span(first.year, first.month, first.month + 2)
    groups = match.groupdict()
    return _bounded(span, groups.get("bound") or groups.get("by"), now, whole=False)


def next_week(match: re.Match[str], now: date) -> Span:
    """下周, next week."""
    words = match["which"].lower()
    ahead = words.count("下") if "下" in words else 1 if "next" in words else 0
    monday = now - timedelta(days=now.weekday()) + timedelta(days=7 * ahead)
    return monday, monday + timedelta(days=6)


def festival(match: re.Match[str], now: date) -> Span | None:
    """春节后, before Christmas."""
    name, bound = match["festival"].lower(), (match.groupdict().get("bound") or match.groupdict().get("by") or "")
    spring = name in ("年", "春节", "过年", "农历新年", "chinese new year", "spring festival", "lunar new year", "cny")

    def day_of(year: int) -> date | None:
        month_day = _SPRING.get(year) if spring else _FIXED[name]
        return date(year, *month_day) if month_day else None

    if match.groupdict().get("year") or match.groupdict().get("relative"):
        day = day_of(_year(match, now, 12))
    else:
        day = next((d for year in (now.year, now.year + 1) if (d := day_of(year)) and d >= now), None)
    if day is None:
        return None
    word = bound.strip().lower()
    if word.endswith("后") or word == "after":
        return day, None
    if word.endswith("前") or word in ("before", "prior to", "by", "until", "no later than"):
        return now, day - timedelta(days=1)
    return day, day + timedelta(days=7)


def iso(match: re.Match[str], now: date) -> Span | None:
    """2027-03-15, 2027年3月15日前."""
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    bound = match.groupdict().get("bound") or match.groupdict().get("by")
    return _bounded((day, day), bound, now, whole=False)


def month_en(match: re.Match[str], now: date) -> Span | None:
    """in March, mid-June 2027, 15 May."""
    month = MONTHS.index(next(name for name in MONTHS if name.startswith(match["month"].lower()[:3]))) + 1
    year = _year(match, now, month)
    by = (match["by"] or "").lower()
    if day := match["day"] or match["day_b"]:
        exact = date(year, month, int(day))
        return _bounded((exact, exact), by, now, whole=False)
    part = (match["part"] or "").lower().strip(" -") or None
    last = month
    if match["to_month"]:
        last = MONTHS.index(next(n for n in MONTHS if n.startswith(match["to_month"].lower()[:3]))) + 1
        if last < month:
            return None
    span = _part_of_month(year, month, part) if part else _month_span(year, month, last)
    return _bounded(span, by, now, whole=part is None)
