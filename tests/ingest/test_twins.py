"""A translation whose figures went astray is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from llama_index.core.schema import TextNode

from assistant.settings import PACKAGED_CORPUS
from ingest.load import load
from ingest.split import StructureParser
from ingest.twins import disagreeing


def _nodes(folder: Path) -> list[TextNode]:
    documents, _ = load(folder)
    return [node for node in StructureParser().get_nodes_from_documents(documents) if isinstance(node, TextNode)]


def _pair(folder: Path, zh: str, en: str) -> list[TextNode]:
    (folder / "memo.zh.md").write_text(f"# 备忘\n\n{zh}\n", encoding="utf-8")
    (folder / "memo.en.md").write_text(f"# Memo\n\n{en}\n", encoding="utf-8")
    return _nodes(folder)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("内存从 512GB 起。", "Memory from 128GB."),
        ("10/25GbE 可起步。", "1GbE will do."),
        ("要三台。", "It takes 3."),
        ("误差 0.5。", "An error of 5."),
    ],
)
def test_a_figure_that_only_one_version_has_is_told(tmp_path: Path, zh: str, en: str) -> None:
    told = disagreeing(_pair(tmp_path, zh, en))
    assert [unit for unit, _ in told] == ["memo#s0.p1"]


@pytest.mark.parametrize(
    ("zh", "en"),
    [("从 512GB 到 1TB。", "From 512GB to 1TB."), ("两个系列。", "Two series."), ("先 4 后 8。", "8 after 4.")],
)
def test_the_same_figures_in_any_order_are_no_matter(tmp_path: Path, zh: str, en: str) -> None:
    assert disagreeing(_pair(tmp_path, zh, en)) == ()


def test_a_unit_in_one_language_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "memo.zh.md").write_text("# 备忘\n\n内存 512GB。\n", encoding="utf-8")
    assert disagreeing(_nodes(tmp_path)) == ()


def test_the_shipped_corpus_says_the_same_figures_in_both_languages() -> None:
    assert disagreeing(_nodes(PACKAGED_CORPUS)) == ()
