"""How the notes say something is how a sentence says it."""

from __future__ import annotations

import pytest

from assistant.agent.llm.stances import Stances

ZH = Stances(
    "硬件层 · 验证内容: GPU 识别、温度、风扇、电源、BMC、NVMe、网卡。 [1]\n单课题组或实验室节点优先 T4 / T4A [2]\n"
    "若多个课题组共享，或建成学院级平台：T8 / T8A [2]",
    "推荐 T4 / T4A（T 系列 AI 训练服务器）。",
    "我们一个课题组做训练，交货时查什么？能照隔壁那套买吗？",
)
EN = Stances(
    "Hardware layer · What is validated: GPU recognition, temperature, fans, power supplies, network cards. [1]\n"
    "A department-level inference platform goes first to G4 / G4A [2]\n"
    "If it becomes high-throughput, multi-model and multi-user: G8 / G8A [2]",
    "I recommend **G4 / G4A** (G series GPU compute servers).",
    "one department, forty users; what is checked on delivery? Can we copy the neighbours' machine?",
)
ASIDE_ZH = Stances("这张表不是交货清单，而是采购前的核对表。 [1]\n不要让散热成为满载训练的瓶颈。 [2]", "", "")
ASIDE_EN = Stances(
    "The table is planning advice for storage, not the delivery list of any line. [1]\n"
    "Do not let cooling become the bottleneck of full-load training. [2]",
    "",
    "",
)


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ZH, "风扇和电源不在验证内容里[1]。"),
        (ZH, "网卡无需验证[1]。"),
        (ZH, "单课题组并非一定要用 T4 / T4A[2]。"),
        (ZH, "硬件层没验证温度[1]。"),
        (EN, "Fans and power supplies are not validated [1]."),
        (EN, "A department never needs a platform like G4 / G4A [2]."),
        (EN, "The hardware layer is validated without network cards [1]."),
        (EN, "It doesn't become multi-user [2]."),
    ],
)
def test_what_no_note_denies_may_not_be_denied(stances: Stances, sentence: str) -> None:
    assert stances.denied(sentence)


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ZH, "硬件层不仅核对 GPU，也核对网卡[1]。"),
        (ZH, "材料没有写明其他验证内容[1]。"),
        (ZH, "不建议只看温度[1]。"),
        (EN, "Not only fans but network cards are validated [1]."),
        (EN, "You should not look at fans alone [1]."),
        (EN, "The notes do not say more about the hardware layer [1]."),
        (
            Stances("Do not let the CPU become the bottleneck [1]", "", ""),
            "The CPU must not, and need not, be a bottleneck [1].",
        ),
    ],
)
def test_advice_silence_and_what_a_note_denies_are_no_denials(stances: Stances, sentence: str) -> None:
    assert stances.denied(sentence) is None


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ASIDE_ZH, "这张表就是交货清单[1]。"),
        (ASIDE_ZH, "散热会成为满载训练的瓶颈[2]。"),
        (ASIDE_EN, "The table is the delivery list of a line [1]."),
        (ASIDE_EN, "Cooling tends to become the bottleneck of full-load training [2]."),
    ],
)
def test_what_a_note_sets_aside_may_not_be_stated(stances: Stances, sentence: str) -> None:
    assert stances.affirmed(sentence)


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ASIDE_ZH, "它是采购前的核对表，而非交货清单[1]。"),
        (ASIDE_ZH, "要避免散热成为满载训练的瓶颈[2]。"),
        (ASIDE_EN, "It is planning advice rather than a delivery list [1]."),
        (ASIDE_EN, "Keep cooling from becoming the bottleneck of full-load training [2]."),
        (ASIDE_EN, "The table gives planning advice for storage [1]."),
        (ASIDE_EN, ""),
    ],
)
def test_what_a_note_sets_aside_may_be_set_aside_in_other_words(stances: Stances, sentence: str) -> None:
    assert stances.affirmed(sentence) is None


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ZH, "多个课题组共享，这里建成学院级平台[2]。"),
        (EN, "It is multi-model, multi-user and has become high-throughput [2]."),
        (EN, "With forty users it becomes high-throughput, hence G8 / G8A [2]."),
    ],
)
def test_a_condition_may_not_be_told_as_a_fact(stances: Stances, sentence: str) -> None:
    assert stances.unconditional(sentence)


@pytest.mark.parametrize(
    ("stances", "sentence"),
    [
        (ZH, "多个课题组共享的话，看 T8 / T8A[2]。"),
        (ZH, "将来建成学院级平台，再看 T8 / T8A[2]。"),
        (ZH, "T8 / T8A 面向多个课题组共享[2]。"),
        (ZH, "单课题组用 T4 / T4A[2]。"),
        (EN, "Once it becomes high-throughput and multi-user, look at G8 / G8A [2]."),
        (EN, "G8 / G8A is for high-throughput, multi-model and multi-user work [2]."),
        (EN, "Network cards are validated at the hardware layer [1]."),
        (EN, "[2]"),
    ],
)
def test_a_condition_may_be_told_as_one_and_a_line_as_what_it_is_for(stances: Stances, sentence: str) -> None:
    assert stances.unconditional(sentence) is None


def test_what_the_visitor_said_is_no_condition() -> None:
    case = "five groups share a college-level platform"
    notes = "If several groups share it, or it becomes a college-level platform: T8 / T8A [1]"
    sentence = "Several groups share a college-level platform here [1]."
    assert Stances(notes, "", "one lab").unconditional(sentence)
    assert Stances(notes, "", case).unconditional(sentence) is None


@pytest.mark.parametrize("sentence", ["", "[1]", "。。。", "\u200b", "x" * 100_000, "好" * 50_000, "不是" * 20_000])
def test_what_states_nothing_or_far_too_much_breaks_nothing(sentence: str) -> None:
    for stances in (ZH, EN, ASIDE_ZH, ASIDE_EN):
        stances.denied(sentence)
        assert stances.affirmed(sentence) is None
        assert stances.unconditional(sentence) is None
