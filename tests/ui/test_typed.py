"""What is typed into the checklist, and that what is shown can be typed again."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.agent.reply import Language, StatedValue
from assistant.rules.requirements import FieldName, Requirements
from ui.checklist_panel import merged
from ui.fields import FIELDS, Field, plain, shown
from ui.typed import BadText, value_of

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("users", "20", 20),
        ("users", "20-30", {"min": 20, "max": 30}),
        ("users", " 20 人 ", 20),
        ("users", "二十", 20),
        ("users", "1,000", 1000),
        ("users", "1万", 10000),
        ("users", "up to 30", {"max": 30}),
        ("users", "30人以上", {"min": 30}),
        ("groups", "3个课题组", 3),
        ("budget_cny", "150万", 1_500_000),
        ("budget_cny", "80-100万", {"min": 800_000, "max": 1_000_000}),
        ("budget_cny", "1.5M", 1_500_000),
        ("budget_cny", "￥800,000", 800_000),
        ("budget_cny", "80w", 800_000),
        ("budget_cny", "百万级", {"min": 1_000_000, "max": 9_999_999}),
        ("budget_cny", "不超过100万元", {"max": 1_000_000}),
        ("data_tb", "20", 20),
        ("data_tb", "500GB", 0.5),
        ("data_tb", "500GB-2TB", {"min": 0.5, "max": 2}),
        ("models", "Qwen 72B", [{"name": "Qwen", "params_b": 72}]),
        ("models", "Qwen 72B、Llama 8B INT4", [
            {"name": "Qwen", "params_b": 72},
            {"name": "Llama", "params_b": 8, "quantisation": "INT4"},
        ]),
        ("software", "vLLM, PyTorch", ["vLLM", "PyTorch"]),
        ("purchase_by", "2028-02", {"from": "2028-02-01", "to": "2028-02-29"}),
        ("purchase_by", "2026-09-01 至 2026-12-31", {"from": "2026-09-01", "to": "2026-12-31"}),
        ("purchase_by", "to 2026-10-31", {"to": "2026-10-31"}),
        ("facility.rack_power_kw", "12kW", 12),
        ("multi_node", "no", False),
        ("workloads", ["rag"], [{"kind": "rag"}]),
        ("delivery", "送货上架", "送货上架"),
    ],
)  # fmt: skip
def test_typed_text_is_a_value_that_the_checklist_takes(key: str, text: Any, value: Any) -> None:
    field = BY_KEY[key]
    assert value_of(field, text) == value
    whole = {field.part: value} if field.part else value
    checked = plain(getattr(Requirements.model_validate({field.name: whole}), field.name))
    for language in ("zh", "en"):
        again = value_of(field, shown(field, checked, language))
        assert again == value, shown(field, checked, language)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("users", "many"),
        ("users", "2.5"),
        ("users", "-3"),
        ("users", "30-20"),
        ("users", "1-2-3"),
        ("users", "20 <script>"),
        ("budget_cny", "$100k"),
        ("budget_cny", "100美元"),
        ("budget_cny", "cheap"),
        ("data_tb", "big"),
        ("purchase_by", "2026-13"),
        ("purchase_by", "2026-02-30"),
        ("purchase_by", "whenever it suits"),
        ("models", "!!!"),
        ("models", "x" * 200),
        ("facility.rack_power_kw", "10-20"),
        ("facility.pdu", "x" * 300),
        ("software", "x" * 500),
    ],
)
def test_text_that_means_nothing_is_refused_in_both_languages(key: str, text: str) -> None:
    with pytest.raises(BadText) as refused:
        value_of(BY_KEY[key], text)
    languages: tuple[Language, ...] = ("zh", "en")
    assert len({refused.value.message(language) for language in languages}) == 2


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
@pytest.mark.parametrize("nothing", ["", None, "  ", []])
def test_an_empty_editor_withdraws(field: Field, nothing: Any) -> None:
    if nothing == "  " and field.editor in ("kinds", "choice", "flag"):
        pytest.skip("not what such an editor holds")
    assert value_of(field, nothing) is None


def _stated(value: Any) -> dict[FieldName, StatedValue]:
    return {"workloads": StatedValue(value=value, evidence="", source="stated")}


def test_an_edit_of_the_kinds_of_work_keeps_what_else_was_said_of_them() -> None:
    field = BY_KEY["workloads"]
    known = [
        {"kind": "finetune", "method": "full", "share": 60},
        {"kind": "finetune", "method": "lora"},
        {"kind": "inference", "primary": True},
    ]
    assert shown(field, known, "en") == ["finetune", "inference"]
    kept = merged(field, value_of(field, ["finetune", "inference", "rag"]), _stated(known))
    assert kept == [*known, {"kind": "rag"}]
    assert merged(field, value_of(field, ["rag", "finetune"]), _stated(known)) == [{"kind": "rag"}, *known[:2]]
    checked = Requirements.model_validate({"workloads": kept}).workloads
    assert [work.method for work in checked] == ["full", "lora", None, None]


def test_an_edit_of_one_model_keeps_the_context_of_another() -> None:
    field = BY_KEY["models"]
    known = [{"name": "Qwen", "params_b": 72.0, "context": 32768}, {"name": "Llama", "params_b": 8.0}]
    stated: dict[FieldName, StatedValue] = {"models": StatedValue(value=known, evidence="", source="stated")}
    kept = merged(field, value_of(field, "Qwen 72B, Llama 70B"), stated)
    assert kept == [known[0], {"name": "Llama", "params_b": 70.0}]
    assert merged(field, value_of(field, "Qwen 32B"), stated) == [{"name": "Qwen", "params_b": 32.0}]
