"""The index in Qdrant: one collection behind an alias, so that readers never see half of one.

A passage is a point with the vectors `dense`, `words` (BM25 term weights, IDF by Qdrant) and, where it exists in one
language only, `latent` (the model's learned sparse terms, IDF by Qdrant). Each two neighbouring sentences of a longer
passage are a further point with the vector `window` alone, and so is each question that the passage is known to answer,
with the vector `asked` (a multivector would do, but the embedded Qdrant compares those one by one in Python). Embedded
in a folder by default, which one process at a time may hold; `ADVISOR_QDRANT_URL` points the same code at a server.
"""

from __future__ import annotations

import json
import weakref
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from assistant.errors import IndexBusy, IndexMismatch, IndexMissing
from assistant.knowledge.encoder import Vectors
from assistant.knowledge.fusion import Hits
from assistant.knowledge.passage import Language, Passage
from assistant.knowledge.record import ALIAS, IndexMetadata, readable
from assistant.knowledge.vectors import Embedded
from assistant.settings import Settings

_PREFIX = f"{ALIAS}-"
# Points per request: large enough to be quick, small enough for a server's message limit.
_BATCH = 128
# Vectors that are points of their own beside a passage's, so that it may have several of them.
PARTS = ("window", "asked")
# Of the questions only the nearest tell anything, and a passage has many.
_LIMITS = {"asked": 64}


@dataclass(frozen=True)
class Entry:
    """A passage as stored. `fingerprint` covers all that its vectors depend on; `derived` marks a restated passage."""

    passage: Passage
    order: int
    fingerprint: str
    derived: bool = False
    source: str = ""

    @property
    def point_id(self) -> str:
        """Anything that changes about a passage gives it a new id, so a reader with an old table notices."""
        return str(uuid5(NAMESPACE_URL, json.dumps(self.payload(), sort_keys=True)))

    def payload(self) -> dict[str, Any]:
        """The point's payload: the passage's fields beside the entry's own."""
        own = {"order": self.order, "fingerprint": self.fingerprint, "derived": self.derived, "source": self.source}
        return self.passage.model_dump(mode="json", exclude={"score"}) | own

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Entry:
        """The entry that wrote this payload."""
        passage = Passage.model_validate({name: payload[name] for name in Passage.model_fields if name in payload})
        return cls(passage, payload["order"], payload["fingerprint"], payload["derived"], payload["source"])


