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


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("Qwen2.5-VL-72B", [{"name": "Qwen2.5-VL", "params_b": 72.0}]),
        ("Mixtral 8x7B", [{"name": "Mixtral 8x7B"}]),
        ("千问72B", [{"name": "Qwen", "params_b": 72.0}]),
        (
            "DeepSeek-V3/R1 671B",
            [{"name": "DeepSeek-V3", "params_b": 671.0}, {"name": "DeepSeek-R1", "params_b": 671.0}],
        ),
        ("DeepSeek V3和R1", [{"name": "DeepSeek-V3"}, {"name": "DeepSeek-R1"}]),
        ("7b", [{"params_b": 7.0}]),
        ("70亿参数", [{"params_b": 7.0}]),
        ("千亿参数", [{"params_b": 100.0}]),
        ("Llama 3.1 405B Instruct", [{"name": "Llama3.1", "params_b": 405.0}]),
        ("两个7B模型", [{"params_b": 7.0}]),
        ("Qwen2.5-72B-Instruct-int4", [{"name": "Qwen2.5", "params_b": 72.0, "quantisation": "int4"}]),
        ("qwen3 32b AWQ", [{"name": "Qwen3", "params_b": 32.0, "quantisation": "awq"}]),
        ("70B，int4量化", [{"params_b": 70.0, "quantisation": "int4"}]),
        ("DeepSeek-R1 671B FP8", [{"name": "DeepSeek-R1", "params_b": 671.0, "quantisation": "fp8"}]),
        ("Qwen2.5 72B 上下文32k", [{"name": "Qwen2.5", "params_b": 72.0, "context": 32768}]),
        ("跑Qwen3-32B，128K上下文", [{"name": "Qwen3", "params_b": 32.0, "context": 131072}]),
        ("context 32k for Llama 70B", [{"name": "Llama", "params_b": 70.0, "context": 32768}]),
        ("deepseek v3", [{"name": "DeepSeek-V3"}]),
        ("DeepSeek-V3", [{"name": "DeepSeek-V3"}]),
        ("DeepSeek-R1-Distill-Qwen-32B", [{"name": "DeepSeek-R1-Distill-Qwen", "params_b": 32.0}]),
        ("DeepSeek R1 蒸馏版 32B", [{"name": "DeepSeek-R1-Distill", "params_b": 32.0}]),
        ("Qwen3-30B-A3B", [{"name": "Qwen3-30B-A3B", "params_b": 30.0}]),
        ("Qwen3-235B-A22B", [{"name": "Qwen3-235B-A22B", "params_b": 235.0}]),
        ("gpt-oss-120b", [{"name": "gpt-oss", "params_b": 120.0}]),
        ("QwQ-32B", [{"name": "QwQ", "params_b": 32.0}]),
        ("GLM-4-9B-Chat", [{"name": "GLM-4", "params_b": 9.0}]),
        ("GLM4.5-Air", [{"name": "GLM-4.5-Air"}]),
        ("Qwen2.5-Coder-32B", [{"name": "Qwen2.5", "params_b": 32.0}]),
        ("满血DeepSeek", [{"name": "DeepSeek", "params_b": 671.0}]),
        ("满血版DeepSeek R1", [{"name": "DeepSeek-R1", "params_b": 671.0}]),
        ("a 70 billion parameter model", [{"params_b": 70.0}]),
        ("seven billion parameters", [{"params_b": 7.0}]),
        ("llama3 70b和qwen 72b", [{"name": "Llama3", "params_b": 70.0}, {"name": "Qwen", "params_b": 72.0}]),
        ("8x22B MoE", [{"name": "8x22B"}]),
        ("phi-4", [{"name": "Phi-4"}]),
        ("两百亿参数的模型", [{"params_b": 20.0}]),
        ("百亿级大模型", [{"params_b": 10.0}]),
        ("Llama-4-Scout", [{"name": "Llama4-Scout"}]),
        ("Kimi K2", [{"name": "Kimi-K2"}]),
        ("MiniMax M1", [{"name": "MiniMax-M1"}]),
        ("千问2.5 14b 8bit", [{"name": "Qwen2.5", "params_b": 14.0, "quantisation": "8bit"}]),
        ("70b-4bit", [{"params_b": 70.0, "quantisation": "4bit"}]),
        ("7B 4张卡", [{"params_b": 7.0}]),
        ("Qwen 4卡", [{"name": "Qwen"}]),
        ("Qwen2.5 7B 8卡 LoRA", [{"name": "Qwen2.5", "params_b": 7.0}]),
        ("qwen 72B需要4张卡", [{"name": "Qwen", "params_b": 72.0}]),
        ("Llama-3 8B", [{"name": "Llama3", "params_b": 8.0}]),
        ("DeepSeek 70B", [{"name": "DeepSeek", "params_b": 70.0}]),
        ("一百三十亿参数", [{"params_b": 13.0}]),
        ("1300亿参数", [{"params_b": 130.0}]),
        ("InternVL2-26B", [{"name": "InternVL2", "params_b": 26.0}]),
        ("ChatGLM3-6B", [{"name": "ChatGLM3", "params_b": 6.0}]),
        ("模型大概百亿级别", [{"params_b": 10}]),
    ],
)
def test_variants_mixtures_widths_and_contexts_belong_to_their_model(text: str, specs: list[dict[str, Any]]) -> None:
    assert read(text) == specs


@pytest.mark.parametrize(
    "text",
    [
        "昇腾910B",
        "3B轮融资",
        "B200",
        "H100 80G",
        "4090",
        "GB200",
        "2B业务",
        "a budget of 2 billion yuan",
        "Phi",
        "卖了3亿元",
        "用户1亿",
        "上下文32k",
    ],
)
def test_cards_rounds_of_financing_and_sums_are_no_models(text: str) -> None:
    assert read(text) == []
