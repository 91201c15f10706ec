"""The whole way from the corpus folder to a live index: load, split, embed, upsert.

Importing this module is cheap; the libraries behind the stages are imported by `run`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.errors import CorpusError
from assistant.knowledge.encoder import Encoder, embedder_id, encoder_for
from assistant.knowledge.record import IndexMetadata, recorded
from assistant.knowledge.vectors import VECTORS_VERSION
from assistant.settings import Settings
from ingest.corpus import QUESTIONS, SPLITTER_VERSION, corpus_hash

if TYPE_CHECKING:
    from ingest.load import Skipped

# Called with the stage ("split", "embed"), how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a run did: counts of chunks, but for `documents` (files read) and `skipped` (files not read, and why)."""

    documents: int
    new: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float

    @property
    def chunks(self) -> int:
        """Chunks in the index now."""
        return self.new + self.unchanged


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _version() -> str:
    return f"{SPLITTER_VERSION}.{VECTORS_VERSION}"


def is_stale(settings: Settings) -> bool:
    """Whether `run` would change anything: no index, or another corpus, embedder or splitter than the one it records.

    Cheap with the embedded index (hashes the corpus and reads one small file); with a server it asks the server.
    """
    written: IndexMetadata | None
    if settings.qdrant_url:
        from assistant.knowledge.index import Index

        index = Index.open(settings)
        try:
            written = index.metadata()
        finally:
            index.close()
    else:
        written = recorded(settings.index_dir)
    if written is None:
        return True
    wanted = (embedder_id(settings), _version(), corpus_hash(settings.corpus_dir))
    return (written.embedder, written.splitter, written.corpus) != wanted


def run(settings: Settings, progress: Progress | None = None, *, encoder: Encoder | None = None) -> Summary:
    """Bring the index up to date with the corpus folder.

    Unchanged chunks keep their vectors, an unchanged corpus changes nothing, and a run that fails leaves the old index.
    CorpusError if there is no document to read, IndexBusy if another process holds the embedded index.
    """
    from llama_index.core.schema import TextNode

    from assistant.knowledge.index import Index
    from ingest.embed import entry, units_alone, words
    from ingest.load import Skipped, load
    from ingest.questions import attach, read
    from ingest.split import StructureParser
    from ingest.upsert import rebuild

    started = perf_counter()
    report = progress or _silent
    encoder = encoder or encoder_for(settings)
    # Hashed before it is read: a file changed in between makes the index stale, not wrongly fresh.
    corpus = corpus_hash(settings.corpus_dir)
    documents, skipped = load(settings.corpus_dir)
    nodes: list[TextNode] = []
    parser = StructureParser()
    for done, document in enumerate(documents, start=1):
        nodes += [node for node in parser.get_nodes_from_documents([document]) if isinstance(node, TextNode)]
        report("split", done, len(documents))
    if not nodes:
        raise CorpusError(path=settings.corpus_dir, problem="there is no document in it that can be read")
    astray = attach(nodes, read(settings.corpus_dir))
    skipped += [Skipped(QUESTIONS, f"no one statement has these words: {words}") for words in astray]
    found, usual = words(nodes)
    metadata = IndexMetadata(embedder=encoder.id, splitter=_version(), corpus=corpus, usual_length=usual)
    alone = units_alone(nodes)
    entries = [entry(node, encoder.id, alone=node.metadata["unit"] in alone) for node in nodes]

    index = Index.open(settings)
    try:
        index.drop_strays()
        before = {(old.entry.passage.id, old.entry.fingerprint): old.id for old in index.entries()}
        now = {(own.passage.id, own.fingerprint) for own in entries}
        if index.metadata() != metadata:
            vectors = index.embedded()
            kept = {fingerprint: vectors[point] for (_, fingerprint), point in before.items() if point in vectors}
            chunks = list(zip(nodes, entries, found, strict=True))
            rebuild(index, metadata, encoder, chunks, kept, lambda done: report("embed", done, len(chunks)))
    finally:
        index.close()
    return Summary(
        documents=len(documents),
        new=len(now - before.keys()),
        unchanged=len(now & before.keys()),
        removed=len(before.keys() - now),
        skipped=tuple(skipped),
        seconds=perf_counter() - started,
    )
