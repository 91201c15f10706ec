"""The whole way from the corpus folder to a live index: load, split, embed, upsert.

Importing this module is cheap; the libraries behind the stages are imported by `run`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.errors import CorpusError
from assistant.knowledge.encoder import Encoder, embedder_id, encoder_for, same_model
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
    """What a run did: counts of chunks, but for `documents` (files read) and `skipped` (files not read, and why).

    `embedder` wrote the index, `longest` is how many tokens it reads at once (None for any number) and `overlong` how
    many of the chunks embedded now are longer, so that they were read in pieces.
    """

    documents: int
    new: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float
    embedder: str = ""
    longest: int | None = None
    overlong: int = 0

    @property
    def chunks(self) -> int:
        """Chunks in the index now."""
        return self.new + self.unchanged


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _version() -> str:
    return f"{SPLITTER_VERSION}.{VECTORS_VERSION}"


def _written(settings: Settings) -> IndexMetadata | None:
    """What the live index says it was made from. Cheap with the embedded one (a small file); a server is asked."""
    if not settings.qdrant_url:
        return recorded(settings.index_dir)
    from assistant.knowledge.index import Index

    index = Index.open(settings)
    try:
        return index.metadata()
    finally:
        index.close()


def other_embedder(settings: Settings) -> str | None:
    """The model that wrote the index, where that is another than the configured one; no other version of the bundled
    one. None without an index. Raises `ModelError` for a path to nowhere."""
    written = _written(settings)
    return None if written is None or same_model(written.embedder, embedder_id(settings)) else written.embedder


def is_stale(settings: Settings) -> bool:
    """Whether `run` would change anything: no index, or another corpus, embedder or splitter than the one it records.

    Cheap: hashes the corpus and reads what the index says of itself. Raises `ModelError` for a model's path to nowhere.
    """
    written = _written(settings)
    if written is None:
        return True
    wanted = (embedder_id(settings), _version(), corpus_hash(settings.corpus_dir))
    return (written.embedder, written.splitter, written.corpus) != wanted


def run(settings: Settings, progress: Progress | None = None, *, encoder: Encoder | None = None) -> Summary:
    """Bring the index up to date with the corpus folder.

    Unchanged chunks keep their vectors, an unchanged corpus changes nothing, and a run that fails leaves the old index.
    CorpusError if there is no document to read, IndexBusy if another process holds the embedded index, ModelError if
    the embedding model can't be had.
    """
    from llama_index.core.schema import TextNode

    from assistant.knowledge.index import Index
    from ingest.embed import embedded_text, entry, units_alone, words
    from ingest.load import Skipped, load
    from ingest.questions import attach, read
    from ingest.split import StructureParser
    from ingest.twins import disagreeing
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
    skipped += [Skipped(unit, f"its languages have different figures: {told}") for unit, told in disagreeing(nodes)]
    found, usual = words(nodes)
    metadata = IndexMetadata(embedder=encoder.id, splitter=_version(), corpus=corpus, usual_length=usual)
    alone = units_alone(nodes)
    entries = [entry(node, encoder.id, alone=node.metadata["unit"] in alone) for node in nodes]

    longest, overlong = None, 0
    index = Index.open(settings)
    try:
        index.drop_strays()
        before = {(old.entry.passage.id, old.entry.fingerprint): old.id for old in index.entries()}
        now = {(own.passage.id, own.fingerprint) for own in entries}
        if index.metadata() != metadata:
            encoder.load()
            vectors = index.embedded()
            kept = {fingerprint: vectors[point] for (_, fingerprint), point in before.items() if point in vectors}
            chunks = list(zip(nodes, entries, found, strict=True))
            fresh = [embedded_text(node) for node, own, _ in chunks if own.fingerprint not in kept]
            longest, overlong = encoder.longest, encoder.overlong(fresh)
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
        embedder=encoder.id,
        longest=longest,
        overlong=overlong,
    )