@dataclass(frozen=True)
class StoredEntry:
    """An entry read back: its point id, the ids of its words, and the point ids of its windows and questions."""

    id: str
    entry: Entry
    words: tuple[int, ...]
    windows: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class Index:
    """A Qdrant client and the alias; `where` names the folder or URL in errors. Reads may come from several threads."""

    def __init__(self, client: QdrantClient, where: str) -> None:
        self._client = client
        self.where = where
        # A client left to the interpreter's exit closes too late, with an error on the screen.
        self._close = weakref.finalize(self, client.close)

    @classmethod
    def open(cls, settings: Settings) -> Index:
        """Connect. IndexBusy if another process holds the folder; the folder is made where it is missing."""
        if settings.qdrant_url:
            key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
            return cls(QdrantClient(url=settings.qdrant_url, api_key=key), settings.qdrant_url)
        folder = str(settings.index_dir)
        if _held(settings.index_dir / ".lock"):
            raise IndexBusy(path=folder)
        try:
            return cls(QdrantClient(path=folder, force_disable_check_same_thread=True), folder)
        except RuntimeError as error:
            if "already accessed" in str(error):
                raise IndexBusy(path=folder) from error
            raise

    @classmethod
    def open_for_reading(cls, settings: Settings, embedder: str) -> Index:
        """Connect to an index that `embedder` wrote. IndexMissing, IndexMismatch, IndexBusy."""
        if not settings.qdrant_url and not settings.index_dir.is_dir():
            raise IndexMissing(path=settings.index_dir)
        index = cls.open(settings)
        try:
            index.expect(embedder)
        except BaseException:
            index.close()
            raise
        return index

    def close(self) -> None:
        """Let go of the folder or the connection; a second time does nothing."""
        self._close()

    # ---- what there is

    def live(self) -> str | None:
        """The collection that the alias names."""
        for alias in self._client.get_aliases().aliases:
            if alias.alias_name == ALIAS:
                return alias.collection_name
        return None

    def metadata(self) -> IndexMetadata | None:
        """What the live collection was made from, or None if there is none (or none that this version can read)."""
        name = self.live()
        if name is None:
            return None
        return readable(self._client.get_collection(name).config.metadata)

    def expect(self, embedder: str) -> None:
        """IndexMissing or IndexMismatch unless the live collection was written by this embedder."""
        written = self.metadata()
        if written is None:
            raise IndexMissing(path=self.where)
        if written.embedder != embedder:
            raise IndexMismatch(written=written.embedder, configured=embedder)

    def entries(self) -> list[StoredEntry]:
        """Every passage in the live collection, by document and order; [] without one."""
        if self.live() is None:
            return []
        parts: dict[str, dict[str, list[tuple[int, str]]]] = {part: defaultdict(list) for part in PARTS}
        found: list[tuple[str, Entry, tuple[int, ...]]] = []
        for record in self._scroll(["words"]):
            payload = record.payload or {}
            if "of" in payload:
                part = part_of(payload)
                parts[part][payload["of"]].append((payload[part], str(record.id)))
                continue
            words = record.vector.get("words") if isinstance(record.vector, dict) else None
            known = tuple(words.indices) if isinstance(words, models.SparseVector) else ()
            found.append((str(record.id), Entry.from_payload(payload), known))
        stored = [
            StoredEntry(point, entry, words, *(tuple(own for _, own in sorted(parts[part][point])) for part in PARTS))
            for point, entry, words in found
        ]
        return sorted(stored, key=lambda one: (one.entry.passage.document, one.entry.order, one.id))

    def embedded(self) -> dict[str, Embedded]:
        """The model's vectors of every passage of the live collection, by point id; what a new ingest can keep."""
        if self.live() is None:
            return {}
        parts: dict[str, dict[str, dict[int, Any]]] = {part: defaultdict(dict) for part in PARTS}
        found: dict[str, tuple[Any, dict[int, float] | None]] = {}
        for record in self._scroll(["dense", "latent", *PARTS]):
            payload, vectors = record.payload or {}, record.vector
            if not isinstance(vectors, dict):
                continue
            if "of" in payload:
                part = part_of(payload)
                parts[part][payload["of"]][payload[part]] = vectors[part]
                continue
            latent = vectors.get("latent")
            learned = latent if isinstance(latent, models.SparseVector) else None
            terms = dict(zip(learned.indices, learned.values, strict=True)) if learned else None
            found[str(record.id)] = (vectors["dense"], terms)
        kept: dict[str, Embedded] = {}
        for point, (dense, terms) in found.items():
            windows, asked = (_stacked(parts[part][point]) for part in PARTS)
            kept[point] = Embedded(np.asarray(dense, dtype=np.float32), windows, terms, asked)
        return kept

    def _scroll(self, vectors: list[str]) -> Iterator[models.Record]:
        offset: Any = None
        while True:
            records, offset = self._client.scroll(
                ALIAS, limit=_BATCH, offset=offset, with_payload=True, with_vectors=vectors
            )
            yield from records
            if offset is None:
                return

    # ---- writing

    def create(self, suffix: str, dimension: int, metadata: IndexMetadata) -> str:
        """A new, empty collection that no reader sees yet; its name."""
        name = _PREFIX + suffix
        if self._client.collection_exists(name):
            self._client.delete_collection(name)
        # Vectors have length 1, so this is their cosine; the embedded Qdrant would work each length out again.
        cosine = models.Distance.DOT
        idf = models.SparseVectorParams(modifier=models.Modifier.IDF)
        self._client.create_collection(
            name,
            vectors_config={
                "dense": models.VectorParams(size=dimension, distance=cosine),
                **{part: models.VectorParams(size=dimension, distance=cosine) for part in PARTS},
            },
            sparse_vectors_config={"words": idf, "latent": idf},
            metadata=metadata.model_dump(mode="json"),
        )
        return name

    def write(self, name: str, rows: Sequence[tuple[Entry, Embedded, dict[int, float]]]) -> None:
        """Add entries with the model's vectors and their word weights to a collection."""
        points = [point for entry, embedded, words in rows for point in _points(entry, embedded, words)]
        for first in range(0, len(points), _BATCH):
            self._client.upsert(name, points[first : first + _BATCH], wait=True)

    def switch(self, name: str) -> None:
        """Make a collection the live one in one step, then drop the others."""
        operations: list[Any] = []
        if self.live() is not None:
            operations.append(models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=ALIAS)))
        operations.append(
            models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=name, alias_name=ALIAS))
        )
        self._client.update_collection_aliases(operations)
        self.drop_strays()

    def drop_strays(self) -> int:
        """Delete our collections that no alias names: old ones and half-built ones. How many there were."""
        live = self.live()
        strays = [
            collection.name
            for collection in self._client.get_collections().collections
            if collection.name.startswith(_PREFIX) and collection.name != live
        ]
        for name in strays:
            self._client.delete_collection(name)
        return len(strays)

    # ---- searching

    def hits(
        self,
        *,
        limit: int,
        dense: Vectors | None = None,
        words: Mapping[int, float] | None = None,
        latent: Mapping[int, float] | None = None,
        language: Language | None = None,
    ) -> Hits:
        """The best `limit` points of each vector that is asked about, in one request; IndexMissing without an index.

        The keys of `windows` and `asked` are points of their own, of which a passage may have several.
        """
        only = None
        if language is not None:
            match = models.MatchValue(value=language)
            only = models.Filter(must=[models.FieldCondition(key="language", match=match)])
        asked: list[tuple[str, Any]] = []
        if dense is not None:
            asked += [(using, dense.tolist()) for using in ("dense", *PARTS)]
        if words:
            asked.append(("words", _sparse(words)))
        if latent:
            asked.append(("latent", _sparse(latent)))
        requests = [
            models.QueryRequest(
                query=query, using=using, limit=min(limit, _LIMITS.get(using, limit)), filter=only, with_payload=False
            )
            for using, query in asked
        ]
        tables: dict[str, dict[str, float]] = {name: {} for name in ("dense", "words", "latent", *PARTS)}
        if requests:
            try:
                answers = self._client.query_batch_points(ALIAS, requests)
            except (ValueError, UnexpectedResponse) as error:
                if self.live() is None:
                    raise IndexMissing(path=self.where) from error
                raise
            for (using, _), answer in zip(asked, answers, strict=True):
                tables[using] = {str(point.id): point.score for point in answer.points}
        return Hits(tables["dense"], tables["window"], tables["words"], tables["latent"], tables["asked"])


