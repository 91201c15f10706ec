"""The real documents, cut as they are for the index, with a search by shared characters: no vectors, so no waiting."""

from __future__ import annotations

from functools import cache

from assistant.agent.reply import Language
from assistant.knowledge.passage import Passage, SearchResult
from assistant.settings import PACKAGED_CORPUS
from ingest.load import load
from ingest.split import StructureParser


@cache
def _passages() -> tuple[Passage, ...]:
    documents, _ = load(PACKAGED_CORPUS)
    found = []
    for node in StructureParser().get_nodes_from_documents(documents):
        data = {key: node.metadata[key] for key in ("unit", "document", "title", "section", "language", "kind")}
        span = {"start": node.start_char_idx, "end": node.end_char_idx}
        lists = {"heading": tuple(node.metadata["heading"]), "products": tuple(node.metadata["products"])}
        found.append(Passage(id=node.id_, text=node.text, **data, **span, **lists))
    return tuple(found)


class Library:
    """What the agent needs of the knowledge, without an index."""

    corpus = "paper"
    embedder = "shared-pairs"

    def search(self, query: str, *, language: Language, limit: int = 5) -> SearchResult:
        wanted = {query[i : i + 2] for i in range(len(query) - 1)}
        scored = [
            p.model_copy(update={"score": sum(pair in p.text for pair in wanted) / max(1, len(wanted))})
            for p in _passages()
            if p.language == language
        ]
        best = sorted(scored, key=lambda p: p.score, reverse=True)[:limit]
        return SearchResult(passages=tuple(best), covered=bool(best) and best[0].score > 0.2)

    def unit(self, unit: str, language: Language) -> Passage | None:
        both = {p.language: p for p in _passages() if p.unit == unit}
        return both.get(language) or next(iter(both.values()), None)

    def document(self, document: str, language: Language) -> list[Passage]:
        own = [p for p in _passages() if p.document == document]
        return [p for p in own if p.language == language] or own

    def close(self) -> None:
        pass
