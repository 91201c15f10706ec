"""Product codes as prose spells them: T八, T-8, "the eight-GPU T machine", T4/8, invented ones (G16, T8 Pro, T4B).

This reading is wider than `assistant.rules.catalogue.find_products`, on purpose: there a visitor is understood, and a
wrong guess would fill a field; here a draft is checked, and what looks like a code is one until the catalogue says so.
The whitepaper ties no digit to a number of cards; "8 卡 T 系列" is read as T8 only to be checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.rules.catalogue import PRODUCTS, Product, Series

_KNOWN: dict[str, Product] = {product.upper().replace("-", ""): product for product in PRODUCTS}
_DIGITS = {
    "二": "2", "两": "2", "贰": "2", "四": "4", "肆": "4", "八": "8", "捌": "8", "六": "6", "十二": "12", "十六": "16",
    "two": "2", "four": "4", "eight": "8", "six": "6", "sixteen": "16", "twelve": "12",
}  # fmt: skip
# Between the parts of a code; a figure before the letter makes it a unit ("96 G 8 卡", "20T 4 组").
_JOIN = r"[ \-_·‐-―−/.]"
_START = r"(?<![A-Za-z0-9])(?<!\d )"
# 选 T 四张卡 counts cards.
_NUMERAL = r"(?:十六|十二|[二四六八贰肆捌])"
_MEASURED = r"个种方点类者项条句步位名间大张块台路组"
_WORDS = r"two|four|eight|six|sixteen|twelve"
# What makers put behind a code; no line of the catalogue has any of it.
_SUFFIX = (
    r"[ -]?(?:Pro|Max|Plus|Ultra|Lite|Mini|Turbo|Super|Elite|Premium|Extreme|SE|Ti|NVL|HD|XL|Gen ?\d|v\d"
    r"|Mk ?\w{1,3}|I{2,3})"
    r"(?![A-Za-z])|[ ]?(?:增强|旗舰|升级|标准|高配|低配|豪华|尊享|至尊|入门|第?[二三四五]代)[版型]?|\+(?!\d)"
)
_CODE = re.compile(
    rf"(?:{_START}|(?<=SF))(?:"
    rf"(?P<letter>[GT])(?:{_JOIN}{{0,3}}(?P<digit>\d{{1,4}})|{_JOIN}{{0,2}}(?P<word>(?:{_WORDS})(?![a-z]))"
    rf"|[ -]?(?P<zh>{_NUMERAL}(?![{_MEASURED}]))"
    rf"|(?<=G)(?P<two>两)(?=[机型]))"
    rf"(?P<tail>(?:{_SUFFIX})|[A-Za-z]{{1,3}}(?![A-Za-z0-9])|[ -][AX](?![A-Za-z0-9/])(?! ?\d)(?! [a-z])"
    rf"|\(A\)|-(?!GPU)[A-Za-z0-9]{{1,3}}(?![A-Za-z0-9-])"
    rf"|/A(?![A-Za-z0-9]))?(?P<rest>(?<=\d)[A-Za-z0-9]{{1,12}})?"
    rf"|(?P<rack>T{_JOIN}{{0,3}}R{_JOIN}{{0,3}}a{_JOIN}{{0,3}}c{_JOIN}{{0,3}}k"
    rf"(?:{_JOIN}{{0,3}}S{_JOIN}{{0,3}}c{_JOIN}{{0,3}}a{_JOIN}{{0,3}}l{_JOIN}{{0,3}}e)?"
    rf"|T[ -]?(?:系列)?的?整柜)(?![A-Za-z0-9])"
    rf"|(?P<sf>S[ \-_·]?F(?P<sf_tail>\d{{1,2}}[A-Z]?|{_SUFFIX})?(?![A-Za-z0-9]))"
    rf"|(?P<s>S(?P<s_digit>[248](?:[AX])?)?)(?=\s*(?:/|和|与|跟|或|、|or\b|and\b|vs\b)\s*SF(?![A-Za-z0-9])"
    rf"|\s*(?:存储|产品线|系列|型存储|线(?!程|路))|[ -](?:storage|series|line)(?![a-z]))"
    rf"|(?<=SF)\s?(?:/|和|与|或|or|and)\s?(?P<after>S)(?![A-Za-z0-9])"
    rf")",
    re.IGNORECASE,
)
# "T4/8", "T4、8": the letter said once.
_SHARED = re.compile(r"[/、](\d{1,2})([AX]?)(?![A-Za-z0-9.])(?!\s*(?:GB|张|卡|人|个|台|块|路|GPU))", re.IGNORECASE)
_CARDS = r"(?P<{n}>2|4|8|16|二|两|四|八|十六|two|four|eight|sixteen)"
_DESCRIBED = re.compile(
    rf"(?<![\d.]){_CARDS.format(n='zh_first')}\s?(?:卡|张卡|GPU)的?\s?(?P<l1>[GT])(?:\s?系列|\s?系|型|机)"
    rf"|(?<![A-Za-z0-9])(?P<l2>[GT])\s?系列?(?:的|里的|中的)?\s?{_CARDS.format(n='zh_last')}\s?(?:卡|张卡"
    rf"|GPU)(?:机|型|版|服务器|节点|款|那)"
    rf"|(?<![A-Za-z0-9]){_CARDS.format(n='en_first')}[- ](?:GPU|card|way)s?\s(?P<l3>[GT])(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9])(?P<l4>[GT])[- ](?:series|line|machine"
    rf"|server)\s(?:\w{{1,8}}\s){{0,2}}with\s{_CARDS.format(n='en_last')}\s(?:GPU|card)",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"(?<![A-Za-z0-9])(?P<first>[A-Z])(?:\s?(?:/|、|和|与|跟|或|还是|or|and|vs\.?)\s?(?P<second>[A-Z]))?"
    r"(?:\s|-)?(?:系列|产品线|(?i:series|line)\b)|(?P<t>AI 训练服务器|(?i:AI training servers?))"
    r"|(?P<g>GPU 计算服务器|(?i:GPU compute servers?))"
)
# Without any of these a text names no product, or describes none.
_ANY = re.compile(r"(?<![A-Za-z0-9])[GTS]", re.IGNORECASE)
_CARDS_SAID = re.compile(r"卡|GPU|card|-way", re.IGNORECASE)


@dataclass(frozen=True)
class Code:
    """A product named at `text[start:end]`; `product` is None for a code that no line has."""

    words: str
    product: Product | None
    start: int
    end: int


def _code(match: re.Match[str]) -> list[Product | None]:
    if match["rack"]:
        return ["T-RackScale"]
    if match["sf"]:
        return [None if match["sf_tail"] else "SF"]
    if match["s"] or match["after"]:
        return [None if match["s_digit"] else "S"]
    number = match["digit"] or _DIGITS[(match["word"] or match["zh"] or match["two"]).lower()]
    tail = re.sub(r"[^A-Za-z0-9\u4e00-\u9fff+]", "", match["tail"] or "") + (match["rest"] or "")
    key = f"{match['letter']}{number}{tail.removesuffix('s')}".upper()
    return [_KNOWN.get(key)]


def codes(text: str) -> list[Code]:
    """Every product that a plain text names, in order."""
    found: list[Code] = []
    if not _ANY.search(text):
        return found
    for match in _CODE.finditer(text):
        found += [Code(match[0].strip(), product, match.start(), match.end()) for product in _code(match)]
        place = match.end()
        for _ in range(4):
            more = _SHARED.match(text, place) if match["digit"] else None
            if more is None:
                break
            key = f"{match['letter']}{more[1]}{more[2]}".upper()
            found.append(Code(f"{match['letter']}{more[1]}{more[2]}", _KNOWN.get(key), more.start(), more.end()))
            place = more.end()
    for match in _DESCRIBED.finditer(text) if _CARDS_SAID.search(text) else ():
        number = next(match[n] for n in ("zh_first", "zh_last", "en_first", "en_last") if match[n])
        letter = next(match[n] for n in ("l1", "l2", "l3", "l4") if match[n]).upper()
        found.append(
            Code(match[0], _KNOWN.get(letter + _DIGITS.get(number.lower(), number)), match.start(), match.end())
        )
    return sorted(found, key=lambda code: code.start)


def series_named(text: str) -> list[tuple[str, Series | None, int, int]]:
    """Series that a plain text names as (words, series, start, end); None for a letter that no series has."""
    found: list[tuple[str, Series | None, int, int]] = []
    known: dict[str, Series] = {"G": "G", "T": "T", "S": "S"}
    for match in _SERIES.finditer(text):
        letters = ["T"] if match["t"] else ["G"] if match["g"] else [match["first"], match["second"]]
        found += [(match[0], known.get(letter), match.start(), match.end()) for letter in letters if letter]
    return found
