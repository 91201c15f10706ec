"""`advisor ingest`: bring the index up to date, and say what changed."""

from __future__ import annotations

from ui import console, setup
from ui.labels import say


def ingest() -> int:
    """Exit code 0 when the index is current; raises `CorpusError` and `IndexBusy`."""
    from ingest import pipeline

    language = console.language()
    chosen = setup.settings()
    setup.logs(chosen.log_level)
    with console.progress({"split": say("cli.split", language), "embed": say("cli.embed", language)}) as told:
        summary = pipeline.run(chosen, told)
    for skipped in summary.skipped:
        console.err(say("cli.skipped", language, path=skipped.path, problem=skipped.problem))
    counts = {
        "documents": summary.documents, "chunks": summary.chunks, "new": summary.new, "unchanged": summary.unchanged,
        "removed": summary.removed, "seconds": summary.seconds,
    }  # fmt: skip
    console.out(say("cli.ingested", language, **counts))
    return 0
