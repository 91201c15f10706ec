"""Any sentence-transformers embedding model, by name or path.

That library and torch take seconds to import, so they wait until the model is loaded.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from assistant.errors import ModelBroken, ModelLibraryMissing, NotAnEmbedder
from assistant.knowledge.encoder import Vectors, encodable
from assistant.knowledge.model_files import described, fetched, here, kind, said

SETTING = "ADVISOR_EMBEDDING_MODEL"
ORGANISATION = "sentence-transformers"
_BATCH = 32
# The names under which models keep the prompt of texts to be found; the library asks for "document" alone.
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
# The E5 family wants to be told which side a text is on, and its models rarely say so in their configuration.
_E5 = re.compile(r"(^|[-_/])e5([-_]|$)", re.IGNORECASE)
_E5_PROMPTS = ("query: ", "passage: ")
_E5_INSTRUCT_PROMPTS = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
    "",
)
# A piece of a text, cut between two words of the model, may come out a little longer when it is read alone.
_SLACK = 4


class SentenceTransformerEncoder:
    """An `Encoder` over `SentenceTransformer`, on the CPU. Calls wait for each other: its tokenizer is not thread-safe.

    A text that is longer than the model reads at once is read in pieces, whose vectors are averaged by their lengths.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.RLock()
        self._model: Any = None
        self._id: str | None = None
        self._prompts = ("", "")

    @property
    def id(self) -> str:
        """The model's name and revision; downloads a model that is not here, for nobody knows its revision else."""
        if self._id is None:
            self._id = fetched(self._name, ORGANISATION, SETTING).id
        return self._id

    @property
    def dimension(self) -> int:
        model = self._loaded()
        # The method's name has changed between versions, and the old one warns.
        ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(ask() or self.passages(["x"]).shape[1])

    @property
    def longest(self) -> int | None:
        length = getattr(self._loaded(), "max_seq_length", None)
        # Tokenizers that were told no limit give one beyond all bounds.
        return int(length) if length is not None and 0 < length < 1_000_000 else None

    def load(self) -> None:
        """Raises `ModelError`."""
        self._loaded()

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._read()
            return self._model

    def _read(self) -> Any:
        files = fetched(self._name, ORGANISATION, SETTING)
        saved, architecture = kind(files.folder)
        if saved not in ("", "SentenceTransformer") or architecture.endswith("ForSequenceClassification"):
            raise NotAnEmbedder(name=self._name, setting=SETTING, kind=saved or architecture)
        library = library_for(self._name, SETTING)
        try:
            model = library.SentenceTransformer(str(files.folder), device="cpu", local_files_only=True)
        # Whatever is wrong with the files, the library under the library under it finds its own words for it.
        except Exception as error:
            raise ModelBroken(name=self._name, setting=SETTING, problem=said(error)) from error
        family = (self._name, str(described(files.folder).get("_name_or_path", "")))
        self._prompts = prompts(model.prompts, family)
        self._id = files.id
        return model

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts, 0)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts, 1)

    def overlong(self, texts: Sequence[str]) -> int:
        with self._lock:
            self._loaded()
            return sum(len(self._pieces(encodable(text), self._prompts[1])) > 1 for text in texts)

    def latents(self, texts: Sequence[str]) -> list[dict[int, float]] | None:  # noqa: ARG002 - it has none
        return None

    def _vectors(self, texts: Sequence[str], side: int) -> Vectors:
        with self._lock:
            model = self._loaded()
            prompt = self._prompts[side]
            pieces = [self._pieces(encodable(text), prompt) for text in texts]
            flat = [piece for own in pieces for piece in own]
            if not flat:
                return np.zeros((0, self.dimension), dtype=np.float32)
            # Told a prompt, even an empty one, the library does not take the model's default for both sides.
            encode: Callable[..., Any] = model.encode_document if side else model.encode_query
            read: Vectors = np.asarray(
                encode(flat, prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False),
                dtype=np.float32,
            )
        if len(flat) == len(texts):
            return read
        sizes = np.array([len(piece) for piece in flat], dtype=np.float32)
        ends = np.cumsum([0, *map(len, pieces)])
        whole = np.stack([(read[a:b] * sizes[a:b, None]).sum(axis=0) for a, b in pairwise(ends)])
        lengths = np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-12)
        return np.asarray(whole / lengths, dtype=np.float32)

    def _pieces(self, text: str, prompt: str) -> list[str]:
        """The text in pieces that the model can each read to the end; the text alone where it is short enough, or
        where the model has no limit or a tokenizer that does not tell where its tokens are."""
        limit, tokenizer = self.longest, self._model.tokenizer
        if limit is None or not getattr(tokenizer, "is_fast", False):
            return [text]
        around = len(tokenizer(prompt)["input_ids"])
        told = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False)
        spans = told["offset_mapping"]
        if len(spans) + around <= limit:
            return [text]
        room = max(1, limit - around - _SLACK)
        starts = [0, *(spans[at][0] for at in range(room, len(spans), room)), len(text)]
        return [text[a:b] for a, b in pairwise(starts) if a < b]


def known_id(name: str) -> str:
    """The id of a model without asking the hub: its revision is "?" where the model is not here.

    Raises `ModelError` for a path to nowhere.
    """
    found = here(name, ORGANISATION, SETTING)
    return found.id if found else f"{name}@?"


def library_for(name: str, setting: str) -> ModuleType:
    """sentence_transformers, without its bars and notes on the screen. Raises `ModelLibraryMissing`."""
    try:
        import sentence_transformers
        from transformers.utils import logging
    # A torch that does not fit the machine fails with an OSError.
    except (ImportError, OSError) as error:
        raise ModelLibraryMissing(name=name, setting=setting, problem=said(error)) from error
    screen: Any = logging
    screen.set_verbosity_error()
    screen.disable_progress_bar()
    return sentence_transformers


def prompts(configured: dict[str, str | None] | None, family: Sequence[str]) -> tuple[str, str]:
    """What goes before a question and before a text to be found: what the model's configuration says; where that says
    nothing and one of its names is of the E5 family, what that family was trained with."""
    told = {name: prompt for name, prompt in (configured or {}).items() if prompt}
    if not told and any(_E5.search(name) for name in family):
        return _E5_INSTRUCT_PROMPTS if any("instruct" in name.lower() for name in family) else _E5_PROMPTS
    return told.get("query", ""), next((told[name] for name in _PASSAGE_PROMPTS if name in told), "")
