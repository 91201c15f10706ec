"""A product sheet says what the whitepaper says of a line, what it leaves open, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.rules.catalogue import PRODUCTS, Product, find_products, products_in

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
LANGUAGES = ("zh", "en")

TITLES: dict[str, tuple[Product, ...]] = {
    "g2": ("G2", "G2A"),
    "g4": ("G4", "G4A"),
    "g8": ("G8", "G8A"),
    "t4": ("T4", "T4A"),
    "t8": ("T8", "T8A"),
    "t8x": ("T8X",),
    "t-rackscale": ("T-RackScale",),
    "s": ("S", "SF"),
}
HEADINGS = {
    "zh": ["白皮书怎么说", "采购时确认什么", "材料没有说明的内容"],
    "en": ["What the whitepaper says", "What to confirm before buying", "What the material does not state"],
}
SAYS, CONFIRM, OPEN = range(3)
MARK = {
    "zh": re.compile(r"（白皮书 (\d\d(?:\.\d)?(?:、\d\d(?:\.\d)?)*)）$"),
    "en": re.compile(r" \(whitepaper (\d\d(?:\.\d)?(?:, \d\d(?:\.\d)?)*)\)$"),
}
SECTIONS = {*(f"{n:02}" for n in range(11)), *(f"04.{n}" for n in range(1, 6))}


@dataclass(frozen=True)
class Sheet:
    title: str
    headings: list[str]
    statements: list[list[str]]  # one list under each heading
    stray: list[str]


@dataclass(frozen=True)
class Statement:
    text: str  # without its mark
    sections: tuple[str, ...]


def read(name: str, language: str) -> Sheet:
    sheet = Sheet("", [], [], [])
    title = ""
    for line in (CORPUS / "products" / f"{name}.{language}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and not title:
            title = line.removeprefix("# ")
        elif line.startswith("## "):
            sheet.headings.append(line.removeprefix("## "))
            sheet.statements.append([])
        elif line.startswith("- ") and sheet.statements:
            sheet.statements[-1].append(line.removeprefix("- "))
        elif line:
            sheet.stray.append(line)
    return Sheet(title, sheet.headings, sheet.statements, sheet.stray)


def statements(name: str, language: str, part: int | None = None) -> list[Statement]:
    parts = read(name, language).statements
    found: list[Statement] = []
    for line in [line for n, lines in enumerate(parts) if part in (None, n) for line in lines]:
        mark = MARK[language].search(line)
        assert mark, f"no section mark at the end of: {line}"
        found.append(Statement(line[: mark.start()], tuple(re.split(r"、|, ", mark.group(1)))))
    return found


def numbered_tokens(text: str) -> Counter[str]:
    """Every run of Latin letters and digits that holds a digit: 25GbE, H100, G4A, 200."""
    return Counter(re.findall(r"[A-Za-z0-9]*\d[A-Za-z0-9]*", text))


def figures(text: str) -> Counter[str]:
    tokens = numbered_tokens(text)
    return Counter({token: count for token, count in tokens.items() if token not in PRODUCTS})


def whitepaper_sections(language: str) -> dict[str, str]:
    """The whitepaper's text by section number; a section 04.n belongs to 04 as well."""
    texts: dict[str, str] = {}
    current = ""
    for line in (CORPUS / f"whitepaper.{language}.md").read_text(encoding="utf-8").splitlines():
        if number := re.match(r"#+ (\d+)\. ", line):
            digits = number.group(1)
            current = digits if len(digits) == 2 else f"04.{digits}"
        for section in {current, current[:2]}:
            texts[section] = texts.get(section, "") + line + "\n"
    return texts


each_sheet = pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in TITLES for language in LANGUAGES]
)
each_pair = pytest.mark.parametrize("name", list(TITLES))


def test_every_sheet_exists_in_both_languages_and_there_is_no_other() -> None:
    files = {path.name for path in (CORPUS / "products").iterdir() if path.suffix == ".md"}
    assert files == {f"{name}.{language}.md" for name in TITLES for language in LANGUAGES}


