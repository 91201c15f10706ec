"""The checklist as it is edited on the page: which editor each field has, and a value as editable text.

`shown` and `ui.typed.value_of` are inverse: what is shown can be entered again and means the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from assistant.errors import Language
from assistant.rules.requirements import FieldName
from ui.labels import say

Editor = Literal["kinds", "choice", "flag", "figure", "money", "models", "list", "window", "text"]


@dataclass(frozen=True)
class Field:
    """One editor. `part` names a part of a compound field (the machine room); `options` the values of a choice."""

    name: FieldName
    editor: Editor
    options: tuple[str, ...] = ()
    part: str | None = None
    whole: bool = False

    @property
    def key(self) -> str:
        """Unique among the editors: "users", "facility.pdu"."""
        return f"{self.name}.{self.part}" if self.part else self.name


WORKLOADS = (
    "inference", "rag", "knowledge_base", "api_service", "finetune", "training", "multimodal", "vision", "science",
    "research_platform", "rendering", "transcoding", "cae", "graphics", "storage", "backup",
)  # fmt: skip

GROUPS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        "group_decide",
        (
            Field("workloads", "kinds", WORKLOADS),
            Field("sharing", "choice", ("single_group", "multi_group", "college", "department", "company")),
            Field("scale", "choice", ("pilot", "department", "high_throughput")),
            Field("users", "figure", whole=True),
            Field("groups", "figure", whole=True),
            Field("budget_cny", "money"),
            Field("multi_node", "flag"),
            Field("rack_scale", "flag"),
            Field("interconnect", "choice", ("standard", "high")),
        ),
    ),
    (
        "group_size",
        (
            Field("models", "models"),
            Field("data_tb", "figure"),
            Field("concurrency", "figure", whole=True),
            Field("software", "list"),
        ),
    ),
    (
        "group_quote",
        (
            Field("tax_included", "flag"),
            Field("stamped_quote", "flag"),
            Field("ops_included", "flag"),
            Field("want_alternative", "flag"),
            Field("purchase_by", "window"),
            Field("delivery", "text"),
        ),
    ),
    (
        "group_room",
        (
            Field("facility", "figure", part="rack_power_kw"),
            Field("facility", "figure", part="rack_depth_mm"),
            Field("facility", "figure", part="floor_load_kg_m2"),
            Field("facility", "choice", ("air", "liquid"), part="cooling"),
            Field("facility", "figure", part="network_gbe"),
            Field("facility", "text", part="pdu"),
            Field("facility", "text", part="noise_limit"),
            Field("facility", "text", part="remote_management"),
            Field("facility", "text", part="shared_storage"),
        ),
    ),
    (
        "group_who",
        (Field("organisation", "text"), Field("department", "text"), Field("contact", "text")),
    ),
)
FIELDS: tuple[Field, ...] = tuple(field for _, fields in GROUPS for field in fields)


def option_label(field: Field, option: str, language: Language) -> str:
    """A choice in words."""
    return say(f"{field.part or field.name}.{option}", language)


def plain(value: Any) -> Any:
    """A requirement value as JSON: models become objects without their empty parts, tuples become lists."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def shown(field: Field, value: Any, language: Language) -> Any:
    """What the editor holds: a list of kinds, an option or None, otherwise text; empty when nothing is known."""
    value = plain(value)
    if field.part and isinstance(value, dict):
        value = value.get(field.part)
    if field.editor == "kinds":
        return list(dict.fromkeys(str(item["kind"]) for item in value or [] if isinstance(item, dict)))
    if field.editor == "choice":
        return value if value in field.options else None
    if field.editor == "flag":
        return None if value is None else "yes" if value else "no"
    return "" if value in (None, [], {}) else _text(field, value, language)


def _text(field: Field, value: Any, language: Language) -> str:
    if field.editor == "money":
        return _span(value, language, money=True)
    if field.editor == "figure":
        return _span(value, language, money=False)
    separator = "、" if language == "zh" else ", "
    if field.editor == "models":
        return separator.join(filter(None, (_model(item) for item in value)))
    if field.editor == "list":
        return separator.join(str(item) for item in value)
    if field.editor == "window" and isinstance(value, dict):
        first, last = value.get("from"), value.get("to")
        return (
            f"{first or ''} {'至' if language == 'zh' else 'to'} {last or ''}".strip() if first != last else str(last)
        )
    return str(value)


def _model(item: dict[str, Any]) -> str:
    name, size = item.get("name") or "", item.get("params_b")
    words = [str(name)]
    if size is not None and f"{size:g}b" not in name.lower():
        words.append(f"{size:g}B")
    if item.get("quantisation") and str(item["quantisation"]).lower() not in name.lower():
        words.append(str(item["quantisation"]))
    return " ".join(word for word in words if word)


def _span(value: Any, language: Language, *, money: bool) -> str:
    """One figure, a range, or one end of it; words that `ui.typed` reads back."""
    if not isinstance(value, dict):
        return _figure(float(value), language, money)
    low, high = value.get("min"), value.get("max")
    if money and (low, high) == (1_000_000, 9_999_999):
        return "百万级" if language == "zh" else "1M-9.999999M"
    if low is None and high is not None:
        return f"{'不超过 ' if language == 'zh' else 'up to '}{_figure(high, language, money)}"
    if high is None or low is None:
        return "" if low is None else f"{'至少 ' if language == 'zh' else 'at least '}{_figure(low, language, money)}"
    return f"{_figure(low, language, money)}-{_figure(high, language, money)}"


def _figure(value: float, language: Language, money: bool) -> str:
    if money:
        steps = ((1e8, "亿"), (1e4, "万")) if language == "zh" else ((1e6, "M"), (1e3, "k"))
        for size, unit in steps:
            if value >= size:
                return f"{_trim(value / size)}{unit}"
    return _trim(value)


def _trim(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
