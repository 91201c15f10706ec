"""Names and sizes of language models; boards and cards are none."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.models import models


def read(text: str) -> list[dict[str, Any]]:
    return [found.spec.model_dump(exclude_none=True) for found in models(text)]


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("通义千问 32B", [{"name": "Qwen", "params_b": 32}]),
        ("Qwen3-235B", [{"name": "Qwen3", "params_b": 235}]),
        ("qwen2.5 14b awq", [{"name": "Qwen2.5", "params_b": 14, "quantisation": "awq"}]),
        ("Llama-3 8B", [{"name": "Llama3", "params_b": 8}]),
        ("Mixtral", [{"name": "Mixtral"}]),
        ("DeepSeek-R1 671B fp8", [{"name": "DeepSeek-R1", "params_b": 671, "quantisation": "fp8"}]),
        ("书生 20B", [{"name": "InternLM", "params_b": 20}]),
        ("Gemma 27B int8", [{"name": "Gemma", "params_b": 27, "quantisation": "int8"}]),
        ("一个 34B 的模型", [{"params_b": 34}]),
        ("1.5B", [{"params_b": 1.5}]),
        ("130亿参数", [{"params_b": 13}]),
        ("两百亿参数的模型", [{"params_b": 20}]),
        ("万亿参数", [{"params_b": 1000}]),
        ("百亿级大模型", [{"params_b": 10}]),
        ("a 405-billion parameter model", [{"params_b": 405}]),
        ("先 7B 再 32B", [{"params_b": 7}, {"params_b": 32}]),
        ("Qwen 7B 和 Llama 70B", [{"name": "Qwen", "params_b": 7}, {"name": "Llama", "params_b": 70}]),
    ],
)
def test_a_model_is_found(text: str, specs: list[dict[str, Any]]) -> None:
    assert read(text) == specs


@pytest.mark.parametrize(
    "text",
    [
        "昇腾910B",
        "华为 310B 加速卡",
        "RTX4090",
        "A100 80GB",
        "Ascend 910B",
        "B200",
        "GB200",
        "8B2",
        "5GB",
        "卖了3亿元",
        "yi",
    ],
)
def test_a_board_or_an_amount_is_no_model(text: str) -> None:
    assert read(text) == []


def test_a_span_is_the_place_of_its_words() -> None:
    text = "用千问72B做问答"
    assert [text[found.start : found.end] for found in models(text)] == ["千问72B"]
