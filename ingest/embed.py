"""Chunks to vectors: what is embedded, how a chunk is recognised as unchanged, and its word weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from llama_index.core.schema import BaseNode, TextNode

from assistant.knowledge.encoder import Encoder
from assistant.knowledge.index import Entry
from assistant.knowledge.passage import Language, Passage
from assistant.knowledge.sparse import terms
from assistant.knowledge.vectors import VECTORS_VERSION, Embedded, embed
from ingest.structure import CITATION_MARK


def body(node: TextNode) -> str:
    """The chunk's text without a sheet's citation mark, which says where it comes from and not what it is about."""
    return CITATION_MARK.sub("", node.text)


def embedded_text(node: TextNode) -> str:
    """What is embedded and indexed by words: the heading path (the title where there is none), then the text.

    A row's first cell names what the row is about, as a heading does, so it closes the path.
    """
    heading = list(node.metadata["heading"] or [node.metadata["title"]])
    if node.metadata["kind"] == "row" and " · " in node.text:
        heading.append(node.text.split(" · ", 1)[0])
    return f"{' > '.join(heading)}\n{body(node)}"


def entry(node: TextNode, embedder: str, *, alone: bool) -> Entry:
    """The chunk as it will be stored; `alone` if its unit has no version in the other language."""
    data = node.metadata
    passage = Passage(
        id=node.node_id,
        text=node.text,
        start=node.start_char_idx or 0,
        end=node.end_char_idx or 0,
        **{name: data[name] for name in ("unit", "document", "title", "section", "language", "kind")},
        heading=tuple(data["heading"]),
        products=tuple(data["products"]),
    )
    standing = "alone" if alone else "paired"
    parts = (embedded_text(node), body(node), embedder, VECTORS_VERSION, standing, *asked(node))
    fingerprint = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return Entry(passage, data["order"], fingerprint, data["derived"], data["source"])


def asked(node: TextNode) -> list[str]:
    """The questions that the chunk is known to answer: see `ingest/questions.py`."""
    questions: list[str] = node.metadata.get("asked", [])
    return questions


def words(nodes: Sequence[BaseNode]) -> tuple[list[list[str]], dict[Language, float]]:
    """Each chunk's terms, and by language the number of terms of a usual chunk (BM25's average length)."""
    found = [terms(embedded_text(node)) if isinstance(node, TextNode) else [] for node in nodes]
    usual: dict[Language, float] = {}
    for language in ("zh", "en"):
        lengths = [len(own) for node, own in zip(nodes, found, strict=True) if node.metadata["language"] == language]
        if lengths:
            usual["zh" if language == "zh" else "en"] = max(1.0, sum(lengths) / len(lengths))
    return found, usual


def units_alone(nodes: Sequence[BaseNode]) -> set[str]:
    """The units that exist in one language only."""
    versions = Counter(str(node.metadata["unit"]) for node in nodes)
    return {unit for unit, count in versions.items() if count == 1}


def embed_chunks(encoder: Encoder, nodes: Sequence[TextNode], alone: set[str]) -> list[Embedded]:
    """The model's vectors of each chunk; `alone` are the units without a version in the other language."""
    single = [node.metadata["unit"] in alone for node in nodes]
    texts, bodies = [embedded_text(node) for node in nodes], [body(node) for node in nodes]
    return embed(encoder, texts, bodies, single, [asked(node) for node in nodes])
