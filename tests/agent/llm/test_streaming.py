"""A stream as whole sentences: the same ones however the text is cut."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.agent.llm.streaming import CutOff, whole_sentences


async def streamed(pieces: Iterable[str], cut: bool = False, at_length: bool = True) -> AsyncGenerator[str]:
    for piece in pieces:
        yield piece
    if cut:
        raise CutOff(at_length=at_length)


def split(pieces: Iterable[str], cut: bool = False, at_length: bool = True) -> list[str]:
    async def all_of_them() -> list[str]:
        return [sentence async for sentence in whole_sentences(streamed(pieces, cut, at_length))]

    return asyncio.run(all_of_them())


def pieces_of(text: str, places: Iterable[int]) -> list[str]:
    ends = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[low:high] for low, high in pairwise(ends)]


# A text and its sentences.
KNOWN: list[tuple[str, list[str]]] = [
    ("显存先看。互联再看。", ["显存先看。", "互联再看。"]),
    ("建议 T4 / T4A。[1] 需要确认机房。[2][3]", ["建议 T4 / T4A。[1]", "需要确认机房。[2][3]"]),
    ("建议 T4 / T4A [1]。需要确认机房 [2]。", ["建议 T4 / T4A [1]。", "需要确认机房 [2]。"]),
    ("够用！真的？“是的。”好。", ["够用！", "真的？", "“是的。”", "好。"]),
    ("（见白皮书。）第二句。", ["（见白皮书。）", "第二句。"]),
    ("每张约 143.5 GiB，共 1.5 倍。", ["每张约 143.5 GiB，共 1.5 倍。"]),
    ("The T4 / T4A fits. It needs 96 GB. [1] Ask first.", ["The T4 / T4A fits.", "It needs 96 GB. [1]", "Ask first."]),
    ("It takes 1.5 TB, i.e. more. Next one.", ["It takes 1.5 TB, i.e. more.", "Next one."]),
    ("Check power, e.g. the PDU, first. [1]", ["Check power, e.g. the PDU, first. [1]"]),
    ("Several GPUs, e.g. eight, fit.[2] Good.", ["Several GPUs, e.g. eight, fit.[2]", "Good."]),
    ("Choose the T4A. It fits.", ["Choose the T4A.", "It fits."]),
    ("第一行\n第二行\n\n第三行", ["第一行", "第二行", "第三行"]),
    ("没有句号", ["没有句号"]),
    ("没有句号 [1]", ["没有句号 [1]"]),
    ("", []),
    (" \n \n", []),
    ("先看显存。[下单](http://x)。", ["先看显存。", "[下单](http://x)。"]),
    ("先看显存。![图](http://x/p.png) 再看。", ["先看显存。", "![图](http://x/p.png) 再看。"]),
    ("好![1]再看![图]。", ["好![1]", "再看![图]。"]),
    ("先看显存。[1][注]再看。", ["先看显存。[1]", "[注]再看。"]),
    ("等等……好。", ["等等……好。"]),
    ("Wait... then go. Done!", ["Wait...", "then go.", "Done!"]),
]


@pytest.mark.parametrize(("text", "sentences"), KNOWN)
def test_the_sentences_of_a_text_are_told_one_by_one(text: str, sentences: list[str]) -> None:
    assert split([text]) == sentences


@pytest.mark.parametrize(("text", "sentences"), KNOWN)
def test_a_text_that_comes_letter_by_letter_has_the_same_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(st.sampled_from(KNOWN), st.lists(st.integers(0, 200), max_size=12))
def test_the_same_sentences_however_the_text_is_cut(known: tuple[str, list[str]], places: list[int]) -> None:
    text, sentences = known
    assert split(pieces_of(text, places)) == sentences


_WORDS = st.sampled_from(
    [
        "显存",
        "T4 / T4A",
        "96 GB",
        "1.5",
        "e.g. ",
        "[1]",
        "[12]",
        "。",
        ". ",
        "！",
        "? ",
        "\n",
        " ",
        "”",
        ")",
        "fit",
        "A",
        ".",
    ]
)


@given(st.lists(_WORDS, max_size=40).map("".join), st.lists(st.integers(0, 400), max_size=12))
def test_no_cut_of_any_text_changes_its_sentences(text: str, places: list[int]) -> None:
    assert split(pieces_of(text, places)) == split([text])


@given(st.lists(_WORDS, max_size=40).map("".join), st.lists(st.integers(0, 400), max_size=12))
def test_nothing_of_a_text_is_lost_or_told_twice(text: str, places: list[int]) -> None:
    told = "".join(split(pieces_of(text, places)))
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", text)


@given(st.lists(st.sampled_from(["显存先看。", "It fits. ", "见白皮书。[1]"]), min_size=1, max_size=8))
def test_a_mark_never_begins_a_sentence(parts: Sequence[str]) -> None:
    assert not any(sentence.startswith("[") for sentence in split("".join(parts)))


def test_a_sentence_is_told_before_the_next_has_ended() -> None:
    told: list[str] = []

    async def pieces() -> AsyncGenerator[str]:
        yield "先看显存。再"
        assert told == ["先看显存。"]
        yield "看互联。"

    async def listen() -> None:
        async for sentence in whole_sentences(pieces()):
            told.append(sentence)

    asyncio.run(listen())
    assert told == ["先看显存。", "再看互联。"]


def test_a_text_without_an_end_is_told_in_parts_instead_of_being_kept_forever() -> None:
    async def first() -> str:
        def endless() -> Iterable[str]:
            while True:
                yield "很长"

        sentences = whole_sentences(streamed(endless()))
        try:
            return await anext(sentences)
        finally:
            await sentences.aclose()

    told = asyncio.run(first())
    assert 600 < len(told) < 700


def test_whoever_stops_listening_stops_the_stream() -> None:
    closed: list[bool] = []

    async def pieces() -> AsyncGenerator[str]:
        try:
            while True:
                yield "一句。"
        finally:
            closed.append(True)

    async def listen() -> None:
        sentences = whole_sentences(pieces())
        await anext(sentences)
        await sentences.aclose()
        assert closed == [True]

    asyncio.run(listen())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("先看显存。再看互", ["先看显存。"]),
        ("先看显存。再看互联。", ["先看显存。", "再看互联。"]),
        ("先看显存。[1]再看互联。[2]", ["先看显存。[1]", "再看互联。[2]"]),
        ("It fits. It needs 14", ["It fits."]),
        ("It fits. It needs 3.", ["It fits."]),
        ("It fits. It needs power.", ["It fits.", "It needs power."]),
        ("不推荐", []),
        ("", []),
    ],
)
def test_of_a_text_that_is_cut_off_only_whole_sentences_are_told(text: str, sentences: list[str]) -> None:
    assert split([text], cut=True) == sentences
    assert split(text, cut=True) == sentences


@pytest.mark.parametrize("text", ["先看显存。再看互", "It fits. It needs 14", "不推荐"])
def test_a_text_that_ends_within_a_sentence_and_not_at_its_length_is_no_text(text: str) -> None:
    with pytest.raises(CutOff):
        split(text, cut=True, at_length=False)


@pytest.mark.parametrize("text", ["先看显存。再看互联。[1]", "It fits.\n\n", ""])
def test_a_text_that_ends_with_a_sentence_is_whole_whatever_ended_it(text: str) -> None:
    assert split(text, cut=True, at_length=False) == split(text)


def test_an_error_in_the_middle_is_the_listeners() -> None:
    told: list[str] = []

    async def pieces() -> AsyncGenerator[str]:
        yield "先看显存。再"
        raise ConnectionResetError

    async def listen() -> None:
        async for sentence in whole_sentences(pieces()):
            told.append(sentence)

    with pytest.raises(ConnectionResetError):
        asyncio.run(listen())
    assert told == ["先看显存。"]
