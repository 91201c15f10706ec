"""Sizing: what an answer says, what it refuses to guess, and that it behaves as memory does."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.rules.architectures import architecture_sources, architectures, find_architecture
from assistant.rules.catalogue import GPU_CLASSES
from assistant.rules.decision import decide
from assistant.rules.files import read
from assistant.rules.footprint import LADDER, Load, footprint
from assistant.rules.gpus import GB, Figure, find_gpus, gpu_sources, gpus, sized_with
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest, Unsizable, estimate, precision_of


def sized(**given_: Any) -> Any:
    return estimate(SizingRequest.model_validate(given_))


def asked(**given_: Any) -> str:
    found = sized(**given_).options[0].asked
    assert found is not None
    return str(found.verdict)


# ---- worked answers of the public reference


@pytest.mark.parametrize(
    ("given_", "verdict"),
    [
        ({"params_b": 70, "task": "finetune-full", "gpu": "96gb", "gpus": 4}, "does_not_fit"),
        ({"params_b": 70, "task": "finetune-full", "gpu": "96gb", "gpus": 8}, "does_not_fit"),
        ({"params_b": 70, "task": "finetune-full", "gpu": "h200-sxm", "gpus": 8}, "does_not_fit"),
        ({"params_b": 70, "task": "finetune-full", "gpu": "h200-sxm", "gpus": 16}, "fits"),
        ({"params_b": 70, "task": "lora", "gpu": "96gb", "gpus": 4}, "fits"),
        ({"params_b": 70, "task": "lora", "gpu": "96gb", "gpus": 1}, "does_not_fit"),
        ({"params_b": 70, "task": "lora", "gpu": "96gb", "gpus": 4, "zero": 0}, "does_not_fit"),
        ({"params_b": 70, "task": "qlora", "gpu": "96gb", "gpus": 1}, "fits"),
        ({"params_b": 70, "task": "qlora", "gpu": "48gb", "gpus": 1}, "does_not_fit"),
        ({"model": "qwen2.5-7b", "task": "finetune-full", "gpu": "96gb", "gpus": 2}, "fits"),
        ({"model": "qwen2.5-72b", "gpu": "96gb", "gpus": 1}, "does_not_fit"),
        ({"model": "qwen2.5-72b", "gpu": "96gb", "gpus": 2}, "fits"),
        ({"model": "qwen2.5-72b", "gpu": "48gb", "gpus": 2, "precision": "int4"}, "fits"),
        ({"model": "deepseek-r1", "gpu": "96gb", "gpus": 8}, "does_not_fit"),
        ({"model": "deepseek-r1", "gpu": "h200-sxm", "gpus": 8}, "fits"),
    ],
)
def test_the_verdict_on_a_number_of_gpus(given_: dict[str, Any], verdict: str) -> None:
    assert asked(**given_) == verdict


def test_a_need_between_the_usual_share_and_the_whole_gpu_is_said_to_be_near() -> None:
    near = sized(model="deepseek-r1", gpu="h20", gpus=8).options[0].asked
    assert near.verdict == "does_not_fit"
    assert "measured" in near.text.en
    far = sized(model="deepseek-r1", gpu="h20", gpus=4).options[0].asked
    assert far.verdict == "does_not_fit"
    assert "measured" not in far.text.en


def test_lora_on_70b_over_four_96_gb_gpus_needs_about_50_gb_on_each() -> None:
    found = sized(params_b=70, task="lora", gpu="96gb", gpus=4).options[0].asked.per_gpu_gib
    assert 40 < found.low < found.high < 52


def test_lighter_ways_are_offered_where_the_asked_one_does_not_fit() -> None:
    found = sized(params_b=70, task="finetune-full", gpu="96gb", gpus=8)
    assert {other.task: other.verdict for other in found.others} == {"lora": "fits", "qlora": "fits"}


def test_more_context_or_more_requests_need_more_memory_and_weights_do_not() -> None:
    short, long = sized(model="qwen2.5-72b", context=8192), sized(model="qwen2.5-72b", context=131072)
    terms = [{term.id: term.gb.low for term in found.terms} for found in (short, long)]
    assert terms[1]["kv_cache"] == pytest.approx(16 * terms[0]["kv_cache"])
    assert terms[1]["weights"] == terms[0]["weights"]
    many = sized(model="qwen2.5-72b", context=8192, concurrency=16)
    assert many.total_gb.low == pytest.approx(long.total_gb.low)


def test_a_figure_with_two_ends_is_shown_as_an_interval_and_one_value_is_not() -> None:
    terms = {term.id: term.gb for term in sized(params_b=70, task="finetune-full").terms}
    assert terms["state"].low < terms["state"].high
    served = {term.id: term.gb for term in sized(model="qwen2.5-72b").terms}
    assert served["weights"].low == served["weights"].high


def test_a_checkpoint_of_70b_takes_about_a_terabyte_and_16_gb_a_second_for_a_minute() -> None:
    text = sized(params_b=70, task="finetune-full").checkpoint.en
    assert re.findall(r"\d+(?:\.\d+)?", text)[:3] == ["988", "60", "16"]
    assert sized(params_b=70, task="inference").checkpoint is None


# ---- what is not known is not guessed


def test_a_family_without_known_dimensions_gets_no_cache_and_says_so() -> None:
    found = sized(model="Gemma", params_b=27)
    assert found.architecture is None
    assert [term.id for term in found.terms] == ["weights", "overhead"]
    assert any("not known" in text.en for text in found.assumptions)


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        ({}, "no_model"),
        ({"model": "Foo-Bar"}, "unknown_model"),
        ({"model": "Qwen"}, "unknown_model"),
        ({"params_b": 7, "gpu": "RTX 9999"}, "unknown_gpu"),
        ({"params_b": 7, "gpu": "0gb"}, "unknown_gpu"),
    ],
)
def test_nothing_to_calculate_with_is_an_error_that_names_what_is_missing(given_: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unsizable) as caught:
        sized(**given_)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "given_",
    [
        {"params_b": 0},
        {"params_b": -7},
        {"params_b": float("inf")},
        {"params_b": 7, "gpus": 0},
        {"params_b": 7, "zero": 4},
        {"params_b": 7, "task": "mining"},
        {"params_b": 7, "precision": "fp4"},
        {"params_b": 7, "colour": "red"},
        {"model": "x" * 81},
    ],
)
def test_a_bad_request_is_refused(given_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SizingRequest.model_validate(given_)


@pytest.mark.parametrize(
    ("name", "params", "expected", "assumed"),
    [
        ("qwen2.5-72b", None, "qwen2.5-72b", False),
        ("Qwen2.5-72B-Instruct-AWQ", None, "qwen2.5-72b", False),
        ("Qwen2.5", 72, "qwen2.5-72b", False),
        ("Qwen", 72, "qwen2.5-72b", True),
        ("DeepSeek-R1", None, "deepseek-v3", False),
        ("DeepSeek", 671, "deepseek-v3", True),
        ("DeepSeek-R1", 70, "llama-3.1-70b", True),
        (None, 70, "llama-3.1-70b", True),
        (None, 671, "deepseek-v3", True),
        (None, 33, "qwen2.5-32b", True),
        (None, 3, None, None),
        ("Baichuan", 13, None, None),
        ("盘古", 70, None, None),
        ("Llama-2-7B", None, None, None),
        ("Qwen3-Next", 80, None, None),
        ("Qwen3-30B-A3B", None, None, None),
        ("q", 72, None, None),
        ("DeepSeek-R1-Distill-Qwen-32B", None, "qwen2.5-32b", True),
        ("Llama-3.3-70B-Instruct", None, "llama-3.1-70b", False),
    ],
)
def test_which_dimensions_a_buyers_words_mean(
    name: str | None, params: float | None, expected: str | None, assumed: bool | None
) -> None:
    match = find_architecture(name, params)
    assert (match.architecture.id if match else None, match.assumed if match else None) == (expected, assumed)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("96gb", ["96 GB GPU"]),
        ("96G", ["96 GB GPU"]),
        ("48 GB", ["48 GB GPU"]),
        ("h100_h200", ["H100 SXM", "H200 SXM"]),
        ("H100", ["H100 SXM"]),
        ("NVIDIA L40S", ["L40S"]),
        ("80gb", ["80 GB GPU"]),
        ("RTX A6000", ["RTX A6000"]),
        ("A6000", ["RTX A6000"]),
        ("A100 80G", ["A100 80GB SXM"]),
        ("RTX PRO 6000", ["RTX PRO 6000 Blackwell Server Edition"]),
        ("L40", []),
        ("L4", []),
        ("a", []),
        ("h200-nvl", []),
        ("blackwell", ["B200 SXM", "GB200"]),
        ("GPU", []),
        ("昇腾", []),
        ("...", []),
        ("RTX", []),
    ],
)
def test_which_gpu_a_buyers_words_mean(words: str, names: list[str]) -> None:
    assert [gpu.name for gpu in find_gpus(words)] == names


@pytest.mark.parametrize(
    ("words", "precision"),
    [
        ("INT4", "int4"),
        ("awq", "int4"),
        ("4-bit", "int4"),
        ("fp8", "fp8"),
        ("w8a8", "int8"),
        ("GPTQ-Int8", "int8"),
        ("Q8_0 gguf", "int8"),
        ("4 bit", "int4"),
        ("zzz", None),
        ("", None),
        (None, None),
    ],
)
def test_which_precision_a_quantisation_means(words: str | None, precision: str | None) -> None:
    assert precision_of(words) == precision


def test_a_name_that_says_its_precision_is_served_in_it() -> None:
    assert sized(model="Qwen2.5-7B-Instruct-AWQ").precision == "int4"
    assert sized(model="Qwen2.5-7B-Instruct-AWQ", precision="int8").precision == "int8"
    assert sized(model="Qwen2.5-7B-Instruct-AWQ", task="lora").precision == "bf16"


def test_a_size_that_differs_from_the_name_is_shown_beside_it() -> None:
    assert sized(model="qwen2.5-72b", params_b=7).model == "qwen2.5-72b 7B"
    assert sized(model="qwen2.5-72b", params_b=72).model == "qwen2.5-72b"
    assert sized(params_b=100_000).model == "100000B"


def test_serving_that_no_single_machine_holds_is_told_to_need_a_network() -> None:
    assert "machines" in sized(model="deepseek-r1", gpu="96gb").network_note.en
    assert sized(model="deepseek-r1", gpu="h200-sxm").network_note is None


@pytest.mark.parametrize("task", ["inference", "lora", "finetune-full"])
def test_the_sentence_under_the_whitepapers_source_holds_only_its_figures(task: str) -> None:
    found = sized(params_b=400, task=task, gpu="96gb")
    assert set(re.findall(r"\d+", found.network.zh)) <= set(re.findall(r"\d+", found.network_source.quote))


def test_a_count_that_heads_do_not_divide_into_is_worked_out_as_the_next_lower_power_of_two() -> None:
    three, two = (sized(model="qwen2.5-72b", gpu="96gb", gpus=gpus) for gpus in (3, 2))
    assert three.options[0].asked.per_gpu_gib == two.options[0].asked.per_gpu_gib
    assert any("worked out as 2" in text.en for text in three.assumptions)


def test_what_is_not_calculated_is_never_promised_to_fit() -> None:
    found = sized(model="Gemma", params_b=9, context=131072, concurrency=1000, gpu="48gb", gpus=1).options[0]
    assert found.asked.verdict == "tight"
    assert "at least" in found.needs.en


def test_training_that_fills_a_gpu_is_borderline() -> None:
    assert asked(model="qwen2.5-32b", task="finetune-full", gpu="h100-sxm", gpus=8) == "tight"


def test_more_than_eight_gpus_are_counted_in_whole_machines() -> None:
    found = sized(params_b=70, task="finetune-full", gpu="h100-sxm").options[0]
    assert found.enough is not None
    assert found.enough % 8 == 0
    assert found.enough < 32


# ---- the constants


def test_every_source_that_a_figure_names_has_a_title() -> None:
    figures = [f for gpu in gpus() for f in dict(gpu).values() if isinstance(f, Figure)]
    assert {source for figure in figures for source in figure.source} <= set(gpu_sources())
    assert {source for row in architectures() for source in row.source} <= set(architecture_sources())
    titles = {*read("sizing")["sources"], *gpu_sources(), *architecture_sources(), "house"}
    assert {source for row in read("sizing")["constants"].values() for source in row["source"]} <= titles


def test_a_figure_without_a_source_does_not_load_unless_it_is_marked() -> None:
    with pytest.raises(ValidationError):
        Figure.model_validate({"value": 5})
    with pytest.raises(ValidationError):
        Figure.model_validate({"value": 5, "source": ["S1"], "unverified": True})
    with pytest.raises(ValidationError):
        Figure.model_validate({"low": 6, "high": 5, "source": ["S1"]})
    assert Figure.model_validate({"value": 5, "unverified": True}).low == 5


def test_an_unverified_parameter_count_is_never_calculated_with() -> None:
    for row in architectures():
        if "params_b" in row.unverified:
            found = sized(model=row.id)
            assert found.params_b == row.size_b
            assert any(f"{row.size_b:g}B" in text.en for text in found.assumptions)


def test_every_gpu_class_is_sized_with_a_gpu_whose_memory_is_sourced() -> None:
    for name in GPU_CLASSES:
        assert sized_with(name)
        for gpu in sized_with(name):
            assert gpu.class_ == name
            assert gpu.memory_gb.source


def test_a_result_names_no_unverified_figure_as_a_source() -> None:
    for gpu in (gpu for gpu in gpus() if not gpu.memory_gb.unverified):
        for option in sized(params_b=7, gpu=gpu.id).options:
            assert (option.power is None) == (gpu.power_w is None or gpu.power_w.unverified)


# ---- properties of memory

LOADS = st.builds(
    Load,
    params=st.floats(1e8, 1e12),
    architecture=st.sampled_from([None, *architectures()]),
    task=st.sampled_from(["inference", "lora", "qlora", "finetune-full", "training"]),
    precision=st.sampled_from(["bf16", "fp8", "int8", "int4", "nf4"]),
    context=st.integers(1, 200_000),
    concurrency=st.integers(1, 200),
    batch=st.integers(1, 16),
    zero=st.integers(0, 3),
)


@given(LOADS)
def test_more_gpus_never_need_more_memory_each_beyond_what_talking_costs(load: Load) -> None:
    found = footprint(load)
    talk = 0.5 * 2**30
    needs = [found.per_gpu(gpus) for gpus in LADDER]
    assert all(need.low <= need.high for need in needs)
    assert all(after.high <= before.high * (1 + 1e-9) + talk for before, after in pairwise(needs))


@given(LOADS, st.floats(1e9, 3e11))
def test_the_fewest_at_the_lower_end_is_never_above_the_upper_end(load: Load, memory: float) -> None:
    found = footprint(load)
    low, high = found.fewest(memory), found.fewest(memory, surely=True)
    assert high is None or (low is not None and low <= high)


@given(LOADS)
def test_more_parameters_never_need_less(load: Load) -> None:
    larger = Load(**{**vars(load), "params": load.params * 1.5})
    assert footprint(larger).per_gpu(1).low >= footprint(load).per_gpu(1).low


def test_the_two_languages_say_the_same_figures() -> None:
    for task in ("inference", "lora", "qlora", "finetune-full", "training"):
        found = sized(params_b=70, task=task, gpu="96gb", gpus=8)
        texts = [found.network, *found.assumptions, *(o.needs for o in found.options)]
        texts += [o.asked.text for o in found.options if o.asked]
        texts += [found.checkpoint] if found.checkpoint else []
        for text in texts:
            figures = [set(re.findall(r"\d+(?:\.\d+)?", words)) - {"60", "5"} for words in (text.zh, text.en)]
            assert figures[0] == figures[1] or "billion" in text.en, (text.zh, text.en)
        assert found.total_gb.low * GB > 0


def test_a_model_without_a_name_or_a_size_is_decided_without_arithmetic() -> None:
    for model in ({"name": ""}, {}, {"name": "x"}, {"params_b": 999_999}):
        known = Requirements.model_validate({"workloads": [{"kind": "inference"}], "models": [model]})
        assert decide(known).sizing is None
