"""Typed text to a requirement value: "20", "20-30", "150万", "Qwen 72B", "2026-09".

The editors of the checklist are this module's callers; a conversation is read by `assistant.dialogue`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from assistant.dialogue import dates
from assistant.dialogue.figures import parse_one
from assistant.errors import Language
from ui.fields import Field
from ui.labels import say

_TO = re.compile(r"\s*(?:-|–|—|~|～|至|到|\bto\b)\s*", re.IGNORECASE)
_UP_TO = re.compile(r"^(?:不超过|至多|最多|up to|at most|under|<=?|≤)\s*|\s*(?:以内|以下|or less)$", re.IGNORECASE)
_AT_LEAST = re.compile(r"^(?:至少|不少于|超过|at least|over|>=?|≥)\s*|\s*(?:以上|or more|\+)$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s*(?:人|个|名|位|组|个组|课题组|个课题组|路|并发|users?|people|persons?|groups?|requests?|mm|kw|kg(?:/m[²2])?|gbe?|g)$",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"^(?:rmb|cny|人民币|[¥￥])\s*|\s*(?:元|块钱?|人民币|rmb|cny|yuan)$", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€£]|\b(?:usd|eur|gbp|hkd|jpy)\b|美元|欧元|港币|日元|英镑", re.IGNORECASE)
_MONEY = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "million": 1e6, "m": 1e6, "万": 1e4, "w": 1e4, "k": 1e3, "": 1.0}
_DATA = {"pb": 1000.0, "p": 1000.0, "tb": 1.0, "t": 1.0, "gb": 0.001, "g": 0.001, "": 1.0}
_LIST = re.compile(r"\s*[,，、;；\n]\s*")
_SIZE = re.compile(r"(?<![\w.])?(\d+(?:\.\d+)?)\s*([bt])\b", re.IGNORECASE)
_QUANTISATION = re.compile(r"\b(?:int[48]|fp(?:8|16|32)|bf16|awq|gptq|q[4-8](?:_\w+)?)\b", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_LIMITS = {"software": 400, "facility": 200}


class BadText(ValueError):
    """The typed text means nothing for this field; `problem` is a key of `ui.labels` with its details."""

    def __init__(self, problem: str, **details: object) -> None:
        self.problem, self.details = problem, details
        super().__init__(problem)

    def message(self, language: Language) -> str:
        """What may be entered instead."""
        return say(self.problem, language, **self.details)


def value_of(field: Field, entered: Any) -> Any:
    """The JSON value that an editor's content stands for; None when it is empty. Raises `BadText`."""
    if field.editor == "kinds":
        return [{"kind": kind} for kind in entered or []] or None
    if field.editor == "choice":
        return entered or None
    if field.editor == "flag":
        return {"yes": True, "no": False}.get(str(entered))
    text = " ".join(str(entered or "").split())
    if not text:
        return None
    if field.editor == "money":
        return _money(text)
    if field.editor == "figure":
        return _figures(field, text)
    if field.editor == "models":
        return [_model(part) for part in _LIST.split(text) if part]
    if field.editor == "window":
        return _window(text)
    limit = _LIMITS.get(field.name, 400)
    parts = [part for part in _LIST.split(text) if part] if field.editor == "list" else [text]
    if any(len(part) > limit for part in parts):
        raise BadText("bad.long", limit=limit)
    return parts if field.editor == "list" else text


def _money(text: str) -> Any:
    if _FOREIGN.search(text):
        raise BadText("bad.currency")
    if re.fullmatch(r"百万级(?:别)?", text):
        return {"min": 1_000_000, "max": 9_999_999}
    return _interval(text, _MONEY, "bad.money", strip=_CURRENCY)


