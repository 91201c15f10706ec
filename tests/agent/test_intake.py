"""What is accepted as a message."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.agent.intake import accept
from assistant.errors import EmptyMessage, InputError, MessageTooLong, NotText


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("  做渲染 \n", "做渲染"),
        ("line one\nline two\tend", "line one\nline two\tend"),
        ("🙂 人脸识别", "🙂 人脸识别"),
        ("?", "?"),
        ("20", "20"),
        ("做推理，一共有二十个人来使用它\x07好", "做推理，一共有二十个人来使用它 好"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_text_is_trimmed_and_kept(message: str, kept: str) -> None:
    assert accept(message, longest=4000) == kept


@pytest.mark.parametrize(
    "message", ["", " ", "\n\t \r\n", "\u3000\u3000", "\u200b", "\u200b\u200c\u200d\ufeff", "\u2060 \u00ad", "\u202e"]
)
def test_nothing_visible_is_an_empty_message(message: str) -> None:
    with pytest.raises(EmptyMessage):
        accept(message, longest=4000)


@pytest.mark.parametrize(
    "message",
    ["\x00", "\x00\x01\x02\x03", "PNG\x89\x00\x00\x00\x1a\x00", "\x1b[2J" * 5, "a\x00" * 30, "\ufffd" * 12, "\x7f" * 4],
)
def test_bytes_are_no_text(message: str) -> None:
    with pytest.raises(NotText):
        accept(message, longest=4000)


def test_the_limit_counts_characters_and_is_the_last_that_passes() -> None:
    assert len(accept("数" * 4000, longest=4000)) == 4000
    with pytest.raises(MessageTooLong) as caught:
        accept("数" * 4001, longest=4000)
    assert "4,001" in caught.value.message("zh")
    assert "4,000" in caught.value.message("en")


def test_twenty_thousand_characters_are_refused_with_both_numbers() -> None:
    with pytest.raises(MessageTooLong) as caught:
        accept("word " * 4000, longest=4000)
    assert caught.value.details == {"given": "19,999", "allowed": "4,000"}


def test_white_space_around_does_not_count_towards_the_limit() -> None:
    assert accept(" " * 9000 + "ok" + "\n" * 9000, longest=100) == "ok"


def test_a_lone_surrogate_does_not_reach_the_database() -> None:
    kept = accept("我们一共二十人做渲染和转码" + "\ud83d" + "还有备份任务要做", longest=4000)
    kept.encode("utf-8")


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60))  # type: ignore[arg-type]
def test_what_is_accepted_can_be_stored_and_has_something_to_read(message: str) -> None:
    try:
        kept = accept(message, longest=50)
    except InputError:
        return
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert kept == kept.strip()
    assert 0 < len(kept) <= 50
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in kept)
    assert accept(kept, longest=50) == kept
