"""The index in Qdrant: one collection behind an alias, so that readers never see half of one.

Named vectors: `dense` (the passage), `windows` (a multivector, one row per two sentences of a long passage), `words`
(BM25 term weights, IDF by Qdrant) and `latent` (the model's learned sparse terms, IDF by Qdrant). Embedded in a folder by
default, which one process at a time may hold; `ADVISOR_QDRANT_URL` points the same code at a server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from pydantic import BaseModel, ConfigDict
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from assistant.errors import IndexBusy, IndexMismatch, IndexMissing
from assistant.knowledge.encoder import Vectors
from assistant.knowledge.fusion import Hits
from assistant.knowledge.passage import Language, Passage
from assistant.knowledge.vectors import Embedded
from assistant.settings import Settings

ALIAS = "advisor-knowledge"
_PREFIX = f"{ALIAS}-"
# Points per request: large enough to be quick, small enough for a server's message limit.
_BATCH = 128


class IndexMetadata(BaseModel):
    """What an index was made from; recorded with the collection and compared before it is used.

    `corpus` is a hash over every file's name and bytes, `usual_length` the words of an average passage by language.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    embedder: str
    splitter: str
    corpus: str
    usual_length: dict[Language, float]


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
    """An entry read back: its point id, the ids of its words, and its dense vector where that was asked for."""

    id: str
    entry: Entry
    words: tuple[int, ...]
    dense: Vectors | None = None


class Index:
    """A Qdrant client and the alias; `where` names the folder or URL in errors. Reads may come from several threads."""

    def __init__(self, client: QdrantClient, where: str) -> None:
        self._client = client
        self.where = where

    @classmethod
    def open(cls, settings: Settings) -> Index:
        """Connect. IndexBusy if another process holds the folder; the folder is made where it is missing."""
        if settings.qdrant_url:
            key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
            return cls(QdrantClient(url=settings.qdrant_url, api_key=key), settings.qdrant_url)
        folder = str(settings.index_dir)
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
            written = index.metadata()
            if written is None:
                raise IndexMissing(path=index.where)
            if written.embedder != embedder:
                raise IndexMismatch(written=written.embedder, configured=embedder)
        except BaseException:
            index.close()
            raise
        return index

    def close(self) -> None:
        """Let go of the folder or the connection; a second time does nothing."""
        self._client.close()

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
        return _readable(self._client.get_collection(name).config.metadata)

    def entries(self, *, dense: bool = False) -> list[StoredEntry]:
        """Everything in the live collection, by document and order; [] without one."""
        if self.live() is None:
            return []
        wanted = ["words", "dense"] if dense else ["words"]
        found: list[StoredEntry] = []
        for record in self._scroll(ALIAS, wanted):
            vectors = record.vector if isinstance(record.vector, dict) else {}
            words = vectors.get("words")
            found.append(
                StoredEntry(
                    str(record.id),
                    Entry.from_payload(record.payload or {}),
                    tuple(words.indices) if isinstance(words, models.SparseVector) else (),
                    np.asarray(vectors["dense"], dtype=np.float32) if "dense" in vectors else None,
                )
            )
        return sorted(found, key=lambda stored: (stored.entry.passage.document, stored.entry.order, stored.id))

    def embedded(self) -> dict[str, Embedded]:
        """The model's vectors of every point of the live collection, by point id; what a new ingest can keep."""
        if self.live() is None:
            return {}
        kept: dict[str, Embedded] = {}
        for record in self._scroll(ALIAS, ["dense", "windows", "latent"]):
            vectors = record.vector if isinstance(record.vector, dict) else {}
            if "dense" not in vectors:
                continue
            latent = vectors.get("latent")
            rows = vectors.get("windows")
            kept[str(record.id)] = Embedded(
                np.asarray(vectors["dense"], dtype=np.float32),
                np.asarray(rows, dtype=np.float32) if rows else None,
                dict(zip(latent.indices, latent.values, strict=True))
                if isinstance(latent, models.SparseVector)
                else None,
            )
        return kept

    def _scroll(self, collection: str, vectors: list[str]) -> Iterator[models.Record]:
        offset: Any = None
        while True:
            records, offset = self._client.scroll(
                collection, limit=_BATCH, offset=offset, with_payload=True, with_vectors=vectors
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
        cosine = models.Distance.COSINE
        multi = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        idf = models.SparseVectorParams(modifier=models.Modifier.IDF)
        self._client.create_collection(
            name,
            vectors_config={
                "dense": models.VectorParams(size=dimension, distance=cosine),
                "windows": models.VectorParams(size=dimension, distance=cosine, multivector_config=multi),
            },
            sparse_vectors_config={"words": idf, "latent": idf},
            metadata=metadata.model_dump(mode="json"),
        )
        return name

    def write(self, name: str, rows: Sequence[tuple[Entry, Embedded, dict[int, float]]]) -> None:
        """Add entries with the model's vectors and their word weights to a collection."""
        points = [
            models.PointStruct(id=entry.point_id, payload=entry.payload(), vector=_named(embedded, words))
            for entry, embedded, words in rows
        ]
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
        """The best `limit` points of each vector that is asked about, in one request; IndexMissing without an index."""
        only = None
        if language is not None:
            match = models.MatchValue(value=language)
            only = models.Filter(must=[models.FieldCondition(key="language", match=match)])
        asked: list[tuple[str, Any]] = []
        if dense is not None:
            vector = dense.tolist()
            # A multivector is asked with rows; one row makes its score the similarity of the best window.
            asked += [("dense", vector), ("windows", [vector])]
        if words:
            asked.append(("words", _sparse(words)))
        if latent:
            asked.append(("latent", _sparse(latent)))
        requests = [
            models.QueryRequest(query=query, using=using, limit=limit, filter=only, with_payload=False)
            for using, query in asked
        ]
        tables: dict[str, dict[str, float]] = {"dense": {}, "windows": {}, "words": {}, "latent": {}}
        if requests:
            try:
                answers = self._client.query_batch_points(ALIAS, requests)
            except (ValueError, UnexpectedResponse) as error:
                if self.live() is None:
                    raise IndexMissing(path=self.where) from error
                raise
            for (using, _), answer in zip(asked, answers, strict=True):
                tables[using] = {str(point.id): point.score for point in answer.points}
        return Hits(**tables)


def _named(embedded: Embedded, words: Mapping[int, float]) -> dict[str, Any]:
    vectors: dict[str, Any] = {"dense": embedded.dense.tolist()}
    if embedded.windows is not None:
        vectors["windows"] = embedded.windows.tolist()
    if words:
        vectors["words"] = _sparse(words)
    if embedded.latent:
        vectors["latent"] = _sparse(embedded.latent)
    return vectors


def _sparse(weights: Mapping[int, float]) -> models.SparseVector:
    ordered = sorted(weights.items())
    return models.SparseVector(indices=[term for term, _ in ordered], values=[weight for _, weight in ordered])


def _readable(metadata: object) -> IndexMetadata | None:
    try:
        return IndexMetadata.model_validate(metadata)
    except ValueError:
        return None


def recorded(folder: Path) -> IndexMetadata | None:
    """The live collection's metadata read from an embedded index's own file, without opening (and locking) it."""
    try:
        meta = json.loads((folder / "meta.json").read_text())
        return _readable(meta["collections"][meta["aliases"][ALIAS]]["metadata"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
