"""Search in LlamaIndex's shape: the same engine as `Knowledge.search`, returning `NodeWithScore`."""

from __future__ import annotations

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.knowledge.passage import Language, Passage
from assistant.knowledge.search import Knowledge


def as_node(passage: Passage) -> TextNode:
    """A passage as a LlamaIndex node; its metadata holds every field but the text and the span."""
    metadata = passage.model_dump(mode="json", exclude={"text", "start", "end", "score"})
    return TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
    )


class HybridRetriever(BaseRetriever):
    """Passages for a question, best first. With `only_covered`, nothing below the relevance floor."""

    def __init__(
        self, knowledge: Knowledge, *, language: Language | None = None, limit: int = 5, only_covered: bool = False
    ) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._language = language
        self._limit = limit
        self._only_covered = only_covered

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        result = self._knowledge.search(query_bundle.query_str, language=self._language, limit=self._limit)
        if self._only_covered and not result.covered:
            return []
        return [NodeWithScore(node=as_node(passage), score=passage.score) for passage in result.passages]
