"""What stands beside a product, a series, a GPU or a figure in a sentence stands beside it in the notes."""

from __future__ import annotations

import pytest

from assistant.agent.llm.bindings import Bindings

ZH = Bindings(
    "训练 / 微调 / 多模态，优先 T 系列；推理 / RAG / 渲染，优先 G 系列 [1]\n"
    "- 小规模试点可从 G2 / G2A 开始 [2]\n- 若扩展为部门级推理平台，或预算充足：**G4 / G4A** [3]\n"
    "48GB 专业 GPU · 适合场景: 推理、渲染 [4]\n96GB 级 GPU · 适合场景: 多模态、LLM 微调 [5]",
    "推荐 **G2 / G2A**（G 系列 GPU 计算服务器）。",
    "视频转码，小规模试点",
)
EN = Bindings(
    "Network · Why it matters: Single-machine inference may start at 10/25GbE; training platforms should evaluate "
    "100/200/400GbE or IB. [1]\n"
    "For training the first choice is the T series, not the G series of G2 / G2A [2]\n"
    "System layer · What is validated: CUDA, cuDNN, Docker. [3]\nTraining layer · What is validated: NCCL, NVMe. [4]",
    "",
    "what network, and what is validated?",
)


@pytest.mark.parametrize(
    ("bindings", "sentence"),
    [
        (ZH, "渲染优先 T 系列[1]。"),
        (ZH, "微调归 T 系列，多模态归 G 系列[1]。"),
        (ZH, "推理、多模态这些任务，优先 G 系列[1]。"),
        (ZH, "部门级推理平台可从 G2 / G2A 开始[2]。"),
        (ZH, "小规模试点用 G4 / G4A[2]。"),
        (ZH, "预算充足，也可以选 G2 / G2A[3]。"),
        (ZH, "小规模试点优先 G4 / G4A，部门级推理平台优先 G2 / G2A[2][3]。"),
        (ZH, "48GB 专业 GPU 适合多模态[4]。"),
        (ZH, "归档属于 S 系列[1]。"),
        (EN, "Single-machine inference should evaluate 100/200/400GbE [1]."),
        (EN, "Training can start at 10/25GbE [1]."),
        (EN, "For training, the G series comes first [2]."),
        (EN, "The training layer validates cuDNN [4]."),
        (EN, "At the operations layer NCCL is validated [4]."),
    ],
)
def test_what_the_notes_tie_to_another_is_no_statement_of_theirs(bindings: Bindings, sentence: str) -> None:
    assert bindings.untied(sentence)


@pytest.mark.parametrize(
    ("bindings", "sentence"),
    [
        (ZH, "多模态和微调归 T 系列，推理归 G 系列[1]。"),
        (ZH, "推理优先 G 系列，而不是训练用的 T 系列[1]。"),
        (ZH, "视频转码的小规模试点，先看 G2 / G2A[2]。"),
        (ZH, "若预算充足，或扩展为部门级，看 G4 / G4A[3]。"),
        (ZH, "渲染可以看 48GB 专业 GPU，多模态看 96GB 级 GPU[4][5]。"),
        (EN, "Training platforms look at 100/200/400GbE; inference on a single machine may start at 10/25GbE [1]."),
        (EN, "For training it is the T series rather than the G series [2]."),
        (EN, "The system layer validates CUDA and cuDNN, the training layer NCCL [3][4]."),
        (EN, "Inference and training differ [1]."),
        (EN, ""),
    ],
)  # fmt: skip
def test_what_the_notes_tie_together_may_be_said_together(bindings: Bindings, sentence: str) -> None:
    assert bindings.untied(sentence) is None


def test_what_is_recommended_may_be_tied_to_the_visitors_own_case() -> None:
    told = Bindings("- RAG points to the G series [1]", "I recommend **G4 / G4A**.", "we render films")
    assert told.untied("G4 / G4A is for your rendering [1].") is None
    assert told.untied("G4 / G4A is for training [1].")


@pytest.mark.parametrize("sentence", ["T 系列", "[1]", "G4" * 10_000, "训练" * 10_000, "\u200b", "，" * 20_000])
def test_odd_texts_break_nothing(sentence: str) -> None:
    ZH.untied(sentence)
    EN.untied(sentence)
