"""Numbers as people write them, in both languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.figures import NUMBER, Figure, figure, parse_one

PROPERTY = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def parsed(text: str) -> tuple[float | None, float | None] | None:
    match = re.search(NUMBER, text, re.IGNORECASE)
    found = figure(match, text) if match else None
    return (found.low, found.high) if found else None


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("1,234,567", 1234567, 1234567),
        ("2.75", 2.75, 2.75),
        ("九", 9, 9),
        ("十", 10, 10),
        ("十六", 16, 16),
        ("二十", 20, 20),
        ("六十三", 63, 63),
        ("两百", 200, 200),
        ("一百零八", 108, 108),
        ("三千五百", 3500, 3500),
        ("两三百", 200, 300),
        ("四五十", 40, 50),
        ("七八千", 7000, 8000),
        ("几十", 20, 90),
        ("几百", 200, 900),
        ("seven", 7, 7),
        ("Seventeen", 17, 17),
        ("ninety", 90, 90),
        ("sixty-four", 64, 64),
        ("twenty one", 21, 21),
        ("a dozen", 12, 12),
        ("a hundred", 100, 100),
    ],
)
def test_one_number_is_read(words: str, low: float, high: float) -> None:
    assert parse_one(words) == Figure(low, high)


@pytest.mark.parametrize("words", ["", " ", "abc", "训练", "12a", "1.2.3", "一点点", "tenant", "twenty-twenty"])
def test_what_is_no_number_is_none(words: str) -> None:
    assert parse_one(words) is None


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("12 到 18", (12, 18)),
        ("12-18", (12, 18)),
        ("12～18", (12, 18)),
        ("五至八", (5, 8)),
        ("from 5 to 8", (5, 8)),
        ("between five and eight", (5, 8)),
        ("30万", (300_000, 300_000)),
        ("30到50万", (300_000, 500_000)),
        ("30万到50万", (300_000, 500_000)),
        ("1.2亿", (120_000_000, 120_000_000)),
        ("最多 9", (None, 9)),
        ("不到9", (None, 9)),
        ("9以下", (None, 9)),
        ("up to 9", (None, 9)),
        ("fewer: 9 or less", (None, 9)),
        ("至少 9", (9, None)),
        ("超过9", (9, None)),
        ("9以上", (9, None)),
        ("at least 9", (9, None)),
        ("9+", (9, None)),
        ("不高于 4", (None, 4)),
    ],
)
def test_a_figure_has_both_its_ends(text: str, ends: tuple[float | None, float | None]) -> None:
    assert parsed(text) == ends


def test_a_range_that_runs_backwards_is_no_figure() -> None:
    assert parsed("18 到 12") is None


def test_a_bound_in_another_clause_does_not_count() -> None:
    assert parsed("最多的，9") == (9, 9)


@PROPERTY
@given(st.integers(0, 99_999_999))
def test_digits_are_read_with_and_without_commas(value: int) -> None:
    assert parse_one(str(value)) == parse_one(f"{value:,}") == Figure(value, value)


@PROPERTY
@given(st.text(max_size=12))
def test_no_text_breaks_the_reader_of_numbers(words: str) -> None:
    found = parse_one(words)
    assert found is None or (found.low or 0) <= (found.high or 0)


def test_a_figure_in_another_unit_keeps_open_ends() -> None:
    assert Figure(None, 5).times(1000) == Figure(None, 5000)
    assert Figure(2, None).times(0.001) == Figure(0.002, None)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("三五", 3, 5),
        ("一两", 1, 2),
        ("十五六", 15, 16),
        ("二十几", 21, 29),
        ("百十", 100, 110),
        ("大几十", 50, 90),
        ("数十", 20, 90),
        ("一百来", 100, 100),
        ("一百五", 150, 150),
        ("两万五千", 25_000, 25_000),
        ("a couple of dozen", 24, 24),
        ("two hundred and fifty", 250, 250),
        ("half a million", 500_000, 500_000),
        ("a few hundred", 200, 900),
        ("hundreds of", 200, 900),
        ("half a dozen", 6, 6),
    ],
)
def test_vague_and_compound_numbers_are_read(words: str, low: float, high: float) -> None:
    assert parse_one(words) == Figure(low, high)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1.5个亿", (150_000_000, 150_000_000)),
        ("百十来万", (1_000_000, 1_100_000)),
        ("80w", (800_000, 800_000)),
        ("3千万", (30_000_000, 30_000_000)),
        ("上百人", (100, None)),
        ("20+", (20, None)),
        ("upwards of 50", (50, None)),
        ("no less than 25 people", (25, None)),
        ("20 or so", (20, 20)),
        ("between one hundred and two hundred", (100, 200)),
        ("founders and a dozen", (12, 12)),
    ],
)
def test_scales_and_bounds_in_everyday_words(text: str, ends: tuple[float | None, float | None]) -> None:
    assert parsed(text) == ends
