"""When someone means to buy, as ISO dates seen from a given day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.dates import window

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Q1 2027", "2027-01-01", "2027-03-31"),
        ("2027 Q3", "2027-07-01", "2027-09-30"),
        ("2027年第二季度", "2027-04-01", "2027-06-30"),
        ("四季度", "2026-10-01", "2026-12-31"),
        ("Q2", "2027-04-01", "2027-06-30"),
        ("年底前落实", "2026-11-24", "2026-12-31"),
        ("by year-end", "2026-11-24", "2026-12-31"),
        ("February", "2027-02-01", "2027-02-28"),
        ("in December", "2026-12-01", "2026-12-31"),
        ("September 2028", "2028-09-01", "2028-09-30"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("next quarter", "2027-01-01", "2027-03-31"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("within 3 weeks", "2026-11-24", "2026-12-15"),
        ("within 2 months", "2026-11-24", "2027-01-23"),
        ("2027年5月", "2027-05-01", "2027-05-31"),
        ("明年上半年", "2027-01-01", "2027-06-30"),
    ],
)
def test_a_time_is_read(text: str, start: str, end: str) -> None:
    found = window(text, TODAY)
    assert found is not None
    assert (found.from_, found.to) == (start, end)


@pytest.mark.parametrize("text", ["", "soon", "没想好", "T4", "Q5", "20人"])
def test_no_time_is_no_window(text: str) -> None:
    assert window(text, TODAY) is None


def test_the_month_after_december_is_in_the_next_year() -> None:
    found = window("next month", date(2026, 12, 31))
    assert found is not None
    assert (found.from_, found.to) == ("2027-01-01", "2027-01-31")


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="年月日周季天12下上个明后底前QqMay nextwithin 3", max_size=14))
def test_no_words_about_time_break_the_reader(text: str) -> None:
    found = window(text, TODAY)
    assert found is None or found.from_ is None or found.to is None or found.from_ <= found.to
