"""Words: how a text becomes terms, and which terms stand for each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.glossary import expand, meanings
from assistant.knowledge.question import Question
from assistant.knowledge.sparse import is_content, passage_weights, term_id, terms
from assistant.knowledge.wording import clean, fold, language_of, sentences, windows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T4A and T-RackScale", ["t4a", "and", "t-rackscale"]),
        ("512 GB 与 512GB", ["512gb", "与", "512gb"]),
        ("10/25GbE", ["10", "25gbe"]),
        ("servers, classes, status, GPUs", ["server", "class", "status", "gpu"]),
        ("ＧＰＵ 顯存", ["gpu", "显存"]),
        ("YRT's goal", ["yrt", "goal"]),
    ],
)
def test_codes_and_quantities_stay_whole_and_writing_is_folded(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(max_size=200))
def test_any_text_has_terms_with_32_bit_ids(text: str) -> None:
    assert all(0 <= term_id(term) < 2**32 for term in terms(clean(text)))


def test_term_ids_never_change() -> None:
    assert term_id("gpu") == 1232338519


def test_term_frequency_saturates_and_long_passages_pay() -> None:
    once, thrice = (passage_weights(["gpu"] * n + ["x"] * (9 - n), 9.0)[term_id("gpu")] for n in (1, 3))
    assert once < thrice < 1.5 * once
    assert passage_weights(["gpu"] + ["x"] * 50, 9.0)[term_id("gpu")] < once


def test_the_glossary_has_eighty_meanings_and_no_word_of_function() -> None:
    assert len(meanings()) >= 80
    for meaning in meanings():
        for word in (*meaning.zh, *meaning.en):
            assert any(is_content(term) for term in terms(word)), word


@pytest.mark.parametrize(
    ("text", "has", "lacks"), [("显存", "vram", "ram"), ("GPU memory", "显存", "内存"), ("memory", "内存", "显存")]
)
def test_the_longest_phrase_of_the_glossary_wins(text: str, has: str, lacks: str) -> None:
    instead = {term for found in expand(terms(text)) for term in found.instead}
    assert has in instead
    assert lacks not in instead


def test_a_question_weighs_its_own_words_above_the_glossarys() -> None:
    question = Question.of("课题组 T4A")
    assert question.weights[term_id("课题组")] == question.weights[term_id("t4a")] == 1.0
    assert 0 < question.weights[term_id("research")] < 1
    assert question.products == ("T4A",)


def test_function_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert term_id("what") not in Question.of("what about storage").weights
    assert term_id("what") in Question.of("what").weights


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4卡训练", "zh"), ("RAM for 4 GPUs", "en"), ("T4A 和 T8", "zh"), ("", "en"), ("GPU server memory 是什么", "zh")],
)
def test_a_texts_language_is_told(text: str, expected: str) -> None:
    assert language_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一句。两句！三句？", ["一句。", "两句！", "三句？"]),
        ("It costs 3.5 units. See e.g. the table. Done.", ["It costs 3.5 units.", "See e.g. the table.", "Done."]),
        ("no end", ["no end"]),
    ],
)
def test_sentences_are_cut_at_their_ends(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(alphabet="a1。.! \n字", max_size=80))
def test_sentences_cover_every_character_that_is_not_white_space(text: str) -> None:
    spans = sentences(text)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_windows_are_pairs_of_sentences_of_longer_texts_only() -> None:
    assert windows("一。二。") == []
    assert windows("一。二。三。") == ["一。二。", "二。三。"]


@given(st.text(max_size=300))
def test_cleaning_leaves_nothing_that_cannot_be_encoded(text: str) -> None:
    cleaned = clean(text + "\ud800\0", 100)
    cleaned.encode("utf-8")
    assert len(cleaned) <= 100
    assert "\0" not in cleaned
    fold(cleaned)
