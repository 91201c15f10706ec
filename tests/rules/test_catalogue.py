"""Product codes in a text: spelled in many ways, never confused with other codes."""

from __future__ import annotations

import pytest

from assistant.rules.catalogue import find_products, products_in


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("G2", ("G2",)),
        ("选 g4a 还是 G8A", ("G4A", "G8A")),
        ("T 8 和 T-4", ("T4", "T8")),
        ("t8x", ("T8X",)),
        ("T-RackScale", ("T-RackScale",)),
        ("t rack scale", ("T-RackScale",)),
        ("TRackScale 整柜", ("T-RackScale",)),
        ("S / SF 存储", ("S", "SF")),
        ("S/SF", ("S", "SF")),
        ("S系列", ("S",)),
        ("SF线", ("SF",)),
        ("G2/G2A、T4", ("G2", "G2A", "T4")),
        ("T8的价格", ("T8",)),
    ],
)
def test_a_code_is_found_however_it_is_written(text: str, products: tuple[str, ...]) -> None:
    assert products_in(text) == products


@pytest.mark.parametrize(
    "text", ["S", "is it S or M?", "H200", "GPT4", "SFTP", "RTX4090", "DGX", "AT4", "G2B2", "5G", "T4AB", "safe"]
)
def test_another_code_is_no_product(text: str) -> None:
    assert products_in(text) == ()


@pytest.mark.parametrize("text", ["G3", "T9A", "G16", "T2X"])
def test_a_code_that_no_line_has_is_found_as_unknown(text: str) -> None:
    assert [(words, product) for words, product, _, _ in find_products(text)] == [(text, None)]


def test_the_span_is_the_place_of_the_words() -> None:
    text = "我看 T8A 不错，G2 呢"
    for words, _, start, end in find_products(text):
        assert text[start:end] == words
