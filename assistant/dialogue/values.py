"""Checklist values as people read them: "10–50 人", "CNY 1M–10M", "Qwen 72B int4"."""

from __future__ import annotations

from typing import Any

from assistant.dialogue.language import Language
from assistant.dialogue.phrasing import questions, value_word
from assistant.rules.requirements import FieldName
from assistant.rules.tables import checklist

_CLOSED = ("sharing", "scale", "interconnect")
_COUNTED = ("users", "groups", "concurrency", "data_tb", "budget_cny")


def label(field: FieldName, language: Language) -> str:
    """The field's name on the checklist."""
    return next(row.label.get(language) for row in checklist() if row.field == field)


def _number(value: float, field: FieldName, language: Language) -> str:
    if field == "budget_cny" and language == "zh" and value >= 10_000:
        return f"{round(value / 10_000, 2):,g} 万"
    return f"{value:,.10g}"


def _counted(field: FieldName, value: Any, language: Language) -> str:
    unit = value_word("units", field, language, one=value == 1)
    if not isinstance(value, dict):
        return unit.format(n=_number(value, field, language))
    ends = {key: _number(end, field, language) for key, end in value.items() if end is not None}
    if len(ends) == 2:
        return unit.format(n=f"{ends['min']}–{ends['max']}")
    if "min" in ends:
        return value_word("words", "at_least", language).format(n=unit.format(n=ends["min"]))
    return value_word("words", "at_most", language).format(n=unit.format(n=ends["max"]))


def _workload(entry: dict[str, Any], language: Language) -> str:
    word = value_word("workloads", entry["kind"], language)
    if entry.get("method"):
        method = value_word("methods", entry["method"], language)
        word = f"{method} {word}" if language == "en" or entry["method"] != "full" else method + word
    return f"{word} {entry['share']:g}%" if entry.get("share") is not None else word


def _model(entry: dict[str, Any]) -> str:
    name = entry.get("name") or ""
    size = f"{entry['params_b']:g}B" if entry.get("params_b") is not None else ""
    # A name may hold its size: Qwen3-30B-A3B.
    size = "" if size and size in name else size
    context = f"{entry['context'] / 1024:g}K" if entry.get("context") else ""
    return " ".join(part for part in (name, size, entry.get("quantisation"), context) if part)


def _room(value: dict[str, Any], language: Language) -> str:
    parts = []
    for name, part in value.items():
        if name == "cooling":
            parts.append(value_word("words", part, language))
        elif isinstance(part, (int, float)):
            parts.append(value_word("words", name, language).format(n=f"{part:g}"))
        else:
            parts.append(str(part))
    return separator(language).join(parts)


def separator(language: Language) -> str:
    """Between the items of a short list."""
    return "、" if language == "zh" else ", "


def value_text(field: FieldName, value: Any, language: Language) -> str:
    """A JSON value of the field in words; never raises for a value that the field accepts."""
    if field == "workloads":
        return separator(language).join(_workload(entry, language) for entry in value)
    if field == "models":
        return separator(language).join(_model(entry) for entry in value)
    if field in _CLOSED:
        return value_word(field, value, language)
    if field in _COUNTED:
        return _counted(field, value, language)
    if field == "facility":
        return _room(value, language)
    if field == "purchase_by":
        # An open end stays open: "2026-11-24 –".
        return f"{value.get('from') or ''} – {value.get('to') or ''}".strip()
    if isinstance(value, bool):
        told = next((row[language] for row in questions()[field]["options"] if row["value"] is value), None)
        return told or value_word("words", "yes" if value else "no", language)
    if isinstance(value, list):
        return separator(language).join(map(str, value))
    return str(value)
