"""The reranker: its rule, its time, what it must not change, and what it says of a model that is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import Field
from tiny_models import bi_encoder, cross_encoder

from assistant.errors import AdvisorError, ModelBroken, ModelNotFound, NotAReranker
from assistant.knowledge.encoder import BundledEncoder
from assistant.knowledge.fusion import reranked
from assistant.knowledge.reranker import BUDGET_S, CrossEncoder, Reranker, reranker_for
from assistant.knowledge.retriever import HybridRetriever
from assistant.knowledge.search import RERANKED, Knowledge
from assistant.settings import Settings

QUESTIONS = ["存储怎么分层规划", "how much RAM for 4-GPU training?", "T8 学院级平台", "how do I bake bread", "显存"]
TEXTS = ["storage", "gpu memory", "rack power the rack", "of the", "layer layer", "显 存", "power", "passage"] * 2


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("models") / "cross")


@pytest.fixture(scope="module")
def model(path: Path) -> CrossEncoder:
    return CrossEncoder(str(path))


def _nodes() -> list[NodeWithScore]:
    scored = enumerate(TEXTS)
    return [NodeWithScore(node=TextNode(id_=f"n{n}", text=text), score=5.0 - n / 4) for n, text in scored]


def _ids(nodes: list[NodeWithScore]) -> list[str]:
    return [node.node.node_id for node in nodes]


def test_scores_are_the_cross_encoders_own_before_they_are_squeezed(path: Path, model: CrossEncoder) -> None:
    import sentence_transformers
    from torch import logit, tensor

    library = sentence_transformers.CrossEncoder(str(path), device="cpu")
    squeezed = library.predict([("gpu memory", text) for text in TEXTS])
    assert model.scores("gpu memory", TEXTS) == pytest.approx(logit(tensor(squeezed)).tolist(), abs=1e-4)
    assert model.scores("gpu memory", []) == []
    assert len(model.scores("\0\ud800", ["", "x" * 5000])) == 2


def test_nodes_come_back_by_both_scores_in_units_of_their_spread(model: CrossEncoder) -> None:
    nodes = _nodes()
    ordered = Reranker(model).postprocess_nodes(nodes, query_str="gpu memory")
    first = {node.node.node_id: node.score or 0.0 for node in nodes}
    second = dict(zip(first, model.scores("gpu memory", TEXTS), strict=True))
    fused = reranked(first, second)
    assert [node.score for node in ordered] == pytest.approx(sorted(fused.values(), reverse=True), abs=1e-3)
    assert sorted(_ids(ordered)) == sorted(first)
    assert _ids(ordered) != _ids(nodes)


def test_what_there_was_no_time_for_stays_in_its_order(model: CrossEncoder) -> None:
    nodes = _nodes()
    ticks = iter([0.0, 0.0, BUDGET_S])
    ordered = Reranker(model, clock=lambda: next(ticks)).postprocess_nodes(nodes, query_str="gpu memory")
    unread = [own for own in _ids(ordered) if int(own[1:]) >= 4]
    assert unread == [f"n{n}" for n in range(4, 16)]
    late = Reranker(model, clock=iter([0.0, BUDGET_S]).__next__)
    assert _ids(late.postprocess_nodes(nodes, query_str="gpu memory")) == _ids(nodes)


def test_without_a_question_or_a_choice_nothing_is_read(model: CrossEncoder) -> None:
    nodes = _nodes()
    never = Reranker(model, clock=lambda: 1 / 0)
    assert never.postprocess_nodes(nodes) == nodes
    assert never.postprocess_nodes(nodes[:1], query_str="gpu") == nodes[:1]
    assert never.postprocess_nodes([], query_str="gpu") == []


@pytest.fixture(scope="module")
def twice(knowledge: Knowledge, model: CrossEncoder) -> Knowledge:
    """The same index behind a reranker."""
    return Knowledge(knowledge._index, BundledEncoder(), Reranker(model))


@pytest.mark.parametrize("question", QUESTIONS)
def test_search_changes_its_order_and_neither_its_scores_nor_its_verdict(
    knowledge: Knowledge, twice: Knowledge, question: str
) -> None:
    plain, ordered = (one.search(question, limit=RERANKED) for one in (knowledge, twice))
    assert {passage.id for passage in plain.passages} == {passage.id for passage in ordered.passages}
    assert [passage.id for passage in plain.passages] != [passage.id for passage in ordered.passages]
    scores = [passage.score for passage in ordered.passages]
    assert scores == sorted(scores, reverse=True)
    assert scores == pytest.approx([passage.score for passage in plain.passages])
    assert ordered.covered == plain.covered


def test_a_short_list_may_hold_what_the_first_stage_had_further_down(knowledge: Knowledge, twice: Knowledge) -> None:
    short, long = (twice.search(QUESTIONS[0], limit=limit).passages for limit in (3, 30))
    assert [passage.id for passage in short] == [passage.id for passage in long[:3]]
    assert [passage.id for passage in long[RERANKED:]] == [
        passage.id for passage in knowledge.search(QUESTIONS[0], limit=30).passages[RERANKED:]
    ]
    assert twice.search(QUESTIONS[0], limit=0).passages == ()
    assert twice.search("？？").passages == ()


class Recording(BaseNodePostprocessor):
    """Anybody's postprocessor: keeps the last three, last first."""

    seen: list[str] = Field(default_factory=list)

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        self.seen = [node.node.metadata["language"] for node in nodes]
        return nodes[::-1][:3]


