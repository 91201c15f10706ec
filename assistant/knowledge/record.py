"""What an index says it was made from. Imports nothing heavy: a server asks at every start if it is out of date."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.knowledge.passage import Language

ALIAS = "advisor-knowledge"


class IndexMetadata(BaseModel):
    """What an index was made from; recorded with the collection and compared before it is used.

    `corpus` is a hash over every file's name and bytes, `usual_length` the words of an average passage by language.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    embedder: str
    splitter: str
    corpus: str
    usual_length: dict[Language, float]


def readable(metadata: object) -> IndexMetadata | None:
    """The metadata of a collection, or None if this version can't read it."""
    try:
        return IndexMetadata.model_validate(metadata)
    except ValueError:
        return None


def recorded(folder: Path) -> IndexMetadata | None:
    """The live collection's metadata read from an embedded index's own file, without opening (and locking) it."""
    try:
        meta = json.loads((folder / "meta.json").read_text())
        return readable(meta["collections"][meta["aliases"][ALIAS]]["metadata"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
