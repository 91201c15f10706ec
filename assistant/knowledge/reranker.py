"""The optional second look at what search found: a cross-encoder reads question and passage together.

In the shape of a LlamaIndex postprocessor, so that it serves any retriever of that ecosystem and `Knowledge` takes any
other such postprocessor. How its scores and the first stage's become one: `fusion.reranked`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from time import monotonic
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, MetadataMode, NodeWithScore, QueryBundle

from assistant.errors import ModelBroken, NotAReranker
from assistant.knowledge.biencoder import library_for
from assistant.knowledge.encoder import encodable
from assistant.knowledge.fusion import reranked
from assistant.knowledge.model_files import fetched, kind, said
from assistant.settings import Settings

SETTING = "ADVISOR_RERANKER_MODEL"
ORGANISATION = "cross-encoder"
# How long one question may take; what has not been read by then keeps its place among what was read worst.
BUDGET_S = 2.0
# Passages read at once: the clock is looked at between batches.
_BATCH = 4


class CrossEncoder:
    """Any cross-encoder with one output, by name or path, loaded at once; on the CPU. Raises `ModelError`."""

    def __init__(self, name: str) -> None:
        files = fetched(name, ORGANISATION, SETTING)
        saved, architecture = kind(files.folder)
        # Any other model would be given an untrained output, without a word.
        if not (saved == "CrossEncoder" or architecture.endswith(("ForSequenceClassification", "ForCausalLM"))):
            raise NotAReranker(name=name, setting=SETTING, kind=saved or architecture or "a folder without a model")
        library = library_for(name, SETTING)
        from torch.nn import Identity

        try:
            self._model: Any = library.CrossEncoder(str(files.folder), device="cpu", local_files_only=True)
        except Exception as error:
            raise ModelBroken(name=name, setting=SETTING, problem=said(error)) from error
        if self._model.num_labels != 1:
            raise NotAReranker(name=name, setting=SETTING, kind=f"a classifier with {self._model.num_labels} outputs")
        # Squeezed into 0 to 1, the best passages would all score 1.
        self._plain = Identity()
        self.id = files.id

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; higher is better, on the model's own scale."""
        pairs = [(encodable(question), encodable(text)) for text in texts]
        if not pairs:
            return []
        read = self._model.predict(pairs, batch_size=_BATCH, activation_fn=self._plain, show_progress_bar=False)
        return [float(score) for score in read]


class Reranker(BaseNodePostprocessor):
    """Orders nodes anew by their own score and a cross-encoder's. Within `BUDGET_S`, but for the batch being read."""

    _model: CrossEncoder = PrivateAttr()
    _clock: Callable[[], float] = PrivateAttr()
    _lock: Any = PrivateAttr()

    def __init__(self, model: CrossEncoder, *, clock: Callable[[], float] = monotonic, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._model = model
        self._clock = clock
        # The model's tokenizer is not thread-safe.
        self._lock = threading.Lock()

    @classmethod
    def class_name(cls) -> str:
        """LlamaIndex's name for it."""
        return "AdvisorReranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None or len(nodes) < 2:
            return nodes
        first = {str(at): node.score or 0.0 for at, node in enumerate(nodes)}
        read = dict(enumerate(self._read(query_bundle.query_str, [_text(node.node) for node in nodes])))
        fused = reranked(first, {str(at): score for at, score in read.items()})
        order = sorted(range(len(nodes)), key=lambda at: (-fused[str(at)], at))
        return [NodeWithScore(node=nodes[at].node, score=fused[str(at)]) for at in order]

    def _read(self, question: str, texts: Sequence[str]) -> list[float]:
        """The scores of the texts, best first, that there was time for."""
        end = self._clock() + BUDGET_S
        # Waiting for somebody else's question counts too.
        if not self._lock.acquire(timeout=BUDGET_S):
            return []
        try:
            scores: list[float] = []
            for batch in _batches(texts):
                if self._clock() >= end:
                    break
                scores += self._model.scores(question, batch)
            return scores
        finally:
            self._lock.release()


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for first, last in pairwise([*range(0, len(texts), _BATCH), len(texts)]):
        yield texts[first:last]


def _text(node: BaseNode) -> str:
    """What is read of a node: its heading path, where it has one, and its text."""
    heading = " > ".join(node.metadata.get("heading") or ())
    return "\n".join(filter(None, (heading, node.get_content(MetadataMode.NONE))))


def reranker_for(settings: Settings) -> Reranker | None:
    """The configured reranker, loaded; None without `ADVISOR_RERANKER_MODEL`. Raises `ModelError`."""
    return Reranker(CrossEncoder(settings.reranker_model)) if settings.reranker_model else None
