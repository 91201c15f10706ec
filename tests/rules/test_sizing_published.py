"""The arithmetic against published figures: the check table of the public reference, each with its tolerance."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.rules import arithmetic
from assistant.rules.architectures import architectures
from assistant.rules.arithmetic import GIB, STATE_BYTES, Span
from assistant.rules.footprint import Footprint, Load, footprint, sizing_constants, usable
from assistant.rules.gpus import GB, find_gpus
from assistant.rules.sizing import SizingRequest, estimate

DIMS = {row.id: row for row in architectures()}
H100 = find_gpus("h100-sxm")[0]


def load(model: str, **changes: Any) -> Footprint:
    """A footprint of a known model; one token of context unless said, so that the cache is left out."""
    dims = DIMS[model]
    given = {"task": "inference", "precision": "bf16", "context": 1, **changes}
    return footprint(Load(params=dims.parameters_b * GB, architecture=dims, **given))


def part(found: Footprint, name: str) -> Span:
    return next(p.span for p in found.parts if p.id == name)


def room(found: Footprint, gpus: int, share: float | None = None) -> Span:
    """GiB left for the cache on each GPU, from the lower and the upper end of the overhead."""
    memory = H100.memory_bytes * share if share else usable(H100, "inference")
    need = found.per_gpu(gpus)
    return Span((memory - need.high) / GIB, (memory - need.low) / GIB)


def reaches(span: Span, published: float, within: float) -> bool:
    return span.low - within <= published <= span.high + within


def test_t1_one_token_of_a_24b_model_with_grouped_heads_caches_163840_bytes() -> None:
    assert arithmetic.kv_per_token(40, 8, 128) == 163_840


def test_t2_llama_8b_caches_131072_bytes_a_token_and_17_2_gb_for_128_requests_of_1024() -> None:
    found = part(load("llama-3.1-8b", context=1024, concurrency=128), "kv_cache")
    assert found.low == 131_072 * 1024 * 128
    assert found.low / GB == pytest.approx(17.2, rel=0.005)


@pytest.mark.parametrize(("model", "published"), [("llama-3.1-8b", 14.99), ("qwen3-32b", 61.03)], ids=["t3", "t4"])
def test_t3_t4_16_bit_weights_are_as_loaded(model: str, published: float) -> None:
    assert part(load(model), "weights").low / GIB == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(
    ("model", "precision", "gpus", "published"),
    [
        ("llama-3.1-8b", "bf16", 1, 51.38),
        ("qwen3-32b", "bf16", 1, 4.45),
        ("qwen3-32b", "bf16", 2, 34.49),
        ("llama-3.1-70b", "fp8", 2, 32.00),
    ],
    ids=["t5", "t6-one", "t6-two", "t7"],
)
def test_t5_t6_t7_the_room_for_the_cache_is_as_measured(
    model: str, precision: str, gpus: int, published: float
) -> None:
    assert reaches(room(load(model, precision=precision), gpus), published, within=0.5)


def test_t7_a_70b_model_in_fp8_does_not_fit_one_h100() -> None:
    found = estimate(SizingRequest(model="llama-3.1-70b", precision="fp8", gpu="h100-sxm", gpus=1))
    assert found.options[0].asked is not None
    assert found.options[0].asked.verdict == "does_not_fit"
    assert (found.options[0].fewest, found.options[0].enough) == (2, 2)


def test_t8_a_multimodal_24b_model_leaves_the_measured_room_at_95_percent() -> None:
    constants = sizing_constants()
    active, other = constants["activation_multimodal"].high, constants["runtime_one"].low
    found = arithmetic.kv_room(0.95 * H100.memory_bytes / GIB, 24.01e9 * 2 / GIB, 1, active, other)
    assert found == pytest.approx(28.20, abs=0.5)


@pytest.mark.parametrize(("stage", "published"), [(0, 120.0), (1, 31.4), (2, 16.6), (3, 1.9)])
def test_t9_zero_splits_7_5b_over_64_gpus_as_its_paper_says(stage: int, published: float) -> None:
    assert arithmetic.zero_state(7.5e9, 64, stage) / GB == pytest.approx(published, rel=0.015)


@pytest.mark.parametrize(("recompute", "published"), [(True, 31.0), (False, 240.0)])
def test_t10_activations_of_llama_8b_at_32768_tokens(recompute: bool, published: float) -> None:
    dims = DIMS["llama-3.1-8b"]
    assert dims.working_k is not None
    found = arithmetic.activations(dims.layers, dims.hidden, dims.vocab, 32768, 1, recompute, Span.of(dims.working_k))
    assert found.low / GIB == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize(("params", "published"), [(70.55e9, 1200.0), (7e9, 120.0)])
def test_t11_full_fine_tuning_is_within_a_tenth_of_the_published_table(params: float, published: float) -> None:
    assert params * STATE_BYTES["mixed"] / GB == pytest.approx(published, rel=0.1)


@pytest.mark.parametrize(("billions", "published"), [(65, 780), (33, 396)])
def test_t12_the_qlora_paper_counts_12_bytes_a_parameter(billions: float, published: float) -> None:
    assert billions * STATE_BYTES["qlora_paper"] == published


def test_t12_the_base_of_a_65b_model_in_nf4_leaves_room_in_48_gb() -> None:
    assert arithmetic.weights(65e9, "nf4").low / GB == pytest.approx(33.6, rel=0.01)


@pytest.mark.parametrize(("precision", "published"), [("bf16", 160.0), ("int8", 80.0), ("nf4", 48.0)])
def test_t13_base_and_adapter_are_below_the_published_lora_figure_and_above_four_fifths_of_it(
    precision: str, published: float
) -> None:
    params = 70.553706496e9
    base = arithmetic.weights(params, precision).low
    adapter = arithmetic.adapter_params(params, 16).low * arithmetic.ADAPTER_BYTES[1]
    assert 0.8 * published <= (base + adapter) / GB <= published


@pytest.mark.parametrize(("billions", "published"), [(8.03, 105), (69.88, 912), (405.85, 5290)])
def test_t14_a_checkpoint_is_14_bytes_a_parameter(billions: float, published: float) -> None:
    assert arithmetic.checkpoint(billions * GB) / GIB == pytest.approx(published, rel=0.01)


def test_t15_adam_in_16_bits_is_four_times_the_weights() -> None:
    assert STATE_BYTES["bf16"] * 80e9 == 4 * arithmetic.weights(80e9, "fp16").low


@pytest.mark.parametrize(("tokens", "published"), [(1024, 0.984), (16_000, 15.38), (128_000, 123.05)])
def test_t16_the_cache_of_llama_405b_depends_on_the_number_of_key_heads(tokens: int, published: float) -> None:
    dims = DIMS["llama-3.1-405b"]
    assert dims.head_dim is not None
    early = arithmetic.kv_per_token(dims.layers, 16, dims.head_dim)
    assert early * tokens / GIB == pytest.approx(published, rel=0.001)
    # The published configuration has half as many, so the constants pin the revision.
    assert dims.kv_heads == 8
    assert arithmetic.kv_per_token(dims.layers, 8, dims.head_dim) == early / 2


def llama_2_7b(task: str, **changes: Any) -> Footprint:
    """Llama-2-7B: 6.74B parameters, 32 layers of 4096, 32 key heads, a vocabulary of 32000."""
    dims = DIMS["llama-3.1-8b"].model_copy(
        update={"id": "llama-2-7b", "params_b": 6.74, "kv_heads": 32, "vocab": 32000, "working_k": None}
    )
    given = {"precision": "bf16", "context": 8192, **changes}
    return footprint(Load(params=6.74e9, architecture=dims, task=task, **given))  # type: ignore[arg-type]  # a table of kwargs


def test_t17_lora_on_a_7b_model_at_8192_tokens_is_within_15_percent_of_the_measured_memory() -> None:
    assert reaches(llama_2_7b("lora", zero=2).per_gpu(8) / GB, 25.7, within=0.15 * 25.7)


def test_t18_qlora_on_a_7b_model_stays_under_10_gb() -> None:
    assert llama_2_7b("qlora", precision="nf4", context=2048).per_gpu(1).low / GB < 10


def test_t18_qlora_on_a_70b_model_split_over_two_gpus_stays_under_21_gb_each() -> None:
    assert load("llama-3.1-70b", task="qlora", precision="nf4", context=512).per_gpu(2).low / GIB < 21


def test_t19_four_billion_parameters_in_mixed_precision_are_72_gb_before_activations() -> None:
    assert 4 * STATE_BYTES["mixed"] >= 72