def _held(lock: Path) -> bool:
    """Whether another client holds the folder's lock. Asked first, as a client that fails to get it leaves it open."""
    import portalocker  # qdrant-client's own lock; checks for writable folders when imported

    if not lock.exists():
        return False
    try:
        with lock.open("r+") as file:
            portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
            portalocker.unlock(file)
    except portalocker.exceptions.LockException:
        return True
    return False


def _points(entry: Entry, embedded: Embedded, words: Mapping[int, float]) -> Iterator[models.PointStruct]:
    vectors: dict[str, Any] = {"dense": embedded.dense.tolist()}
    if words:
        vectors["words"] = _sparse(words)
    if embedded.latent:
        vectors["latent"] = _sparse(embedded.latent)
    point = entry.point_id
    yield models.PointStruct(id=point, payload=entry.payload(), vector=vectors)
    for part, rows in zip(PARTS, (embedded.windows, embedded.asked), strict=True):
        for n, row in enumerate(rows if rows is not None else ()):
            payload = {"of": point, part: n, "language": entry.passage.language}
            own = str(uuid5(NAMESPACE_URL, f"{point} {part} {n}"))
            yield models.PointStruct(id=own, payload=payload, vector={part: row.tolist()})


def part_of(payload: Mapping[str, Any]) -> str:
    """Which of `PARTS` a point is, by its payload."""
    return next(part for part in PARTS if part in payload)


def _stacked(rows: Mapping[int, Any]) -> Vectors | None:
    """Rows by number as one array, shape (n, dimension); None for none."""
    return np.asarray([row for _, row in sorted(rows.items())], dtype=np.float32) if rows else None


def _sparse(weights: Mapping[int, float]) -> models.SparseVector:
    ordered = sorted(weights.items())
    return models.SparseVector(indices=[term for term, _ in ordered], values=[weight for _, weight in ordered])
