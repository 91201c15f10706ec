"""The part of a passage that answers: always words of the passage, in one piece."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.library import passages
from assistant.agent.extract import answering_part
from assistant.knowledge.passage import Language, Passage

QUESTIONS = [
    "小规模试点用哪一档？",
    "学院级共享平台怎么选",
    "where does a small pilot start?",
    "what is the first choice for a laboratory node?",
    "机房要确认什么",
    "weather",
    "",
    "🙂",
]


def passage(unit: str, language: Language) -> Passage:
    return next(p for p in passages() if p.unit == unit and p.language == language)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_part_stands_in_the_passage_word_for_word(question: str) -> None:
    for candidate in passages():
        part = answering_part(question, candidate)
        assert part
        assert part in candidate.text
        assert part == part.strip()


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40), st.sampled_from(passages()))
def test_no_question_makes_the_part_anything_else(question: str, candidate: Passage) -> None:
    assert answering_part(question, candidate) in candidate.text


def test_a_row_or_an_item_is_never_cut() -> None:
    for candidate in passages():
        if candidate.kind != "paragraph":
            assert answering_part("小规模试点 T8 显存 pilot", candidate) == candidate.text


def _holding(words: str, language: Language) -> Passage:
    return next(p for p in passages() if p.document == "whitepaper" and p.language == language and words in p.text)


@pytest.mark.parametrize(
    ("language", "question", "words", "left_out"),
    [
        ("zh", "小规模试点从哪里开始", "小规模试点可从 G2 / G2A 开始；", "高吞吐"),
        ("zh", "学院级共享平台优先什么", "学院级共享平台优先 T8 / T8A；", "单课题组"),
        ("en", "where may small pilots start", "Small pilots may start with G2 / G2A;", "high-throughput"),
    ],
)
def test_only_the_clauses_that_answer_are_quoted(language: Language, question: str, words: str, left_out: str) -> None:
    whole = _holding(words, language)
    part = answering_part(question, whole)
    assert words in part
    assert left_out not in part
    assert left_out in whole.text


def test_a_question_that_shares_nothing_gets_the_whole_paragraph() -> None:
    whole = _holding("小规模试点可从", "zh")
    assert answering_part("xyz", whole) == whole.text
