"""When someone means to buy, as ISO dates seen from a given day."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.dates import purchase, window

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0

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


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("下个月中旬", "2026-12-11", "2026-12-20"),
        ("三季度", "2027-07-01", "2027-09-30"),
        ("年底前", "2026-11-24", "2026-12-31"),
        ("春节后", "2027-02-06", None),
        ("国庆前", "2026-11-24", "2027-09-30"),
        ("两个月内", "2026-11-24", "2027-01-23"),
        ("半年内", "2026-11-24", "2027-05-25"),
        ("by June 2027", "2026-11-24", "2027-06-30"),
        ("early next year", "2027-01-01", "2027-03-31"),
        ("H1 2027", "2027-01-01", "2027-06-30"),
        ("尽快", "2026-11-24", None),
        ("ASAP", "2026-11-24", None),
        ("in 6 weeks", "2026-11-24", "2027-01-05"),
        ("明年第二季度末", "2027-06-21", "2027-06-30"),
        ("3月20号", "2027-03-20", "2027-03-20"),
        ("12月底之前", "2026-11-24", "2026-12-31"),
        ("2027年底前", "2026-11-24", "2027-12-31"),
        ("3到5月", "2027-03-01", "2027-05-31"),
        ("下下个月", "2027-01-01", "2027-01-31"),
        ("下个月10号前", "2026-11-24", "2026-12-10"),
        ("in a couple of months", "2026-11-24", "2027-01-23"),
        ("the second half of next year", "2027-07-01", "2027-12-31"),
        ("mid-March", "2027-03-11", "2027-03-20"),
        ("before May", "2026-11-24", "2027-04-30"),
        ("in may", "2027-05-01", "2027-05-31"),
        ("15 March 2027", "2027-03-15", "2027-03-15"),
        ("2027-03-15", "2027-03-15", "2027-03-15"),
        ("by the end of next year", "2026-11-24", "2027-12-31"),
        ("元旦前", "2026-11-24", "2026-12-31"),
        ("after Chinese New Year", "2027-02-06", None),
        ("before Christmas", "2026-11-24", "2026-12-24"),
        ("三个月后", "2027-02-22", None),
        ("3月前", "2026-11-24", "2027-02-28"),
        ("3月底前", "2026-11-24", "2027-03-31"),
        ("年后", "2027-02-06", None),
        ("两三个月吧", "2026-11-24", "2027-02-22"),
        ("within 3 to 6 months", "2026-11-24", "2027-05-23"),
    ],
)
def test_everyday_times_are_read(text: str, start: str | None, end: str | None) -> None:
    found = window(text, TODAY)
    assert found is not None
    assert (found.from_, found.to) == (start, end)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("下个月采购", "下个月"),
        ("plan to buy in March 2027", "March 2027"),
        ("希望年底前能用上", "年底前"),
        ("项目要在6月底前验收", "6月底前"),
        ("预算明年批，计划明年上半年招标", "明年上半年"),
        ("2027年Q1立项，Q2采购", "Q2"),
        ("we need it by June", "by June"),
        ("go live in 6 weeks", "in 6 weeks"),
        ("尽快上线", "尽快"),
    ],
)
def test_a_time_near_words_for_buying_is_when_they_buy(text: str, words: str) -> None:
    (update,) = purchase(text, TODAY)
    assert update.evidence == words == text[update.start : update.end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "3月20号 30人去参观",
        "我们去年3月买了一台T4",
        "3月部署了DeepSeek",
        "近三个月内训练了5个模型",
        "明年6月毕业",
        "we may buy",
        "the paper is due in May",
        "we bought a server in March",
    ],
)
def test_another_time_is_no_purchase(text: str) -> None:
    assert purchase(text, TODAY) == []


@pytest.mark.parametrize("text", ["一" * 4000, "1" * 4000, "几十" * 2000, "1月" * 2000, "in 1 " * 800])
def test_no_text_holds_the_reader_up(text: str) -> None:
    purchase("下个月采购", TODAY)
    start = process_time()
    purchase("采购" + text, TODAY)
    assert process_time() - start < _HELD_UP
