"""Sums of money: what is a budget, in yuan or dollars, what is the price of a part, and what cannot be converted."""

from __future__ import annotations

from time import process_time

import pytest
from pydantic import ValidationError

from assistant.dialogue.money import foreign, money
from assistant.rules.currencies import Currencies, currencies, in_yuan, rate_of

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0


def read(text: str) -> list[tuple[float | None, float | None, bool]]:
    return [(found.figure.low, found.figure.high, found.converted) for found in money(text)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("预算80到120万", 800_000, 1_200_000),
        ("100-150万左右的预算", 1_000_000, 1_500_000),
        ("经费大概三五百万", 3_000_000, 5_000_000),
        ("手里有两百来万的经费", 2_000_000, 2_000_000),
        ("budget 3 million RMB", 3_000_000, 3_000_000),
        ("预算1.5个亿", 150_000_000, 150_000_000),
        ("院里批了百十来万", 1_000_000, 1_100_000),
        ("预算百万出头", 1_000_000, 1_000_000),
        ("不到一百万预算", None, 1_000_000),
        ("预算上百万", 1_000_000, None),
        ("between 800k and 1.2M RMB", 800_000, 1_200_000),
        ("预算 800000", 800_000, 800_000),
        ("大概能拿出三十万块钱", 300_000, 300_000),
        ("our budget is half a million yuan", 500_000, 500_000),
        ("CNY 1-1.5 million", 1_000_000, 1_500_000),
        ("预算的话，领导那边批了大概一百五十万", 1_500_000, 1_500_000),
        ("资金充足，300万封顶", None, 3_000_000),
        ("钱不多，也就五六十万", 500_000, 600_000),
        ("a million-level budget", 1_000_000, 9_999_999),
    ],
)
def test_a_budget_is_read_in_yuan(text: str, low: float | None, high: float | None) -> None:
    assert read(text) == [(low, high, False)]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("$200k", 1_424_000), ("20万美元的预算", 1_424_000), ("USD 150,000", 1_068_000), ("about 120k dollars", 855_000)],
)
def test_dollars_are_converted_at_the_published_average(text: str, yuan: float) -> None:
    assert read(text) == [(yuan, yuan, True)]


@pytest.mark.parametrize(
    "text",
    [
        "一张卡3万",
        "预算看情况，4090一张才1.5万",
        "每台40万",
        "单价3万",
        "每月2万次迭代",
        "花了30万步训练",
        "$3,000 per card",
        "each card must be under $10k",
        "200万张图片的数据",
        "75万",
        "预算一百五",
        "投入10万条样本",
        "H100 单卡700W",
        "服务器一台大概要20万",
    ],
)
def test_the_price_of_a_part_or_a_count_is_no_budget(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "words"), [("预算20万欧元", "20万欧元"), ("€120k budget", "€120k"), ("HK$2m", "HK$2m")]
)
def test_a_currency_without_a_rate_is_told_and_not_converted(text: str, words: str) -> None:
    assert read(text) == []
    assert foreign(text) == [(words, text.index(words), text.index(words) + len(words))]


def test_a_rate_has_its_year_and_its_source() -> None:
    table, rate = currencies(), rate_of("usd")
    assert rate is not None
    assert (rate.cny, rate.year) == (7.1217, 2024)
    assert "National Bureau of Statistics" in table.sources[rate.source]
    assert rate_of("EUR") is None
    assert in_yuan(1, "EUR") is None


def test_a_rate_without_a_listed_source_does_not_load() -> None:
    row = {"code": "USD", "cny": 7.1, "year": 2024, "basis": "annual average", "source": "C9"}
    with pytest.raises(ValidationError):
        Currencies.model_validate({"collected": "2026-11-24", "sources": {"C1": "x"}, "rates": [row]})


@pytest.mark.parametrize("text", ["一" * 4000, "1" * 4000, "几十" * 2000, "$" * 4000, "一张" * 2000])
def test_no_text_holds_the_reader_up(text: str) -> None:
    list(money("预算1万"))
    start = process_time()
    list(money(text))
    assert process_time() - start < _HELD_UP