def _figures(field: Field, text: str) -> Any:
    units = _DATA if field.name == "data_tb" else {"万": 1e4, "": 1.0}
    example = "20 / 20-30" if field.part is None else "20"
    found = _interval(text, units, "bad.number", strip=_COUNTED if field.name != "data_tb" else None, example=example)
    if field.part is not None and isinstance(found, dict):
        raise BadText("bad.number", example="20")
    ends = found.values() if isinstance(found, dict) else [found]
    if field.whole and any(end != int(end) for end in ends):
        raise BadText("bad.number", example=example)
    if not field.whole:
        return found
    return {key: int(end) for key, end in found.items()} if isinstance(found, dict) else int(found)


def _interval(
    text: str, units: dict[str, float], problem: str, *, strip: re.Pattern[str] | None, **details: object
) -> float | dict[str, float]:
    """One figure or a range with its ends in plain units."""
    up_to, at_least = _UP_TO.search(text), _AT_LEAST.search(text)
    core = _AT_LEAST.sub("", _UP_TO.sub("", text)).strip()
    parts = _TO.split(core)
    if len(parts) > 2 or not all(parts):
        raise BadText(problem, **details)
    split = [_split(strip.sub("", part) if strip else part, units) for part in parts]
    last_unit = split[-1][1]
    ends: list[tuple[float, float]] = []
    for words, unit in split:
        # "80-100万": a unit said once belongs to both ends.
        figure = parse_one(words)
        if figure is None or figure.low is None or figure.high is None:
            raise BadText(problem, **details)
        factor = units[unit or last_unit]
        ends.append((round(figure.low * factor, 6), round(figure.high * factor, 6)))
    low, high = ends[0][0], ends[-1][1]
    if low > high:
        raise BadText("bad.order")
    if up_to:
        return {"max": high}
    if at_least:
        return {"min": low}
    return low if low == high else {"min": low, "max": high}


def _split(text: str, units: dict[str, float]) -> tuple[str, str]:
    lower = text.strip().lower()
    for unit in sorted(units, key=len, reverse=True):
        if unit and lower.endswith(unit) and lower != unit:
            return lower[: -len(unit)].strip(), unit
    return lower, ""


def _model(text: str) -> dict[str, Any]:
    """ "Qwen 72B INT4" -> its name, size in billions of parameters and quantisation."""
    model: dict[str, Any] = {}
    rest = text
    if size := _SIZE.search(rest):
        model["params_b"] = float(size[1]) * (1000 if size[2].lower() == "t" else 1)
        rest = rest[: size.start()] + rest[size.end() :]
    if quantisation := _QUANTISATION.search(rest):
        model["quantisation"] = quantisation[0]
        rest = rest[: quantisation.start()] + rest[quantisation.end() :]
    if name := rest.strip(" -_/"):
        model["name"] = " ".join(name.split())
    if not model or len(model.get("name", "")) > 80 or not re.search(r"\w", text):
        raise BadText("bad.models")
    return model


def _window(text: str) -> dict[str, str]:
    found = list(_DATE.finditer(text))
    if not found and (spoken := dates.window(text)):
        return {key: day for key, day in spoken.model_dump(by_alias=True).items() if day}
    left = _DATE.sub(" ", text)
    if not found or len(found) > 2 or re.sub(r"\s|至|到|~|—|–|-|之前|前|before|to|until|by|from", "", left):
        raise BadText("bad.date")
    try:
        first, last = _day(found[0], end=False), _day(found[-1], end=True)
    except ValueError as error:
        raise BadText("bad.date") from error
    if first > last:
        raise BadText("bad.order")
    lead = text[: found[0].start()].strip().lower()
    if len(found) == 1 and (re.search(r"before|until|by|to|至|到", lead) or re.search(r"前", left)):
        return {"to": last.isoformat()}
    if len(found) == 1 and re.search(r"(?:至|到|to|until|~|-)\s*$", text[found[0].end() :].strip().lower()):
        return {"from": first.isoformat()}
    return {"from": first.isoformat(), "to": last.isoformat()}


def _day(match: re.Match[str], *, end: bool) -> date:
    year, month = int(match[1]), int(match[2])
    if match[3]:
        return date(year, month, int(match[3]))
    return date(year, month, calendar.monthrange(year, month)[1] if end and 1 <= month <= 12 else 1)