@each_sheet
def test_a_title_names_the_codes_of_its_line(name: str, language: str) -> None:
    assert products_in(read(name, language).title) == TITLES[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_belongs_to_exactly_one_title(language: str) -> None:
    named = Counter(product for name in TITLES for product in products_in(read(name, language).title))
    assert named == Counter(PRODUCTS)


@each_sheet
def test_a_sheet_has_three_parts_with_statements_and_nothing_beside_them(name: str, language: str) -> None:
    sheet = read(name, language)
    assert sheet.headings == HEADINGS[language]
    assert all(sheet.statements)
    assert sheet.stray == []


@each_sheet
def test_every_statement_ends_with_existing_sections_in_order(name: str, language: str) -> None:
    for statement in statements(name, language):
        assert set(statement.sections) <= SECTIONS, statement
        assert list(statement.sections) == sorted(set(statement.sections)), statement


def test_the_sections_that_marks_may_name_are_those_of_the_whitepaper() -> None:
    for language in LANGUAGES:
        assert set(whitepaper_sections(language)) - {""} == SECTIONS


@each_pair
def test_both_languages_hold_the_same_statements_in_the_same_order(name: str) -> None:
    for part in (SAYS, CONFIRM, OPEN):
        zh, en = statements(name, "zh", part), statements(name, "en", part)
        assert [s.sections for s in zh] == [s.sections for s in en]
        for one, other in zip(zh, en, strict=True):
            assert figures(one.text) == figures(other.text)
            assert set(products_in(one.text)) == set(products_in(other.text))


@each_sheet
def test_every_statement_names_a_code_of_its_sheet_so_that_it_can_be_quoted_alone(name: str, language: str) -> None:
    for statement in statements(name, language):
        assert set(products_in(statement.text)) & set(TITLES[name]), statement.text


@each_sheet
def test_no_statement_stands_twice(name: str, language: str) -> None:
    texts = [statement.text for statement in statements(name, language)]
    assert len(texts) == len(set(texts))


@each_sheet
def test_every_product_code_exists(name: str, language: str) -> None:
    for statement in statements(name, language):
        assert all(product for _, product, _, _ in find_products(statement.text)), statement.text
        codes = re.findall(r"(?<![A-Za-z0-9])[GTS]\d+[A-Za-z]*", statement.text)
        assert set(codes) <= set(PRODUCTS), statement.text


@each_sheet
def test_every_figure_stands_in_the_section_that_the_statement_cites(name: str, language: str) -> None:
    whitepaper = whitepaper_sections(language)
    for statement in statements(name, language):
        cited = set(figures("".join(whitepaper[section] for section in statement.sections)))
        assert set(figures(statement.text)) <= cited, statement.text


@each_sheet
def test_the_codes_of_section_05_are_placed_as_section_05_places_them(name: str, language: str) -> None:
    """A tier statement (whitepaper 05 or 01) names only codes that the cited sections name."""
    whitepaper = whitepaper_sections(language)
    for statement in statements(name, language, SAYS):
        if set(statement.sections) <= {"01", "05"}:
            named = {product for section in statement.sections for product in products_in(whitepaper[section])}
            assert set(products_in(statement.text)) <= named, statement.text


@each_sheet
def test_no_amount_of_money_is_stated(name: str, language: str) -> None:
    text = (CORPUS / "products" / f"{name}.{language}.md").read_text(encoding="utf-8")
    assert not re.search(r"[¥￥$€£]|\d\s*(?:元|万|亿|million)|人民币|\b(?:RMB|CNY|USD|EUR|yuan|dollars?)\b", text, re.I)


@each_sheet
def test_no_number_of_gpus_and_no_memory_size_is_stated(name: str, language: str) -> None:
    for statement in statements(name, language):
        assert not re.search(r"(?<![A-Za-z0-9])\d+\s*(?:x\s*)?(?:GPU|卡|块|张|cards?\b)", statement.text, re.I)
        assert not re.search(r"\d\s*[GT]B\b", statement.text)


@each_sheet
def test_an_open_point_holds_no_figure(name: str, language: str) -> None:
    for statement in statements(name, language, OPEN):
        assert not figures(statement.text), statement.text
        assert statement.text.startswith("材料" if language == "zh" else "The material "), statement.text


@each_pair
@pytest.mark.parametrize(
    ("zh_word", "en_word", "sections"),
    [
        ("价格", "the price of", {"06", "10"}),
        ("折扣", "discount", {"10"}),
        ("库存", "stock", {"06", "10"}),
        ("供货周期", "lead time", {"06", "10"}),
        ("质保条款", "warranty terms", {"06", "10"}),
        ("兼容清单", "compatibility list", {"06"}),
        ("外形尺寸", "dimensions", {"10"}),
        ("功耗", "power consumption", {"10"}),
        ("内存", "memory", {"10"}),
        ("CPU", "CPU", {"10"}),
        ("容量", "capacity", {"10"}),
    ],
)
def test_what_only_the_formal_documents_decide_is_an_open_point(
    name: str, zh_word: str, en_word: str, sections: set[str]
) -> None:
    for language, word in (("zh", zh_word), ("en", en_word)):
        holders = [s for s in statements(name, language, OPEN) if word in s.text]
        assert any(set(s.sections) == sections for s in holders), word


@each_pair
def test_the_meaning_of_a_code_is_an_open_point(name: str) -> None:
    zh = " ".join(s.text for s in statements(name, "zh", OPEN))
    en = " ".join(s.text for s in statements(name, "en", OPEN))
    assert re.search(r"字母 [AX] 的含义|代号的含义|没有解释 T-RackScale 这一名称", zh)
    assert re.search(r"does not explain the (?:letter [AX] in|codes S / SF|name T-RackScale)", en)
    if name not in {"s", "t-rackscale"}:
        assert "数字代表什么" in zh
        assert "what the digit in the code stands for" in en


@pytest.mark.parametrize("name", [name for name in TITLES if name != "s"])
def test_the_gpu_class_of_a_compute_line_is_an_open_point(name: str) -> None:
    assert any("哪一类 GPU" in s.text and s.sections == ("06",) for s in statements(name, "zh", OPEN))
    assert any("which class or model of GPU" in s.text for s in statements(name, "en", OPEN))


@each_sheet
def test_facility_points_of_section_04_5_are_to_be_confirmed(name: str, language: str) -> None:
    assert [s for s in statements(name, language, CONFIRM) if s.sections == ("04.5",)]
