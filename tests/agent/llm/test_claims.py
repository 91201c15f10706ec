"""Words that all stand in the notes may still be put together wrongly."""

from __future__ import annotations

import pytest

from assistant.agent.llm.claims import Claims

ZH = Claims(
    "- 模型训练归 T 系列 [1]\n- 单课题组或实验室节点优先 T4 / T4A [2]\n"
    "- 若多个课题组共享，或建成学院级平台：**T8 / T8A** [2]\n"
    "硬件层 · 验证内容: GPU 识别、温度、风扇、电源、BMC、NVMe、网卡。 [3]\n"
    "系统层 · 验证内容: OS、Driver、CUDA、cuDNN、NCCL。 [4]",
    "推荐 **T4 / T4A**（T 系列 AI 训练服务器）。",
)
EN = Claims(
    "- RAG points to the G series [1]\n- A department-level inference platform goes first to G4 / G4A [2]\n"
    "- If it becomes high-throughput, multi-model and multi-user: **G8 / G8A** [2]\n"
    "Network · 10/25GbE is enough to start single-machine inference; training platforms: 100/200/400GbE. [3]",
    "I recommend **G4 / G4A** (G series GPU compute servers).",
)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (EN, "A department-level inference platform goes first to G8 / G8A [2]."),
        (EN, "If it becomes high-throughput and multi-user, G4 / G4A is the one [2]."),
        (ZH, "单课题组或实验室节点优先 T8 / T8A[2]。"),
        (ZH, "多个课题组共享、学院级平台也是 T4 / T4A[2]。"),
        (ZH, "T4 / T4A 的散热设计和噪声控制领先一代[2]。"),
    ],
)
def test_what_is_said_of_one_product_may_not_be_said_of_another(claims: Claims, sentence: str) -> None:
    assert claims.stray(sentence)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (EN, "For a department-level platform G4 / G4A comes first [2]."),
        (EN, "Should it become multi-user and multi-model at high throughput, it is G8 / G8A [2]."),
        (ZH, "单课题组用实验室节点 T4 / T4A，多个课题组共享则是 T8 / T8A[2]。"),
        (ZH, "训练归 T 系列，所以单课题组看 T4 / T4A[2]。"),
        (ZH, "硬件层验证风扇和网卡[3]。"),
        (ZH, "T4[2]"),
        (ZH, ""),
    ],
)
def test_what_the_notes_say_of_a_product_may_be_said(claims: Claims, sentence: str) -> None:
    assert claims.stray(sentence) is None


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (ZH, "风扇、电源和网卡属于硬件层[4]。"),
        (ZH, "系统层包括 CUDA 和 NCCL[3]。"),
        (EN, "RAG points to the series of GPUs [3]."),
    ],
)
def test_a_statement_has_the_mark_of_a_note_that_holds_it(claims: Claims, sentence: str) -> None:
    assert claims.unmarked(sentence)
    assert (
        claims.unmarked("硬件层验证风扇、电源和网卡[3]。" if claims is ZH else "RAG points to the G series [1].")
        is None
    )


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (ZH, "T4 比 T8 更快[2]。"),
        (ZH, "这是最好的选择[2]。"),
        (ZH, "单课题组只能用 T4[2]。"),
        (ZH, "训练必须用 T4[2]。"),
        (EN, "G4 is faster than G8 [2]."),
        (EN, "It beats other vendors [2]."),
        (EN, "A department must take G4 [2]."),
        (EN, "G4 is the most popular platform [2]."),
    ],
)
def test_a_comparison_or_a_must_is_the_notes_to_make(claims: Claims, sentence: str) -> None:
    assert claims.compared(sentence)


@pytest.mark.parametrize(
    "sentence", ["单课题组优先 T4[2]。", "比较常见的是 T4[2]。", "10/25GbE is enough to start [3]."]
)
def test_what_is_no_comparison_or_stands_in_the_notes_passes(sentence: str) -> None:
    assert (EN if sentence.isascii() else ZH).compared(sentence) is None


@pytest.mark.parametrize("text", ["T4 " * 30_000, "比" * 50_000, "，" * 50_000, "[1]" * 30_000])
def test_far_too_much_breaks_nothing(text: str) -> None:
    claims = Claims(text, text)
    assert claims.stray(text) is None
    claims.unmarked(text)
    claims.compared(text)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (ZH, "训练一周就能跑完[1]。"),
        (ZH, "先看显存，其次看风扇[3]。"),
        (ZH, "报价后再核对网卡[3]。"),
        (ZH, "配两台 T4 / T4A[2]。"),
        (EN, "RAG answers come back within a second [1]."),
        (EN, "Fans are checked before delivery [3]."),
        (EN, "The platform takes three G4 servers [2]."),
        (EN, "It takes days [3]."),
    ],
)
def test_times_orders_and_numbers_of_machines_are_the_notes(claims: Claims, sentence: str) -> None:
    assert claims.measured(sentence)


def test_what_the_visitor_counted_may_be_counted() -> None:
    told = Claims("- 模型训练归 T 系列 [1]", "", "我们要两台，三周内到位")
    assert told.measured("两台都归 T 系列[1]。") is None
    assert told.measured("三台都归 T 系列[1]。")


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (ZH, "T4 / T4A 是成熟的实验室节点[2]。"),
        (ZH, "可以轻松扩到 T8 / T8A[2]。"),
        (EN, "G4 / G4A is a proven platform [2]."),
        (EN, "It grows seamlessly [2]."),
    ],
)
def test_nothing_is_praised(claims: Claims, sentence: str) -> None:
    assert claims.praised(sentence)


@pytest.mark.parametrize("sentence", ["单课题组优先 T4 / T4A[2]。", "训练归 T 系列[1]。", ""])
def test_plain_words_praise_and_measure_nothing(sentence: str) -> None:
    assert ZH.praised(sentence) is None
    assert ZH.measured(sentence) is None
