"""The product lines and GPU classes that the whitepaper names, spelled as it spells them.

What the letter in G2A, T4A or SF stands for is not stated by the whitepaper, so nothing here says it.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

Product = Literal["G2", "G2A", "G4", "G4A", "G8", "G8A", "T4", "T4A", "T8", "T8A", "T8X", "T-RackScale", "S", "SF"]
Series = Literal["G", "T", "S", "none"]
GpuClass = Literal["48gb", "96gb", "h100_h200", "blackwell"]

PRODUCTS: tuple[Product, ...] = get_args(Product)
GPU_CLASSES: tuple[GpuClass, ...] = get_args(GpuClass)

# A lone S is a letter far more often than a product, so it counts beside SF or a word for storage only.
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<code>[GT][- ]?\d{1,2}[AXax]?|T[- ]?Rack[- ]?Scale|SF)(?![A-Za-z0-9])"
    r"|(?P<s>S)(?=\s*(?:/|和|与|跟|还是|、|or\b|and\b|vs\b\.?|versus\b)\s*SF(?![A-Za-z0-9])|\s*(?:存储|产品线|系列|storage\b))"
    r"|(?<=SF)\s*(?:/|和|与|跟|还是|、|or\b|and\b|vs\b\.?|versus\b)\s*(?P<s_b>S)(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
_CANONICAL: dict[str, Product] = {product.upper().replace("-", ""): product for product in PRODUCTS}


def find_products(text: str) -> list[tuple[str, Product | None, int, int]]:
    """Product codes in a text as (words, product, start, end); `product` is None for a code that no line has."""
    found: list[tuple[str, Product | None, int, int]] = []
    for match in _CODE.finditer(text):
        words = match.group("code") or match.group("s") or match.group("s_b")
        key = re.sub(r"[-\s]", "", words).upper()
        found.append((words, _CANONICAL.get(key), match.start(), match.end()))
    return found


def products_in(text: str) -> tuple[Product, ...]:
    """The known product codes that a text names, in catalogue order."""
    named = {product for _, product, _, _ in find_products(text) if product}
    return tuple(product for product in PRODUCTS if product in named)
