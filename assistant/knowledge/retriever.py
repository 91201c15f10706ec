"""Search in LlamaIndex's shape: the same engine as `Knowledge.search`, returning `NodeWithScore`."""

from __future__ import annotations

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from assistant.knowledge.node import as_node
from assistant.knowledge.passage import Language
from assistant.knowledge.search import Knowledge


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
