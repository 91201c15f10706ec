"""Nobody speaks as the vendor, and of the visitor only what they said is so."""

from __future__ import annotations

import pytest

from assistant.agent.llm.persons import Persons

ZH = Persons(
    "- 多模态归 T 系列 [1]\n- 单课题组或实验室节点优先 T4 / T4A [2]\n- 若预算有限：**T4 / T4A** [3]",
    "推荐 **T4 / T4A**（T 系列 AI 训练服务器）。",
    "实验室20人做多模态，明年换机房\n多模态\n单课题组",
)
EN = Persons(
    "- RAG points to the G series [1]\nCooling · What we suggest you watch: Confirm it before the quotation. [2]",
    "I recommend **G4 / G4A** (G series GPU compute servers).",
    "a law firm, one department, wants to search its files\nRAG\ndepartment",
)


@pytest.mark.parametrize(
    ("persons", "sentence"),
    [
        (ZH, "我们的团队会上门安装[2]。"),
        (ZH, "机房由我们负责核对[2]。"),
        (ZH, "我司长期服务于高校[2]。"),
        (EN, "We have installed many of these [1]."),
        (EN, "Talk to our engineers about cooling [2]."),
        (EN, "Contact us to confirm [2]."),
        (EN, "The drivers are set up and tested for you [2]."),
    ],
)
def test_the_vendor_does_not_speak(persons: Persons, sentence: str) -> None:
    assert persons.vendor(sentence)


@pytest.mark.parametrize(
    ("persons", "sentence"),
    [
        (ZH, "我们建议先看 T4 / T4A[2]。"),
        (ZH, "多模态归 T 系列[1]。"),
        (EN, "What we suggest you watch is cooling [2]."),
        (EN, "We recommend the G series for RAG [1]."),
        (EN, "The focus is on cooling [2]."),
        (EN, ""),
    ],
)
def test_a_recommendation_and_the_notes_own_we_are_no_vendors_speech(persons: Persons, sentence: str) -> None:
    assert persons.vendor(sentence) is None


@pytest.mark.parametrize(
    ("persons", "sentence"),
    [
        (ZH, "您的预算有限，所以看 T4 / T4A[3]。"),
        (ZH, "您已经有存储设备[2]。"),
        (EN, "Your firm has thousands of users [1]."),
        (EN, "You said cooling is a problem, so confirm it [2]."),
    ],
)
def test_the_visitor_is_not_told_what_they_did_not_say(persons: Persons, sentence: str) -> None:
    assert persons.visitor(sentence)


@pytest.mark.parametrize(
    ("persons", "sentence"),
    [
        (ZH, "您的任务是多模态，归 T 系列[1]。"),
        (ZH, "如果您的预算有限，可以看 T4 / T4A[3]。"),
        (ZH, "您可以先确认制冷[2]。"),
        (ZH, "您是单课题组，优先 T4 / T4A[2]。"),
        (EN, "Your department wants to search its files, which points to the G series [1]."),
        (EN, "You should confirm cooling first [2]."),
        (EN, "If your traffic grows, confirm cooling again [2]."),
        (EN, "RAG points to the G series [1]."),
        (EN, ""),
    ],
)
def test_their_own_words_advice_and_conditions_may_be_said(persons: Persons, sentence: str) -> None:
    assert persons.visitor(sentence) is None


@pytest.mark.parametrize("sentence", ["您", "you", "[1]", "。" * 1000, "\u200b", "您x" * 30_000, "our " * 30_000])
def test_odd_texts_break_nothing(sentence: str) -> None:
    ZH.vendor(sentence)
    ZH.visitor(sentence)
