"""Search over the real corpus: the right unit, once, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.errors import IndexBusy, IndexMismatch, IndexMissing
from assistant.knowledge.encoder import BundledEncoder, Vectors
from assistant.knowledge.retriever import HybridRetriever
from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from ingest.corpus import corpus_hash

EXPECTED = [
    ("how much RAM for 4-GPU training?", "4卡训练内存要多大？", "whitepaper#07.t1.r2", 1),
    ("what network speed does a training platform need", "训练平台的网络要多快", "whitepaper#07.t1.r4", 1),
    ("how should I lay out storage in layers", "存储怎么分层规划", "whitepaper#07.t1.r3", 1),
    ("what does the hardware layer acceptance check", "硬件层要验证哪些东西", "whitepaper#08.t1.r1", 1),
    ("what is a 48GB card good for", "48GB 的专业卡适合干什么", "whitepaper#06.t1.r1", 1),
    ("is a 96GB GPU enough for multi-user research", "96GB 的卡适合多用户科研吗", "whitepaper#06.t1.r2", 2),
    ("risk of choosing the lowest price", "只图便宜有什么风险", "whitepaper#02.t1.r3", 1),
    ("CUDA and driver checks on delivery", "交付时要验证 CUDA 和驱动吗", "whitepaper#08.t1.r2", 1),
    ("rack depth, power and cooling before quoting", "报价前要确认机柜深度和功率吗", "whitepaper#04.5.p1", 1),
    ("phone number of the vendor", "厂家电话号码", "whitepaper#10.p5", 1),
    ("how many users should I report", "需要提供使用人数吗", "whitepaper#09.i3", 3),
    ("high interconnect whole-rack training", "高互联整柜训练选什么", "whitepaper#01.t1.r4", 1),
    ("snapshot backups and dataset archives", "快照备份和数据集归档", "whitepaper#01.t1.r5", 2),
    ("G series versus T series", "G 系列和 T 系列怎么区分", "whitepaper#03.p1", 3),
]


@pytest.mark.parametrize(("en", "zh", "unit", "within"), EXPECTED)
def test_a_question_finds_the_same_unit_in_both_languages(
    knowledge: Knowledge, en: str, zh: str, unit: str, within: int
) -> None:
    for question in (en, zh):
        result = knowledge.search(question)
        assert unit in [passage.unit for passage in result.passages[:within]], question
        assert result.covered, question


@pytest.mark.parametrize(("question", "language"), [("4卡训练内存要多大？", "en"), ("RAM for 4-GPU training?", "zh")])
def test_the_answer_is_in_the_readers_language_whatever_the_question_is_in(
    knowledge: Knowledge, question: str, language: str
) -> None:
    passages = knowledge.search(question, language=language).passages
    assert passages[0].unit == "whitepaper#07.t1.r2"
    assert {passage.language for passage in passages} == {language}


def test_each_unit_comes_back_once_and_scores_fall(knowledge: Knowledge) -> None:
    passages = knowledge.search("T8 学院级平台", limit=20).passages
    assert len({passage.unit for passage in passages}) == len(passages) == 20
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("question", ["T8X 适合什么场景", "when do I need T8X"])
def test_a_question_about_a_product_finds_its_sheet(knowledge: Knowledge, question: str) -> None:
    assert "products/t8x" in {passage.document for passage in knowledge.search(question, limit=3).passages}


@pytest.mark.parametrize(
    "question", ["学院级共享平台怎么选", "存储怎么分层规划", "how is a department-level inference platform built"]
)
def test_the_whitepaper_goes_before_a_sheet_that_restates_it(knowledge: Knowledge, question: str) -> None:
    assert knowledge.search(question).passages[0].document == "whitepaper"


@pytest.mark.parametrize("question", ["T4A 的显卡型号是什么", "what GPU model does the T4A use"])
def test_what_a_sheet_says_is_not_stated_is_found_as_such(knowledge: Knowledge, question: str) -> None:
    found = knowledge.search(question)
    assert any(passage.unit.startswith("products/t4#s3.") for passage in found.passages)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "\0\0",
        "\ud800\udfff",
        "？？？！！",
        "😀" * 50,
        "a" * 20_000,
        "显存" * 10_000,
        "\u202e\u200b\x07",
        "的 了 吗",
        "%s {0} \\ ' \" ; --",
    ],
)
def test_no_string_breaks_search(knowledge: Knowledge, question: str) -> None:
    result = knowledge.search(question, language="zh", limit=3)
    assert len(result.passages) <= 3


@pytest.mark.parametrize("question", ["", "   ", "\0", "？？！", "😀😀"])
def test_a_question_without_words_is_not_covered(knowledge: Knowledge, question: str) -> None:
    result = knowledge.search(question, language="en")
    assert not result.covered
    assert result.passages == ()


def test_full_width_and_traditional_writing_find_the_same(knowledge: Knowledge) -> None:
    units = [
        knowledge.search(question).passages[0].unit
        for question in ("48GB 專業 GPU 適合什麼", "４８ＧＢ 专业 ＧＰＵ 适合什么")
    ]
    assert set(units) == {"whitepaper#06.t1.r1"}


def test_a_unit_opens_in_either_language_and_a_document_in_order(knowledge: Knowledge) -> None:
    chinese, english = (knowledge.unit("whitepaper#07.t1.r2", language) for language in ("zh", "en"))
    assert chinese
    assert english
    assert chinese.text.startswith("内存 · 为什么重要: ")
    assert "512GB - 1TB ECC" in english.text
    assert knowledge.unit("whitepaper#99.p1", "zh") is None
    starts = [passage.start for passage in knowledge.document("whitepaper", "zh")]
    assert starts == sorted(starts)
    assert len(starts) > 50
    assert knowledge.document("nothing", "zh") == []


def test_every_document_is_listed_with_its_titles(knowledge: Knowledge) -> None:
    listed = {document.document: document.titles for document in knowledge.documents()}
    assert listed["whitepaper"] == {
        "zh": "AI GPU 服务器选型白皮书 2026",
        "en": "AI GPU Server Selection Whitepaper 2026",
    }
    assert "products/t4" in listed


def test_the_retriever_returns_the_same_passages_as_nodes(knowledge: Knowledge) -> None:
    nodes = HybridRetriever(knowledge, language="en", limit=3).retrieve("RAM for 4-GPU training")
    passages = knowledge.search("RAM for 4-GPU training", language="en", limit=3).passages
    assert [node.node.node_id for node in nodes] == [passage.id for passage in passages]
    assert [node.score for node in nodes] == [passage.score for passage in passages]
    assert HybridRetriever(knowledge, only_covered=True).retrieve("how do I bake bread") == []


def test_threads_read_the_same_answers(knowledge: Knowledge) -> None:
    questions = [en for en, _, _, _ in EXPECTED]
    alone = [knowledge.search(question).passages for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: knowledge.search(question).passages, questions * 2))
    assert [[p.id for p in passages] for passages in together] == [[p.id for p in passages] for passages in alone * 2]


def test_a_second_process_is_told_that_the_index_is_busy(knowledge: Knowledge, knowledge_settings: Settings) -> None:
    with pytest.raises(IndexBusy, match="ADVISOR_QDRANT_URL"):
        Knowledge.open(knowledge_settings)


def test_without_an_index_search_says_what_to_run(tmp_path: object) -> None:
    settings = Settings(data_dir=f"{tmp_path}/none")
    with pytest.raises(IndexMissing, match="advisor ingest"):
        Knowledge.open(settings)
    assert not settings.index_dir.exists()


class Other(BundledEncoder):
    """The bundled model under another name."""

    @property
    def id(self) -> str:
        return "another/1"


def test_another_embedder_is_told_to_ingest_again(tmp_path: object, small_corpus: object) -> None:
    from ingest.pipeline import run

    settings = Settings(data_dir=f"{tmp_path}/data", corpus_dir=str(small_corpus))
    run(settings)
    with pytest.raises(IndexMismatch, match="another/1"):
        Knowledge.open(settings, encoder=Other())


class Unused(BundledEncoder):
    """Fails if asked to embed."""

    def _batch(self, texts: Sequence[str], encode: str) -> Vectors:
        raise AssertionError("embedded")


def test_a_question_without_words_is_not_embedded(tmp_path: object, small_corpus: object) -> None:
    from ingest.pipeline import run

    settings = Settings(data_dir=f"{tmp_path}/data", corpus_dir=str(small_corpus))
    run(settings)
    knowledge = Knowledge.open(settings, encoder=Unused())
    try:
        assert knowledge.search("？？").passages == ()
    finally:
        knowledge.close()


def test_an_open_index_tells_which_corpus_and_model_it_is_of(
    knowledge: Knowledge, knowledge_settings: Settings
) -> None:
    assert knowledge.corpus == corpus_hash(knowledge_settings.corpus_dir)
    assert knowledge.embedder == BundledEncoder().id
