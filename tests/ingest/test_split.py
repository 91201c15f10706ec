"""Splitting: one chunk per unit, with exact spans, the same units in both languages, rows that stand alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import Document, TextNode

from assistant.settings import PACKAGED_CORPUS
from ingest.embed import body, embedded_text
from ingest.load import load
from ingest.split import LONGEST, StructureParser


def _chunks(folder: Path) -> list[TextNode]:
    documents, skipped = load(folder)
    assert skipped == []
    return [node for node in StructureParser().get_nodes_from_documents(documents) if isinstance(node, TextNode)]


def _split(text: str, *, suffix: str = ".md", language: str = "en") -> list[TextNode]:
    metadata = {"document": "note", "language": language, "source": f"note{suffix}", "suffix": suffix}
    nodes = StructureParser().get_nodes_from_documents([Document(text=text, metadata=metadata)])
    return [node for node in nodes if isinstance(node, TextNode)]


@pytest.fixture(scope="module")
def real() -> list[TextNode]:
    return _chunks(PACKAGED_CORPUS)


def test_no_unit_is_there_twice(real: list[TextNode]) -> None:
    assert [name for name, count in Counter(node.node_id for node in real).items() if count > 1] == []


def test_spans_are_the_paragraph_item_or_row_in_the_source(real: list[TextNode]) -> None:
    sources = {node.metadata["source"] for node in real}
    texts = {source: (PACKAGED_CORPUS / source).read_bytes().decode("utf-8") for source in sources}
    for node in real:
        cut = texts[node.metadata["source"]][node.start_char_idx : node.end_char_idx]
        assert cut == cut.strip()
        if node.metadata["kind"] == "row":
            assert cut.startswith("|")
            assert cut.endswith("|")
            assert all(cell.strip() in node.text for cell in cut.strip("|").split("|"))
        elif "*" not in cut and "](" not in cut:
            assert cut == node.text


def test_both_languages_have_the_same_units_in_the_same_order(real: list[TextNode]) -> None:
    def listed(language: str) -> list[tuple[object, ...]]:
        own = [node.metadata for node in real if node.metadata["language"] == language]
        return [(data["unit"], data["kind"], data["section"], len(data["heading"]), data["order"]) for data in own]

    assert listed("zh") == listed("en")


@pytest.mark.parametrize(
    ("unit", "section", "start"),
    [
        ("whitepaper#preface.p2@zh", "preface", "推理、微调"),
        ("whitepaper#00.p1@zh", "00", "AI GPU 服务器采购"),
        ("whitepaper#04.5.p1@en", "04.5", "Before a formal quotation"),
        ("whitepaper#05.p2@en", "05", "For a single research group"),
        ("whitepaper#07.t1.r2@zh", "07", "内存 · 为什么重要: "),
        ("whitepaper#09.i3@en", "09", "Number of users"),
        ("whitepaper#10.p5@zh", "10", "电话：400-965-8299"),
        ("products/t4#s1.i1@zh", "05", "高校和科研院所"),
    ],
)
def test_units_of_the_real_corpus_are_where_they_should_be(
    real: list[TextNode], unit: str, section: str, start: str
) -> None:
    (node,) = [node for node in real if node.node_id == unit]
    assert node.metadata["section"] == section
    assert node.text.startswith(start)


def test_a_row_stands_alone_with_its_header(real: list[TextNode]) -> None:
    (row,) = [node for node in real if node.node_id == "whitepaper#07.t1.r2@en"]
    assert row.text == (
        "Memory · Why it matters: Affects data preprocessing, containers, caching and multi-user tasks. "
        "What we suggest you watch: 4 GPU training is usually assessed from 512GB - 1TB ECC; 8 GPU multi-user use is "
        "confirmed project by project."
    )


def test_the_heading_path_is_embedded_and_a_citation_mark_is_not(real: list[TextNode]) -> None:
    (row,) = [node for node in real if node.node_id == "whitepaper#07.t1.r2@zh"]
    assert embedded_text(row).startswith("07. 配置规划必须同时看这些因素 > 内存\n内存 · ")
    (sheet,) = [node for node in real if node.node_id == "products/t4#s1.i1@zh"]
    assert sheet.text.endswith("（白皮书 05）")
    assert body(sheet).endswith("T4 / T4A")


def test_numbers_outrank_heading_levels() -> None:
    nodes = _split("# Title\n\n# 04. Order\n\n## 1. First\n\na\n\n## 05. Cases\n\n### One\n\nb\n\n### Two\n\nc\n")
    assert [(node.metadata["section"], node.metadata["heading"]) for node in nodes] == [
        ("04.1", ["04. Order", "1. First"]),
        ("05", ["05. Cases", "One"]),
        ("05", ["05. Cases", "Two"]),
    ]
    assert [node.metadata["unit"] for node in nodes] == ["note#04.1.p1", "note#05.p1", "note#05.p2"]


def test_products_named_in_the_text_or_above_it_are_recorded() -> None:
    (node,) = _split("# T8\n\n## G4A\n\nNeither T4A nor s.\n")
    assert node.metadata["products"] == ["G4A", "T4A", "T8"]


def test_a_long_paragraph_is_cut_at_sentence_ends_and_stays_whole() -> None:
    text = " ".join(f"Sentence number {n} says very little." for n in range(200))
    nodes = _split(text)
    assert len(nodes) > 1
    assert all(len(node.text) <= LONGEST["en"] for node in nodes)
    assert " ".join(node.text for node in nodes) == text
    assert nodes[1].metadata["unit"] == "note#s0.p1.2"


def test_plain_text_is_cut_at_blank_lines() -> None:
    nodes = _split("One\nline.\n\n\n Two.\n", suffix=".txt")
    assert [node.text for node in nodes] == ["One\nline.", "Two."]


def test_lists_in_lists_code_and_windows_line_ends_keep_their_spans() -> None:
    text = "# T\r\n\r\n- one\r\n  - inner\r\n- two\r\n\r\n```\ncode\r\n```\r\n\r\nlast\u2028still\r\n"
    nodes = _split(text)
    assert [node.text for node in nodes] == ["one", "inner", "two", "code", "last\u2028still"]
    cuts = [text[node.start_char_idx : node.end_char_idx] for node in nodes]
    assert cuts[:3] == ["one", "inner", "two"]
    assert cuts[4] == "last\u2028still"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab字 #|-*1.\n\r`>[]()", max_size=200))
def test_any_markdown_splits_into_unique_units_with_spans_inside_it(text: str) -> None:
    nodes = _split(text)
    assert len({node.node_id for node in nodes}) == len(nodes)
    assert all(0 <= (node.start_char_idx or 0) <= (node.end_char_idx or 0) <= len(text) for node in nodes)
