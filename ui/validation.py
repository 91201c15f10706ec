"""What is wrong with given values, told to people: where, and what would be right, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from assistant.errors import Language
from ui.labels import say
from ui.prose import clean

# Kinds of validation errors to labels; each label may use the error's own context under these names.
_WRONG: Mapping[str, str] = {
    "missing": "wrong.missing",
    "extra_forbidden": "wrong.extra",
    "string_type": "wrong.text",
    "int_type": "wrong.integer",
    "int_parsing": "wrong.integer",
    "int_from_float": "wrong.integer",
    "float_type": "wrong.number",
    "float_parsing": "wrong.number",
    "finite_number": "wrong.number",
    "bool_type": "wrong.boolean",
    "bool_parsing": "wrong.boolean",
    "list_type": "wrong.list",
    "tuple_type": "wrong.list",
    "dict_type": "wrong.object",
    "model_type": "wrong.object",
    "model_attributes_type": "wrong.object",
    "literal_error": "wrong.choice",
    "greater_than": "wrong.above",
    "greater_than_equal": "wrong.small",
    "less_than": "wrong.below",
    "less_than_equal": "wrong.large",
    "string_too_short": "wrong.short",
    "too_short": "wrong.short",
    "string_too_long": "wrong.long",
    "too_long": "wrong.long",
    "rating": "wrong.rating",
}
_LIMITS = ("gt", "ge", "lt", "le", "min_length", "max_length")


class Wrong(BaseModel):
    """One thing wrong with a request: where ("workloads[0].kind") and what."""

    where: str
    problem: str


def wrongs(errors: Iterable[Mapping[str, Any]], language: Language) -> list[Wrong]:
    """What is wrong where, each place once; of a union's branches the first is told."""
    found: dict[str, Wrong] = {}
    for error in errors:
        where = _where(error.get("loc", ()))
        found.setdefault(where, Wrong(where=where, problem=_wrong(error, language)))
    return list(found.values())


def _where(loc: Sequence[str | int]) -> str:
    path = ""
    for part in loc[1:] if loc and loc[0] in ("body", "query", "path", "header") else loc:
        if isinstance(part, int):
            path += f"[{part}]"
        # A union's branch ("int", "Range", "function-after[…]") is no part of the caller's document.
        elif part in ("int", "float", "constrained-int", "constrained-float") or not part.isidentifier():
            continue
        elif not part[:1].isupper():
            path += f".{part}" if path else part
    return clean(path) or "body"


def _wrong(error: Mapping[str, Any], language: Language) -> str:
    context = error.get("ctx") or {}
    kind = str(error.get("type"))
    key = _WRONG.get(kind)
    if key is None:
        # Only our own validators' sentences are worth showing; the rest are about Python.
        text = str(context.get("error", "")) if kind == "value_error" else ""
        return clean(text) if text and language == "en" else say("wrong.value", language)
    limit = next((context[name] for name in _LIMITS if name in context), "")
    if isinstance(limit, float):
        limit = f"{limit:.15g}"
    return clean(say(key, language, limit=limit, expected=context.get("expected", "")))
