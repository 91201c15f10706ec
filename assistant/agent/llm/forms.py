"""How structured answers are asked for, in the ways that servers differ, and read."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic_core import from_json

# Best first. A list that may not go on for ever keeps a small model from filling it until it is cut off, but some
# servers refuse a schema with a bound in it: they are asked without ("json_schema_unbounded").
Mode = Literal["json_schema", "json_schema_unbounded", "json_object", "tools", "text"]
# What some servers refuse in the schema of a strict answer; the answer is checked here anyhow.
_NOT_ASKED = frozenset({"title", "default", "description", "maxLength", "minLength", "minItems"})
# How many places are tried where an object may begin in a text.
_BEGINNINGS = 20


class NoObject(Exception):
    """An answer holds no JSON object."""


def strict(rules: Any, *, bounded: bool) -> Any:
    """A JSON schema as servers take it that hold their model to one: each key required and no other. `bounded` keeps
    the most entries that a list may have."""

    def without(rules: Any) -> Any:
        if isinstance(rules, list):
            return [without(rule) for rule in rules]
        if not isinstance(rules, dict):
            return rules
        kept = {key: without(rule) for key, rule in rules.items() if key not in _NOT_ASKED}
        if not bounded:
            kept.pop("maxItems", None)
        if isinstance(rules.get("properties"), dict):
            properties = {name: without(rule) for name, rule in rules["properties"].items()}
            kept |= {"properties": properties, "required": list(properties), "additionalProperties": False}
        return kept

    return without(rules)


def asked_for(mode: Mode, rules: dict[str, Any]) -> dict[str, Any]:
    """What a request says of the form of its answer."""
    match mode:
        case "json_schema" | "json_schema_unbounded":
            schema = {"name": "answer", "schema": rules, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case "json_object":
            return {"response_format": {"type": "json_object"}}
        case "tools":
            function = {"name": "answer", "description": "Give the answer.", "parameters": rules}
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": "answer"}},
            }
        case "text":
            return {}


def first_object(text: str, *, cut: bool = False) -> dict[str, Any]:
    """The first JSON object in a text; of one that was `cut` off, what had come of it. Raises `NoObject`."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    if cut and start >= 0:
        try:
            return dict(from_json(text[start:], allow_partial=True))
        except ValueError:
            raise NoObject from None
    for _ in range(_BEGINNINGS):
        if start < 0:
            break
        try:
            found, _end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
        else:
            return dict(found)
    raise NoObject
