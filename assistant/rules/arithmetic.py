"""The formulas of memory and storage, in bytes; each names where it comes from. No texts, no tables.

Units: parameters in units (not billions), bytes as such, tokens, sequences. GB is 1e9 bytes, GiB 2**30: published
figures mix them.
"""

from __future__ import annotations

from dataclasses import dataclass

GIB = 2**30
# Bytes a parameter: nf4 with double quantisation is 4.127 bits (QLoRA, arXiv 2305.14314).
BYTES = {"fp32": 4.0, "bf16": 2.0, "fp16": 2.0, "fp8": 1.0, "int8": 1.0, "int4": 0.5, "nf4": 4.127 / 8}
# Training state a parameter under AdamW. "mixed": 16-bit weights with a 32-bit master copy (6), Adam moments (8) and
# 32-bit gradients (4). "zero": the account of the ZeRO paper, 2 + 2 + 12. "qlora_paper": what arXiv 2305.14314 counts.
# "bf16": everything in 16 bits, four times the weights, as `accelerate estimate-memory` prints.
STATE_BYTES = {"mixed": 18.0, "zero": 16.0, "qlora_paper": 12.0, "bf16": 8.0}
# A checkpoint that training can go on from: 16-bit weights and 32-bit optimizer state (MLPerf Storage).
CHECKPOINT_BYTES = 14.0
# State of a trainable adapter parameter, in its lean and its full account.
ADAPTER_BYTES = (16.0, 18.0)
# Working memory of a layer, measured: Llama-3.1-8B 28, Qwen3-4B 38, SmolLM2 24, Gemma 48 (stas00/ml-engineering).
WORKING_K = (24.0, 48.0)
LOGIT_BYTES = (4.0, 6.0)


@dataclass(frozen=True)
class Span:
    """An interval of bytes (or of any unit), low <= high."""

    low: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __truediv__(self, divisor: float) -> Span:
        return Span(self.low / divisor, self.high / divisor)

    @staticmethod
    def of(value: float) -> Span:
        """A single value as an interval."""
        return Span(value, value)


def weights(params: float, precision: str, vocab: int | None = None, hidden: int | None = None) -> Span:
    """Weights in memory. Servers leave embedding and output layer in 16 bits when they quantise: measured for 8 bits
    (67.72 GiB for a 70B model, llm-d-planner), possible for 4 bits, hence an interval there."""
    plain = params * BYTES[precision]
    if BYTES[precision] >= 2 or vocab is None or hidden is None:
        return Span.of(plain)
    kept = min(2.0 * vocab * hidden, params)
    mixed = (params - kept) * BYTES[precision] + kept * 2
    return Span.of(mixed) if BYTES[precision] == 1 else Span(plain, mixed)


def kv_per_token(layers: int, kv_heads: int, head_dim: int, width: float = 2.0) -> float:
    """Keys and values of one token with grouped heads: 2 x layers x kv_heads x head_dim x bytes."""
    return 2.0 * layers * kv_heads * head_dim * width


def mla_per_token(layers: int, mla_dim: int, width: float = 2.0) -> float:
    """Latent cache of one token: layers x (kv_lora_rank + qk_rope_head_dim) x bytes."""
    return float(layers) * mla_dim * width


def kv_room(usable: float, weight_bytes: float, ranks: int, activation: float, other: float) -> float:
    """What is left for the cache on one GPU: usable - weights / tensor-parallel ranks - activation - the rest."""
    return usable - weight_bytes / ranks - activation - other


def zero_state(params: float, ranks: int, stage: int, state: float = STATE_BYTES["zero"]) -> float:
    """Training state on each of `ranks` GPUs under ZeRO (arXiv 1910.02054): optimizer state is split from stage 1,
    gradients from 2, weights from 3. Raises `ValueError` for another stage."""
    rest = state - 4.0
    match stage:
        case 0:
            return params * state
        case 1:
            return params * (4.0 + rest / ranks)
        case 2:
            return params * (2.0 + (state - 2.0) / ranks)
        case 3:
            return params * state / ranks
        case _:
            raise ValueError(f"ZeRO has stages 0 to 3, not {stage}")


def adapter_params(params: float, rank: int) -> Span:
    """Trainable parameters of LoRA on all linear layers, within a tenth. A power law through the two counts that are
    known from dimensions: at rank 16, 41.9M for 8.03B and 207M for 70.55B parameters."""
    middle = 41.9e6 * (params / 8.03e9) ** 0.735 * rank / 16
    return Span(0.9 * middle, 1.1 * middle)


def activations(
    layers: int, hidden: int, vocab: int, tokens: int, batch: int, recompute: bool, k: Span | None = None
) -> Span:
    """Activations of a training step on one GPU: working memory k x 2 x batch x tokens x hidden (of one layer with
    recomputation, of all without), checkpoints 2 x layers x batch x tokens x hidden (with it), and the logits."""
    k = k or Span(*WORKING_K)
    one = 2.0 * batch * tokens * hidden
    logits = Span(*(width * batch * tokens * vocab for width in LOGIT_BYTES))
    if recompute:
        return Span(k.low * one, k.high * one) + Span.of(one * layers) + logits
    return Span(k.low * one * layers, k.high * one * layers) + logits


def checkpoint(params: float) -> float:
    """Bytes of a checkpoint with optimizer state."""
    return params * CHECKPOINT_BYTES


def write_rate(size: float, stall_s: float) -> float:
    """Bytes a second to write `size` within an allowed pause."""
    return size / stall_s
