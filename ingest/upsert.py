"""Vectors into the index: a new collection beside the live one, filled batch by batch, then switched to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from llama_index.core.schema import TextNode

from assistant.knowledge.encoder import Encoder
from assistant.knowledge.index import Entry, Index
from assistant.knowledge.record import IndexMetadata
from assistant.knowledge.sparse import passage_weights
from assistant.knowledge.vectors import Embedded
from ingest.embed import embed_chunks, units_alone

# Chunks embedded at a time: progress moves, and a stop loses little.
BATCH = 32


def rebuild(
    index: Index,
    metadata: IndexMetadata,
    encoder: Encoder,
    chunks: Sequence[tuple[TextNode, Entry, list[str]]],
    kept: dict[str, Embedded],
    progress: Callable[[int], None],
) -> None:
    """Write every chunk (node, entry, terms) to a new collection and make it live.

    `kept` holds vectors by fingerprint; what is in it is not embedded again. Any error leaves the old collection live.
    """
    name = index.create(uuid4().hex[:12], encoder.dimension, metadata)
    alone = units_alone([node for node, _, _ in chunks])
    for first in range(0, len(chunks), BATCH):
        batch = chunks[first : first + BATCH]
        missing = [(node, entry) for node, entry, _ in batch if entry.fingerprint not in kept]
        if missing:
            fresh = embed_chunks(encoder, [node for node, _ in missing], alone)
            kept.update({entry.fingerprint: own for (_, entry), own in zip(missing, fresh, strict=True)})
        rows = [
            (
                entry,
                kept[entry.fingerprint],
                passage_weights(words, metadata.usual_length[entry.passage.language]),
            )
            for _, entry, words in batch
        ]
        index.write(name, rows)
        progress(first + len(batch))
    index.switch(name)
