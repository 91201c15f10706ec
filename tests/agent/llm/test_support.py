"""A claim that stands in no note is told by its words; the notes in other words pass."""

from __future__ import annotations

import pytest

from assistant.agent.llm.scrutiny import _MOST_STRANGE
from assistant.agent.llm.support import Ground, repeats

ZH = Ground(
    "硬件层 · 验证内容: GPU 识别、温度、风扇、电源、BMC、NVMe、网卡。 [1]",
    "单课题组或实验室节点优先 T4 / T4A [2]",
    "若多个课题组共享，或建成学院级平台：T8 / T8A [2]",
    "推荐 T4 / T4A（T 系列 AI 训练服务器）。",
    asked="我们一个课题组做训练，交货时查什么？能照隔壁那套买吗？",
)
EN = Ground(
    "Hardware layer · What is validated: GPU recognition, temperature, fans, power supplies, network cards. [1]",
    "A department-level inference platform goes first to G4 / G4A [2]",
    "If it becomes high-throughput, multi-model and multi-user: G8 / G8A [2]",
    asked="one department, forty users; what is checked on delivery? Can we copy the neighbours' machine?",
)


@pytest.mark.parametrize(
    ("ground", "sentence"),
    [
        (ZH, "硬件层会核对 GPU 识别、温度、风扇和电源[1]。"),
        (ZH, "BMC、NVMe 和网卡也要验证[1]。"),
        (ZH, "因为是一个课题组，实验室节点从 T4 / T4A 看起[2]。"),
        (ZH, "多个课题组共享时再看 T8 / T8A[2]。"),
        (ZH, "材料没有写明其他内容[1]。"),
        (EN, "On delivery the hardware layer is validated: fans, power supplies and network cards [1]."),
        (EN, "For one department the platform to start with is G4 / G4A [2]."),
        (EN, "If it becomes multi-user at high throughput, G8 / G8A follows [2]."),
        (EN, "The notes do not state anything else [1]."),
        (EN, "OK."),
    ],
)
def test_the_notes_in_other_words_are_supported(ground: Ground, sentence: str) -> None:
    assert ground.strange(sentence) <= _MOST_STRANGE


@pytest.mark.parametrize(
    ("ground", "sentence"),
    [
        (ZH, "整机出厂前做过七天老化测试[1]。"),
        (ZH, "噪声低，放在办公室也没问题[2]。"),
        (ZH, "这一档是我们卖得最好的[2]。"),
        (ZH, "它的能效领先同行，电费能省不少[2]。"),
        (ZH, "驱动会由厂家工程师上门安装[1]。"),
        (EN, "It was burned in for a week before it left the factory [1]."),
        (EN, "Most customers in your industry are happy with it [2]."),
        (EN, "The chassis is quiet enough for an office [2]."),
        (EN, "This proves how reliable the machine is in daily operation [1]."),
        (EN, "Engineers install drivers at your site [1]."),
    ],
)
def test_a_claim_that_stands_in_no_note_is_strange(ground: Ground, sentence: str) -> None:
    assert ground.strange(sentence) > _MOST_STRANGE


@pytest.mark.parametrize(
    ("ground", "sentence"),
    [(ZH, "照隔壁那套买就好[1]。"), (EN, "You copy the neighbours' machine [1].")],
)
def test_the_visitors_own_words_are_no_support(ground: Ground, sentence: str) -> None:
    assert ground.strange(sentence) > _MOST_STRANGE


@pytest.mark.parametrize(
    "sentence",
    ["可以，核对 GPU 识别[1]。", "可以的。", "能，", "没问题，硬件层会验证[1]。", "是的，要验证网卡[1]。",
     "No. Fans are.", "Yes, fans are validated [1].",
     "Of course the hardware layer is [1].", "Sure — network cards [1]."],
)  # fmt: skip
def test_a_yes_or_no_is_not_the_models_to_say(sentence: str) -> None:
    assert ZH.verdict(sentence)
    assert Ground("是的，T4 / T4A 是按规则得出的。", "Yes, T4 follows from the rules.").verdict(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    ["可以先看硬件层[1]。", "硬件层会验证风扇[1]。", "是否共享还没有定[1]。", "能耗没有写明[1]。", "有四层[1]。",
     "Network cards are validated [1].", "Right after delivery fans are validated [1].", "Notes say so."],
)  # fmt: skip
def test_other_beginnings_are_no_verdict(sentence: str) -> None:
    assert ZH.verdict(sentence) is None


@pytest.mark.parametrize("sentence", ["", "[1]", "。。。", "T4 / T4A [2].", "\u200b", "x" * 100_000, "好" * 50_000])
def test_what_states_nothing_or_far_too_much_breaks_nothing(sentence: str) -> None:
    assert 0.0 <= ZH.strange(sentence) <= 1.0


@pytest.mark.parametrize(
    ("sentence", "said", "again"),
    [
        ("T4 / T4A 优先给单课题组[2]。", "单课题组优先 T4 / T4A[2]。", True),
        ("A single group starts with T4 [2].", "T4 is where a single group starts [2].", True),
        ("单课题组优先 T8[2]。", "单课题组优先 T4[2]。", False),
        ("It takes 512 GB.", "It takes memory.", False),
        ("学院级平台优先 T4[2]。", "单课题组优先 T4[2]。", False),
        ("[2]", "单课题组优先 T4[2]。", False),
    ],
)
def test_a_sentence_without_a_word_or_figure_of_its_own_repeats(sentence: str, said: str, again: bool) -> None:
    assert repeats(sentence, said) is again
