"""How structured answers are asked for, in the ways that servers differ, and read."""

from __future__ import annotations

import json
from typing import Any, Literal

# Best first.
Mode = Literal["json_schema", "json_object", "tools", "text"]
# What some servers refuse in the schema of a strict answer; the answer is checked here anyhow.
_NOT_ASKED = frozenset({"title", "default", "description", "maxLength", "minLength", "maxItems", "minItems"})
# How many places are tried where an object may begin in a text.
_BEGINNINGS = 20


class NoObject(Exception):
    """An answer holds no JSON object."""


def strict(rules: Any) -> Any:
    """A JSON schema as every server takes it that holds its model to one: each key required and no other."""
    if isinstance(rules, list):
        return [strict(rule) for rule in rules]
    if not isinstance(rules, dict):
        return rules
    if isinstance(rules.get("properties"), dict):
        properties = {name: strict(rule) for name, rule in rules["properties"].items()}
        kept = {key: strict(rule) for key, rule in rules.items() if key not in _NOT_ASKED}
        return {**kept, "properties": properties, "required": list(properties), "additionalProperties": False}
    return {key: strict(rule) for key, rule in rules.items() if key not in _NOT_ASKED}


def asked_for(mode: Mode, rules: dict[str, Any]) -> dict[str, Any]:
    """What a request says of the form of its answer."""
    match mode:
        case "json_schema":
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


def first_object(text: str) -> dict[str, Any]:
    """The first JSON object in a text."""
    decoder = json.JSONDecoder()
    start = text.find("{")
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
