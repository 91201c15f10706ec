"""A row of a decision table in words, in both languages: when it applies and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.rules.tables import Fact, Rule, Then
from assistant.rules.text import Text
from ui.labels import pair

_WORDING = Path(__file__).with_name("rulebook.yaml")


@cache
def wording() -> dict[str, Any]:
    """The rule book's own wording; `yes` and `no` are YAML's true and false."""
    loaded: dict[str, Any] = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    return loaded


def word(*path: str | bool, **details: object) -> Text:
    """One text of the wording, with `{name}` filled; a `Text` among the details fills in its own language. Raises
    `KeyError` for a path that does not exist."""
    row: Any = wording()
    for part in path:
        row = row[part]
    if not details:
        return Text(**row)
    zh = {name: value.zh if isinstance(value, Text) else value for name, value in details.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in details.items()}
    return Text(zh=row["zh"].format(**zh), en=row["en"].format(**en))


def label(key: str) -> Text:
    """A label of the page in both languages."""
    zh, en = pair(key)
    return Text(zh=zh, en=en)


def same(text: str) -> Text:
    """A name that is the same in both languages."""
    return Text(zh=text, en=text)


def joined(texts: Iterable[Text], zh: str = "；", en: str = "; ") -> Text:
    """Several texts as one."""
    parts = list(texts)
    return Text(zh=zh.join(part.zh for part in parts), en=en.join(part.en for part in parts))


def condition(rule: Rule) -> Text:
    """When the row applies."""
    return joined(_fact(name, wanted) for name, wanted in rule.when.items()) if rule.when else word("text", "always")


def _fact(name: str, wanted: Fact | tuple[Fact, ...]) -> Text:
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    if isinstance(values[0], bool):
        return word("flags", name, values[0])
    named = word("facts", name)
    told = joined((_value(name, str(value)) for value in values), zh=" / ", en=" / ")
    return Text(zh=f"{named.zh} = {told.zh}", en=f"{named.en} = {told.en}")


def _value(name: str, value: str) -> Text:
    return label(f"workloads.{value}") if name == "kind" else word("values", name, value)


def result(rule: Rule, table: str) -> Text:
    """What the row does; in the table of exclusions its lines are those left out."""
    then = rule.then
    parts: list[Text] = []
    if then.family is not None:
        parts.append(word("text", "family", family="S / SF" if then.family == "s" else then.family.upper()))
    if then.series is not None:
        named = "S / SF" if then.series == "S" else then.series
        parts.append(word("text", "no_series") if named == "none" else word("text", "series", series=named))
    if then.models:
        models = same(" / ".join(then.models))
        parts.append(word("text", "excluded", models=models) if table == "exclusions" else models)
    elif table == "tiers" and rule.when.get("series") != "none":
        parts.append(word("text", "no_models"))
    parts += _beside(then)
    parts += [
        word("text", "alternative", models=" / ".join(option.models), when=option.when) for option in then.alternatives
    ]
    return joined(parts) if parts else word("text", "trace")


def _beside(then: Then) -> list[Text]:
    parts: list[Text] = []
    if then.tier is not None:
        parts.append(word("tiers", then.tier))
    if then.project_based:
        parts.append(label("project_based"))
    parts += [label(f"gpu_{name}") for name in then.gpu_class]
    if then.slot is not None:
        parts.append(label(then.slot))
    if then.risk is not None:
        parts.append(word("text", "risk"))
    if then.confidence == "provisional":
        parts.append(label("provisional"))
    return parts


def table_names() -> Sequence[str]:
    """The decision tables in the order in which they are told."""
    return tuple(wording()["tables"])
