"""`advisor ingest`: bring the index up to date, and say what changed."""

from __future__ import annotations

from ui import console, setup
from ui.labels import say


def ingest() -> int:
    """Exit code 0 when the index is current; raises `CorpusError`, `IndexBusy` and `ModelError`."""
    from assistant.knowledge.encoder import encoder_for
    from ingest import pipeline

    language = console.language()
    chosen = setup.settings()
    setup.logs(chosen.log_level)
    before = pipeline.other_embedder(chosen)
    encoder = encoder_for(chosen)
    if before is not None:
        encoder.load()
        console.err(say("cli.embedder", language, before=before, now=encoder.id))
    summary = setup.ingested(chosen, language, encoder)
    counts = {
        "documents": summary.documents, "chunks": summary.chunks, "new": summary.new, "unchanged": summary.unchanged,
        "removed": summary.removed, "seconds": summary.seconds,
    }  # fmt: skip
    console.out(say("cli.ingested", language, **counts))
    return 0
