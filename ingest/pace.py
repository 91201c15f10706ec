"""How fast an ingest is, against the bare embedder on the same chunks in the same run."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from llama_index.core.schema import TextNode

from assistant.knowledge.encoder import encoder_for
from assistant.settings import Settings
from ingest.embed import embed_chunks, units_alone
from ingest.load import load as documents
from ingest.pipeline import run
from ingest.questions import attach, read
from ingest.split import StructureParser
from ingest.upsert import BATCH


@dataclass(frozen=True)
class Pace:
    """Chunks a second, and the share of the bare embedder's pace."""

    chunks: int
    chunks_per_s: float
    bare_per_s: float
    share: float


def measure() -> Pace:
    """A first ingest into an empty folder, against the bare embedder over the same chunks, one after the other."""
    settings = Settings()
    encoder = encoder_for(settings)
    found, _ = documents(settings.corpus_dir)
    nodes = [node for node in StructureParser().get_nodes_from_documents(found) if isinstance(node, TextNode)]
    attach(nodes, read(settings.corpus_dir))
    alone = units_alone(nodes)
    embed_chunks(encoder, nodes[:8], alone)
    started = perf_counter()
    for first in range(0, len(nodes), BATCH):
        embed_chunks(encoder, nodes[first : first + BATCH], alone)
    bare = len(nodes) / (perf_counter() - started)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        summary = run(settings.model_copy(update={"data_dir": Path(folder)}), encoder=encoder)
    pace = summary.chunks / summary.seconds
    return Pace(summary.chunks, pace, bare, pace / bare)
