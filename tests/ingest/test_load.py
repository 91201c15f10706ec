"""Loading: what is read, under which name and language, and what is skipped with its reason."""

from __future__ import annotations

from pathlib import Path

from ingest.corpus import SUFFIXES, corpus_hash
from ingest.load import READERS, load


def test_name_and_language_come_from_the_file_name(corpus: Path) -> None:
    documents, skipped = load(corpus)
    assert [document.id_ for document in documents] == [
        "handbook@en",
        "handbook@zh",
        "products/t8@en",
        "products/t8@zh",
    ]
    assert skipped == []


def test_without_a_language_in_its_name_a_file_is_in_what_it_is_written_in(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 存储\n\n存储要分层规划。\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Plan storage in layers.\n", encoding="utf-8")
    assert [document.metadata["language"] for document in load(tmp_path)[0]] == ["zh", "en"]


def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "sheet.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "binary.md").write_bytes(b"# a\0b")
    (tmp_path / "latin.txt").write_bytes("caf\xe9 \xff".encode("latin-1"))
    (tmp_path / "empty.md").write_text(" \n")
    (tmp_path / "twice.md").write_text("English text here.\n")
    (tmp_path / "twice.txt").write_text("English text there.\n")
    (tmp_path / ".hidden.md").write_text("hidden\n")
    (tmp_path / "good.md").write_text("A good file.\n")
    documents, skipped = load(tmp_path)
    assert [document.metadata["document"] for document in documents] == ["good", "twice"]
    assert {one.path: one.problem.split(" (")[0] for one in skipped} == {
        "binary.md": "it is binary, not text",
        "empty.md": "it has no text",
        "latin.txt": "it is not UTF-8",
        "sheet.xlsx": "unsupported format .xlsx",
        "twice.txt": "same document and language as twice.md",
    }


def test_an_absent_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == ([], [])


def test_every_supported_format_has_its_reader() -> None:
    assert set(READERS) == SUFFIXES


def test_the_corpus_hash_changes_with_a_name_or_a_byte_and_with_nothing_else(corpus: Path) -> None:
    before = corpus_hash(corpus)
    (corpus / "picture.png").write_bytes(b"\x89PNG")
    assert corpus_hash(corpus) == before
    path = corpus / "handbook.en.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = corpus_hash(corpus)
    assert changed != before
    path.rename(corpus / "manual.en.md")
    assert corpus_hash(corpus) not in (before, changed)
