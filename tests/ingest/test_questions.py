"""The questions that statements are known to answer: where they go, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from llama_index.core.schema import TextNode

from assistant.errors import CorpusError
from assistant.knowledge.index import Index
from assistant.knowledge.search import Knowledge
from assistant.settings import PACKAGED_CORPUS, Settings
from ingest.corpus import QUESTIONS
from ingest.load import load
from ingest.pipeline import is_stale, run
from ingest.questions import Asked, attach, read
from ingest.split import StructureParser

if TYPE_CHECKING:
    from tests.ingest.conftest import CountingEncoder


def _nodes(folder: Path) -> list[TextNode]:
    documents, _ = load(folder)
    return [node for node in StructureParser().get_nodes_from_documents(documents) if isinstance(node, TextNode)]


def _write(folder: Path, *entries: dict[str, object]) -> None:
    (folder / QUESTIONS).write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")


def _asked(nodes: list[TextNode]) -> dict[str, list[str]]:
    return {node.node_id: node.metadata["asked"] for node in nodes if node.metadata.get("asked")}


def test_each_language_gets_its_own_questions(corpus: Path) -> None:
    nodes = _nodes(corpus)
    asked = Asked(document="handbook", quote="显存先看", zh=("先看什么？",), en=("what comes first?",))
    assert attach(nodes, [asked]) == ()
    assert _asked(nodes) == {"handbook#04.1.p1@zh": ["先看什么？"], "handbook#04.1.p1@en": ["what comes first?"]}


def test_a_statement_in_one_language_gets_the_questions_of_both(corpus: Path) -> None:
    (corpus / "note.zh.md").write_text("# 说明\n\n机柜要够深。\n", encoding="utf-8")
    nodes = _nodes(corpus)
    attach(nodes, [Asked(document="note", quote="机柜", zh=("多深？",), en=("how deep?",))])
    assert list(_asked(nodes).values()) == [["多深？", "how deep?"]]


def test_a_question_about_every_sheet_names_its_product(corpus: Path) -> None:
    nodes = _nodes(corpus)
    attach(nodes, [Asked(document="products/*", quote="用于训练", zh=("{line} 干什么用？",))])
    assert _asked(nodes) == {"products/t8#s1.i1@zh": ["T8 干什么用？"]}


def test_a_question_about_every_entry_of_a_list_names_what_it_is_about(corpus: Path) -> None:
    (corpus / "cards.en.md").write_text("# Cards\n\n- A1: 48 GB of memory\n- B2: 96 GB of memory\n", encoding="utf-8")
    nodes = _nodes(corpus)
    entry = Asked(document="cards", quote="GB of memory", each=True, en=("memory of the {name}?",))
    assert attach(nodes, [entry]) == ()
    assert [*_asked(nodes).values()] == [["memory of the A1?"], ["memory of the B2?"]]
    # Without `each` it is not clear which of the two is meant.
    assert attach(nodes, [entry.model_copy(update={"each": False})]) == ("cards: GB of memory",)


def test_a_question_about_a_whole_list_belongs_to_each_of_its_entries(corpus: Path) -> None:
    (corpus / "steps.en.md").write_text("# Steps\n\n## 01. Order\n\nIn order.\n\n1. Look.\n2. Ask.\n", encoding="utf-8")
    nodes = _nodes(corpus)
    assert attach(nodes, [Asked(document="steps", section="01", en=("which steps?",))]) == ()
    assert _asked(nodes) == {"steps#01.i1@en": ["which steps?"], "steps#01.i2@en": ["which steps?"]}
    assert attach(nodes, [Asked(document="steps", section="02", en=("and then?",))]) == ("steps: § 02",)


@pytest.mark.parametrize("place", [{}, {"quote": "显存先看", "section": "04"}])
def test_a_question_names_a_statement_or_a_section(place: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a quote or a section"):
        Asked(document="handbook", zh=("先看什么？",), **place)


def test_a_list_that_is_asked_for_as_a_whole_is_found_as_one(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    (corpus / "steps.en.md").write_text(
        "# Steps\n\n## 01. Order\n\n1. Look at the rack.\n2. Ask the vendor.\n3. Count the cards.\n", encoding="utf-8"
    )
    _write(corpus, {"document": "steps", "section": "01", "en": ["Which steps are there, from first to last?"]})
    run(settings, encoder=encoder)
    knowledge = Knowledge.open(settings, encoder=encoder)
    try:
        found = knowledge.search("From first to last, which steps are there?")
        assert [passage.unit for passage in found.answer] == [f"steps#01.i{n}" for n in (1, 2, 3)]
        assert knowledge.search("Count the cards.").whole == ()
    finally:
        knowledge.close()


@pytest.mark.parametrize(
    ("document", "quote"), [("handbook", "没有这句话"), ("handbok", "显存先看"), ("handbook", "。")]
)
def test_words_that_no_one_statement_has_are_told_and_harm_nothing(corpus: Path, document: str, quote: str) -> None:
    nodes = _nodes(corpus)
    assert attach(nodes, [Asked(document=document, quote=quote, zh=("问？",))]) == (f"{document}: {quote}",)
    assert _asked(nodes) == {}


def test_a_run_tells_of_words_that_have_gone(settings: Settings, corpus: Path, encoder: CountingEncoder) -> None:
    _write(corpus, {"document": "handbook", "quote": "早就删了", "zh": ["问？"]})
    summary = run(settings, encoder=encoder)
    assert [skipped.path for skipped in summary.skipped] == [QUESTIONS]
    assert "早就删了" in summary.skipped[0].problem


@pytest.mark.parametrize(
    "content",
    [
        "- {document: handbook}",
        "- {document: handbook, quote: 显存, zh: 问}",
        "- {document: handbook, quote: 显存, fr: [quoi]}",
        "just words",
        "- [",
        "\0",
    ],
)
def test_a_file_of_another_form_is_refused_by_name(
    settings: Settings, corpus: Path, encoder: CountingEncoder, content: str
) -> None:
    (corpus / QUESTIONS).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=QUESTIONS):
        run(settings, encoder=encoder)


def test_a_corpus_needs_no_questions(corpus: Path) -> None:
    assert read(corpus) == ()


def test_only_the_chunk_whose_questions_changed_is_embedded_again(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    run(settings, encoder=encoder)
    before = encoder.embedded
    _write(corpus, {"document": "handbook", "quote": "显存先看", "zh": ["哪一样最要紧？"]})
    assert is_stale(settings)
    summary = run(settings, encoder=encoder)
    assert (summary.new, summary.removed) == (1, 1)
    assert encoder.embedded == before + 1


def test_kept_vectors_keep_their_questions(settings: Settings, corpus: Path, encoder: CountingEncoder) -> None:
    _write(corpus, {"document": "handbook", "quote": "显存先看", "zh": ["哪一样最要紧？", "先盯着什么？"]})
    run(settings, encoder=encoder)
    text = (corpus / "handbook.zh.md").read_text(encoding="utf-8")
    (corpus / "handbook.zh.md").write_text(text.replace("开场白。", "另一句开场白。"), encoding="utf-8")
    run(settings, encoder=encoder)
    index = Index.open(settings)
    try:
        held = {entry.entry.passage.id: len(entry.asked) for entry in index.entries() if entry.asked}
    finally:
        index.close()
    assert held == {"handbook#04.1.p1@zh": 2}


def test_a_known_question_brings_its_statement_to_the_top(
    settings: Settings, corpus: Path, encoder: CountingEncoder
) -> None:
    question = "老板只给一次机会，最不能省的是哪一块？"

    def first() -> str:
        knowledge = Knowledge.open(settings, encoder=encoder)
        try:
            return knowledge.search("老板只给一次机会，哪一块最不能省？").passages[0].unit
        finally:
            knowledge.close()

    run(settings, encoder=encoder)
    without = first()
    _write(corpus, {"document": "handbook", "quote": "第二", "zh": [question]})
    run(settings, encoder=encoder)
    assert first() == "handbook#04.1.i2" != without


def test_every_question_of_the_shipped_corpus_has_its_statement() -> None:
    nodes, asked = _nodes(PACKAGED_CORPUS), read(PACKAGED_CORPUS)
    assert attach(nodes, asked) == ()
    whitepaper = {node.metadata["unit"] for node in nodes if node.metadata["document"] == "whitepaper"}
    known = {node.metadata["unit"] for node in nodes if node.metadata.get("asked")}
    assert whitepaper <= known
    every = [question for entry in asked for question in (*entry.zh, *entry.en)]
    assert len(every) == len(set(every))
