"""The real corpus held in memory and searched by shared words: the knowledge of tests, without an embedding."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from functools import cache
from pathlib import Path

from assistant.knowledge.passage import Language, Passage, SearchResult
from ingest.load import load
from ingest.split import StructureParser

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")
_STOP = re.compile(
    r"the|an?|of|to|for|and|or|is|are|be|in|on|with|by|as|at|it|what|how|does|do|which|can|we|my|me|i|you|about"
)
# Below this share of the question's words a passage is no answer.
_FLOOR = 0.2


def _words(text: str) -> Counter[str]:
    """Character pairs of Chinese and words of English."""
    lowered = text.lower()
    pairs = [run[i : i + 2] for run in _HAN.findall(lowered) for i in range(len(run) - 1)]
    return Counter([*pairs, *(word for word in _WORD.findall(lowered) if not _STOP.fullmatch(word))])


@cache
def passages() -> tuple[Passage, ...]:
    """Every unit of the corpus in both languages, cut as the ingest cuts it."""
    documents, skipped = load(CORPUS)
    assert not skipped
    nodes = StructureParser()._parse_nodes(documents)
    return tuple(
        Passage(
            id=node.id_,
            text=node.get_content(),
            start=node.start_char_idx,
            end=node.end_char_idx,
            **{
                name: node.metadata[name]
                for name in ("unit", "document", "title", "section", "heading", "language", "kind", "products")
            },
        )
        for node in nodes
    )


class Library:
    """A `KnowledgeSource`. While `gate` is not set every search waits; `asked` keeps what was searched for."""

    corpus = "test-corpus"
    embedder = "shared-words"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.closed = False
        self._words = {passage.id: _words(passage.text) for passage in passages()}
        self._held = Counter(word for words in self._words.values() for word in words)

    def search(self, query: str, *, language: Language, limit: int = 5) -> SearchResult:
        self.asked.append(query)
        assert self.gate.wait(timeout=60), "nobody opened the gate"
        wanted = _words(query)
        weight = {word: math.log(1 + len(self._words) / (1 + self._held[word])) for word in wanted}
        # What the corpus never speaks of counts for half, so that filler words do not drown the subject.
        total = sum(w if self._held[word] else w / 2 for word, w in weight.items()) or 1.0
        scored = [
            passage.model_copy(update={"score": sum(weight[w] for w in wanted if w in self._words[passage.id]) / total})
            for passage in passages()
            if passage.language == language
        ]
        best = sorted(scored, key=lambda p: (-p.score, p.document != "whitepaper", p.start))[:limit]
        covered = bool(best) and best[0].score >= _FLOOR and len(wanted & self._words[best[0].id]) > 1
        return SearchResult(passages=tuple(best), covered=covered)

    def unit(self, unit: str, language: Language) -> Passage | None:
        versions = {p.language: p for p in passages() if p.unit == unit}
        return versions.get(language) or next(iter(versions.values()), None)

    def document(self, document: str, language: Language) -> list[Passage]:
        return [p for p in passages() if p.document == document and p.language == language]

    def close(self) -> None:
        self.closed = True
