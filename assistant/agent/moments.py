"""Dates as a reply names them: 2026年12月, Q3, by the end of May, next quarter; in words that compare across languages.

What a visitor means by a date is worked out in `assistant.dialogue.dates`; here it is only asked whether a date that
a draft names was named by somebody before.
"""

from __future__ import annotations

import re

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_NAMES = "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + "|sept"
_NUMERAL = dict(zip(r"一二三四五六七八九十", range(1, 11), strict=True)) | {"十一": 11, "十二": 12}
_YEAR = r"(?<![\d.])(?:19\d\d|20[0-3]\d)"
_PREPOSITION = (
    r"(?:in|by|before|of|early|mid|late|until|till|from|since|this|next|for|after|during|through|end of"
    r"|to)"
)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_SPAN = re.compile(r"(20\d\d)-(\d\d)-\d\d\s?[–-]\s?(20\d\d)-(\d\d)-\d\d")
_SAID = re.compile(
    rf"(?P<year>{_YEAR})\s?年|(?<![A-Za-z])(?:in|by|before|during|since|until|of|end of|from"
    rf"|year)\s(?P<year_en>{_YEAR})(?![\d,.]\d|\s?[A-Za-z]{{0,2}}[BW%])"
    rf"|(?P<dotted>{_YEAR})[./](?P<dotted_month>1[0-2]|0?[1-9])(?:[./](?P<dotted_day>[12]\d|3[01]"
    rf"|0?[1-9]))?(?![\d.])"
    r"|(?<![\d.个])(?P<month>1[0-2]|0?[1-9]|十[一二]?"
    r"|[一二三四五六七八九])\s?月(?:份)?(?![一-龥]{0,1}(?:内|球))"
    r"(?:\s?(?P<day>[12]\d|3[01]|0?[1-9])\s?[日号])?"
    rf"|(?<![A-Za-z])(?:(?P<day_en>[12]\d|3[01]|0?[1-9])(?:st|nd|rd"
    rf"|th)?\s(?:of\s)?)(?P<month_day>{_NAMES})(?![a-z])(?:,?\s(?P<year_day>{_YEAR}))?"
    rf"|(?<![A-Za-z]){_PREPOSITION}[\s-](?P<month_in>{_NAMES})(?![a-z])\.?(?:\s(?P<day_in>[12]\d|3[01]"
    rf"|[1-9])(?:st|nd|rd|th)?(?![\d,.%A-Za-z]))?"
    rf"|(?<=[QH][1-4])\s?(?:of\s)?(?P<year_after>{_YEAR})(?!\d)"
    rf"|(?P<month_year>{_NAMES})\.?,?\s(?P<year_month>{_YEAR})"
    r"|(?<![A-Za-z0-9])Q(?P<quarter>[1-4])(?![A-Za-z0-9])|第?(?P<quarter_zh>[一二三四1-4])\s?季度"
    r"|(?P<quarter_en>first|second|third|fourth|1st|2nd|3rd|4th) quarter"
    r"|(?P<half>[上下])半年|(?P<half_en>first|second) half of (?:the year|20\d\d)"
    r"|(?<![A-Za-z0-9])H(?P<half_no>[12])(?=\s?(?:20\d\d|of))"
    r"|(?P<year_end>(?<!一)年[底末内](?!存)|year[- ]end|end of (?:the |this )?year|EOY(?![a-z]))"
    r"|(?P<next_year>明年|next year)|(?P<after_next>后年)|(?P<this_month>本月|这个月|this month)"
    r"|(?P<next_month>下个?月|next month)"
    r"|(?P<this_quarter>本季度|这个?季度|this quarter)|(?P<next_quarter>下个?季度|next quarter)"
    r"|(?P<this_week>本周|这周|this week)|(?P<next_week>下周|下个?星期|next week)"
    r"|(?P<spring>春节|农历新年|spring festival|(?:chinese|lunar) new year)|(?P<national>国庆节?"
    r"|national day)|(?P<christmas>圣诞节?|christmas)",
    re.IGNORECASE,
)
_QUARTERS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
             "一": 1, "二": 2, "三": 3, "四": 4}  # fmt: skip
_PLAIN = ("year_end", "next_year", "after_next", "this_month", "next_month", "this_quarter", "next_quarter",
          "this_week", "next_week", "spring", "national", "christmas")  # fmt: skip


# Without any of these no date is said.
_ANY = re.compile(
    r"[年月周春国圣]|季度|星期|[QqHh][1-4]|\d{4}|month|quarter|week|year|half|festival|day|christmas|EOY"
    rf"|{_NAMES}",
    re.IGNORECASE,
)


def _month(words: str) -> int:
    if words.isdigit():
        return int(words)
    if words in _NUMERAL:
        return _NUMERAL[words]
    return next(place for place, name in enumerate(_MONTHS, 1) if name.startswith(words.lower()[:3]))


def moments(text: str) -> list[tuple[tuple[str, int], int, int]]:
    """Every date that a plain text names, part by part, as (what it is, start, end): ("year", 2026), ("month", 12)."""
    found: list[tuple[tuple[str, int], int, int]] = []
    if not _ANY.search(text):
        return found
    for match in _ISO.finditer(text):
        parts = zip(("year", "month", "day"), map(int, match.groups()), strict=True)
        found += [(part, match.start(), match.end()) for part in parts]
    for match in _SAID.finditer(text):
        groups = match.groupdict()
        parts_said: list[tuple[str, int]] = []
        for name, words in groups.items():
            if words is None:
                continue
            if name in _PLAIN:
                parts_said.append((name, 0))
            elif name in ("year", "year_en", "year_month", "year_after", "year_day", "dotted"):
                parts_said.append(("year", int(words)))
            elif name in ("month", "month_day", "month_in", "month_year", "dotted_month"):
                parts_said.append(("month", _month(words)))
            elif name.startswith("day") or name == "dotted_day":
                parts_said.append(("day", int(words)))
            elif name.startswith("quarter"):
                parts_said.append(("quarter", _QUARTERS.get(words.lower()) or int(words)))
            elif name.startswith("half"):
                parts_said.append(("half", 1 if words.lower() in ("上", "first", "1") else 2))
        found += [(part, match.start(), match.end()) for part in parts_said]
    return sorted(found, key=lambda moment: moment[1])


def known_moments(text: str) -> set[tuple[str, int]]:
    """The dates that a ground names; a span of ISO dates also names its quarter, half and the year's end."""
    known = {part for part, _, _ in moments(text)}
    for _, first, _, last in _SPAN.findall(text):
        begins, ends = int(first), int(last)
        if ends - begins == 2 and begins % 3 == 1:
            known.add(("quarter", ends // 3))
        if ends - begins == 5 and begins in (1, 7):
            known.add(("half", ends // 6))
        if ends == 12:
            known.add(("year_end", 0))
    return known