def test_any_postprocessor_will_do_and_reads_the_questions_language(knowledge: Knowledge) -> None:
    other = Recording()
    searched = Knowledge(knowledge._index, BundledEncoder(), other)
    found = searched.search(QUESTIONS[1], language="zh", limit=2).passages
    assert set(other.seen) == {"en"}
    assert len(other.seen) == RERANKED
    assert {passage.language for passage in found} == {"zh"}
    first = knowledge.search(QUESTIONS[1], language="zh", limit=RERANKED).passages
    assert [passage.id for passage in found] == [first[-1].id, first[-2].id]
    nodes = HybridRetriever(searched, language="zh", limit=2).retrieve(QUESTIONS[1])
    assert [node.node.node_id for node in nodes] == [passage.id for passage in found]


def test_the_configured_reranker_is_opened_with_the_index(tmp_path: Path, path: Path, small_corpus: Path) -> None:
    from ingest.pipeline import run

    settings = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus, reranker_model=str(path))
    run(settings)
    knowledge = Knowledge.open(settings)
    try:
        assert isinstance(knowledge._reranker, Reranker)
        assert len(knowledge.search("storage layer").passages) == 2
    finally:
        knowledge.close()
    with pytest.raises(ModelNotFound):
        Knowledge.open(settings.model_copy(update={"reranker_model": str(tmp_path / "nothing")}))
    # What failed has let go of the index.
    Knowledge.open(settings.model_copy(update={"reranker_model": None})).close()
    assert reranker_for(Settings()) is None


def _torn(path: Path) -> Path:
    model = cross_encoder(path / "torn")
    (model / "model.safetensors").write_bytes(b"x" * 100)
    return model


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path / "nothing", ModelNotFound),
        (lambda path: bi_encoder(path / "bi"), NotAReranker),
        (lambda path: cross_encoder(path / "classes", outputs=3), NotAReranker),
        (lambda path: path, NotAReranker),
        (_torn, ModelBroken),
    ],
)
def test_a_model_that_can_not_rerank_says_so(
    tmp_path: Path, make: Callable[[Path], Path], expected: type[AdvisorError]
) -> None:
    with pytest.raises(expected) as caught:
        CrossEncoder(str(make(tmp_path)))
    assert all("ADVISOR_RERANKER_MODEL" in caught.value.message(language) for language in ("zh", "en"))
