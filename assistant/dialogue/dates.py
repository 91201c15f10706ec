"""When someone means to buy: 下个月中旬, 2027年上半年, Q3, before year end; as ISO dates."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from contextlib import redirect_stdout
from datetime import date, timedelta
from io import StringIO

from assistant.rules.requirements import DateWindow

_QUARTER = re.compile(r"(?:(20\d\d)\s*年?\s*)?(?:\bQ([1-4])\b|第?([一二三四1-4])季度)(?:\s*(20\d\d))?", re.IGNORECASE)
_MONTHS = [name.lower() for name in month_name[1:]]
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b(?!\s+be\b)(?:\s*(20\d\d))?", re.IGNORECASE)
_YEAR_END = re.compile(
    r"年底|年末|年前|(?:before |by |at )?(?:the )?(?:year[- ]end|end of (?:the|this) year)", re.IGNORECASE
)
_NEXT = re.compile(r"next (month|quarter|year)|within (\d+) (days?|weeks?|months?)", re.IGNORECASE)
# The parser below wants a part of the month; people also just say "next month".
_NEXT_MONTH = re.compile(r"下个?月(?!.{0,4}(?:旬|号|日|初|底|末))")
_TIME_WORDS = re.compile(r"[年月日周旬季天]")


def _span(start: date, end: date) -> DateWindow:
    return DateWindow.model_validate({"from": start.isoformat(), "to": end.isoformat()})


def _months(year: int, first: int, last: int) -> DateWindow:
    return _span(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def window(text: str, today: date | None = None) -> DateWindow | None:
    """The span of dates that a text means, seen from `today`; None when it names none."""
    now = today or date.today()
    if match := _QUARTER.search(text):
        quarter = int(match[2] or {"一": 1, "二": 2, "三": 3, "四": 4}.get(match[3], match[3]))
        year = int(match[1] or match[4] or (now.year if quarter * 3 >= now.month else now.year + 1))
        return _months(year, quarter * 3 - 2, quarter * 3)
    if _YEAR_END.search(text):
        return _span(now, date(now.year, 12, 31))
    if match := _MONTH.search(text):
        month = _MONTHS.index(match[1].lower()) + 1
        return _months(int(match[2] or (now.year if month >= now.month else now.year + 1)), month, month)
    if match := _NEXT.search(text):
        return _relative(match, now)
    if _NEXT_MONTH.search(text):
        following = date(now.year + (now.month == 12), now.month % 12 + 1, 1)
        return _months(following.year, following.month, following.month)
    return _chinese(text, now) if _TIME_WORDS.search(text) else None


def _relative(match: re.Match[str], now: date) -> DateWindow:
    if match[2]:
        days = {"d": 1, "w": 7, "m": 30}[match[3][0].lower()] * min(int(match[2]), 600)
        return _span(now, now + timedelta(days=days))
    if match[1].lower() == "year":
        return _months(now.year + 1, 1, 12)
    if match[1].lower() == "quarter":
        first = (now.month - 1) // 3 * 3 + 4
        return _months(
            now.year + (first > 12), first - 12 if first > 12 else first, (first - 12 if first > 12 else first) + 2
        )
    following = date(now.year + (now.month == 12), now.month % 12 + 1, 1)
    return _months(following.year, following.month, following.month)


def _chinese(text: str, now: date) -> DateWindow | None:
    with redirect_stdout(StringIO()):  # it greets on standard output, which may carry JSON
        import jionlp  # half a second to import, and few messages speak of dates

    try:
        found = jionlp.parse_time(text, time_base={"year": now.year, "month": now.month, "day": now.day})
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    times = found.get("time") if isinstance(found, dict) else None
    if not isinstance(times, list) or len(times) != 2:
        return None
    days = [str(moment)[:10] for moment in times]
    if not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for day in days):
        return None
    return DateWindow.model_validate({"from": days[0], "to": days[1]})
