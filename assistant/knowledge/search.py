"""Search over the index: both languages are asked, each unit comes back once, in the reader's language."""

from __future__ import annotations

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from qdrant_client.http.exceptions import UnexpectedResponse

from assistant.knowledge import fusion
from assistant.knowledge.contents import LANGUAGES, Contents, DocumentTitle, in_order
from assistant.knowledge.encoder import Encoder, encoder_for
from assistant.knowledge.floor import Evidence, floor_for
from assistant.knowledge.fusion import Hits
from assistant.knowledge.index import Index
from assistant.knowledge.passage import Language, Passage, SearchResult
from assistant.knowledge.question import Meaning, Question
from assistant.knowledge.wording import language_of
from assistant.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.postprocessor.types import BaseNodePostprocessor

# Candidates asked of each ranker. A corpus with fewer passages in a language is ranked as a whole.
DEPTH = 512
# Units that a reranker reads.
RERANKED = 20
# A sheet restates the whitepaper. Unless the question is about the sheet's product, it gives way by RESTATED (in z) and
# goes behind the best passage of the section it cites where that is nearly as good (within REACH).
RESTATED = 0.5
REACH = 2.0
ITS_PRODUCT = 0.3
# A table that is asked for as a whole: as many rows as the longest has, and what are too few to be one.
_MOST_ROWS = 10
_FEWEST_ROWS = 3
# Other units that may stand between its rows.
_BETWEEN = 2
# The document that a sheet's citation marks mean.
ORIGINAL = "whitepaper"


@dataclass(frozen=True)
class Ranked:
    """A unit's place and its fused score (in z)."""

    unit: str
    score: float


@dataclass(frozen=True)
class Signals:
    """All that the rankers said of one question, by language, and the table of contents their answers refer to."""

    question: Question
    language: Language
    contents: Contents
    meaning: dict[Language, Meaning]
    coverage: dict[Language, float]
    hits: dict[Language, Hits]

    # Each is asked for by every place that is ranked.

    @cached_property
    def alike(self) -> dict[Language, dict[str, float]]:
        """By language, each passage's similarity."""
        return {
            own: fusion.similarity(hits.dense, hits.windows, _windowed(hits, self.contents))
            for own, hits in self.hits.items()
        }

    @cached_property
    def usual(self) -> dict[str, float]:
        """The similarities of the passages in the question's own language."""
        return self.alike[self.language]

    @cached_property
    def mean(self) -> dict[Language, float]:
        """By language, the mean similarity; 0 without any."""
        return {own: sum(alike.values()) / len(alike) if alike else 0.0 for own, alike in self.alike.items()}

    @cached_property
    def standing(self) -> dict[Language, dict[str, float]]:
        """By language, how far each similarity lies above the mean, in standard deviations."""
        return {own: fusion.standardised(alike, len(alike)) for own, alike in self.alike.items()}

    @cached_property
    def near(self) -> dict[Language, dict[str, float]]:
        """By language, how much nearer the question is to each passage's known questions than to any question."""
        return {own: fusion.nearness(hits.asked, self.usual or self.alike[own]) for own, hits in self.hits.items()}


def _reranker_for(settings: Settings) -> BaseNodePostprocessor | None:
    if not settings.reranker_model:
        return None
    from assistant.knowledge.reranker import reranker_for

    return reranker_for(settings)


def _corpus_of(index: Index) -> str:
    written = index.metadata()
    return written.corpus if written else ""


class Knowledge:
    """Search and look-up. Thread-safe; embedded, it holds the index folder until `close`."""

    def __init__(self, index: Index, encoder: Encoder, reranker: BaseNodePostprocessor | None = None) -> None:
        self._index = index
        self._encoder = encoder
        self._reranker = reranker
        self._floor = floor_for(encoder.id)
        self._lock = threading.Lock()
        self._contents = Contents.of(index.entries())
        self._corpus = _corpus_of(index)
        # The model computes outside the interpreter's lock, so the words are looked up meanwhile.
        self._beside = ThreadPoolExecutor(os.cpu_count(), "search")

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None) -> Knowledge:
        """Open the configured index. IndexMissing, IndexMismatch, IndexBusy; ModelError where a model can't be had."""
        encoder = encoder or encoder_for(settings)
        index = Index.open_for_reading(settings, encoder.id)
        try:
            encoder.load()
            return cls(index, encoder, _reranker_for(settings))
        except BaseException:
            index.close()
            raise

    @property
    def corpus(self) -> str:
        """Which corpus is searched: the hash recorded by the ingest that wrote the index."""
        return self._corpus

    @property
    def embedder(self) -> str:
        """Which model the index was written with."""
        return self._encoder.id

    def close(self) -> None:
        """Let go of the index."""
        self._beside.shutdown()
        self._index.close()

    def search(self, query: str, *, language: Language | None = None, limit: int = 5) -> SearchResult:
        """The units that answer a question, best first. `language` is the reader's; default, the question's own.

        Never an error for any string: a question without words finds nothing and is not covered.
        """
        reader = language or language_of(query)
        signals = self.signals(query)
        ranked = rank(signals)
        shown = ranked[: max(0, limit)]
        grounds = [evidence(signals, place) for place in ranked[: max(len(shown), _MOST_ROWS)]]
        # Scores belong to places: a reranker decides which passages come first, not whether the question is covered.
        scores = [self._floor.relevance(own) for own in grounds[: len(shown)]]
        found: list[Passage] = []
        for place, score in zip(self.reranked(signals, ranked), scores, strict=False):
            passage = signals.contents.unit(place.unit, reader)
            if passage is not None:
                found.append(passage.model_copy(update={"score": score}))
        covered = bool(found) and found[0].score >= self._floor.at
        return SearchResult(passages=in_order(found), covered=covered, whole=_whole(ranked, grounds))

    def unit(self, unit_id: str, language: Language) -> Passage | None:
        """A unit ("whitepaper#07.t1.r2") in this language, else in the one it has; None if there is no such unit."""
        return self._contents.unit(unit_id, language)

    def document(self, document: str, language: Language) -> list[Passage]:
        """A document's units in order, each in this language where it has it; [] if there is no such document."""
        return self._contents.document(document, language)

    def documents(self) -> list[DocumentTitle]:
        """Every document of the index, by name."""
        return self._contents.documents()

    # ---- the engine, which the benchmark measures as it is

    def signals(self, query: str) -> Signals:
        """Ask every ranker. Nothing is embedded for a question without words."""
        question = Question.of(query)
        asked = language_of(question.text)
        contents = self._contents
        meaning = {own: question.meaning(contents, own) for own in LANGUAGES}
        coverage = {own: meaning[own].share(partial(contents.knows, own)) for own in LANGUAGES}
        if not question.ideas:
            return Signals(question, asked, contents, meaning, coverage, {own: Hits() for own in LANGUAGES})
        # Both languages at once as long as they fit; a large corpus is asked language by language.
        if sum(contents.size.values()) <= DEPTH * len(LANGUAGES):
            ranges = [partial(self._index.hits, limit=DEPTH * len(LANGUAGES))]
        else:
            ranges = [partial(self._index.hits, limit=DEPTH, language=own) for own in LANGUAGES]
        words = self._beside.submit(lambda: [ask(words=question.weights) for ask in ranges])
        # Learned terms cost a second pass through the model: only where passages have them and words do little.
        wanted = any(contents.alone[own] and coverage[own] < fusion.LATENT_BELOW for own in LANGUAGES)
        learning = self._beside.submit(self._encoder.latents, [question.text]) if wanted else None
        dense = self._encoder.queries([question.text])[0]
        learned = learning.result() if learning else None
        latent = learned[0] if learned else None
        try:
            answers = [
                replace(ask(dense=dense, latent=latent), words=found.words)
                for ask, found in zip(ranges, words.result(), strict=True)
            ]
        except (ValueError, UnexpectedResponse):
            # Vectors of another length: the index was written anew under this reader, with another model.
            self._index.expect(self._encoder.id)
            raise
        contents = self._current(answers)
        return Signals(question, asked, contents, meaning, coverage, _by_language(answers, contents))

    def reranked(self, signals: Signals, ranked: list[Ranked]) -> list[Ranked]:
        """The first of the ranked units in the order that the reranker gives them, if there is one."""
        if self._reranker is None or not ranked:
            return ranked
        from llama_index.core.schema import NodeWithScore

        from assistant.knowledge.node import as_node

        nodes: list[NodeWithScore] = []
        places: dict[str, Ranked] = {}
        for place in ranked[:RERANKED]:
            # Cross-encoders know best what is in one language.
            passage = signals.contents.unit(place.unit, signals.language)
            if passage is not None:
                nodes.append(NodeWithScore(node=as_node(passage), score=place.score))
                places[passage.id] = place
        ordered = self._reranker.postprocess_nodes(nodes, query_str=signals.question.text)
        return [*(places[node.node.node_id] for node in ordered if node.node.node_id in places), *ranked[RERANKED:]]

    def _current(self, answers: list[Hits]) -> Contents:
        """The table of contents; read again when another process has switched the index under this one."""

        def strange() -> bool:
            return any(point not in self._contents.points for found in answers for point in found.dense)

        if strange():
            with self._lock:
                if strange():
                    self._index.expect(self._encoder.id)
                    self._contents = Contents.of(self._index.entries())
                    self._corpus = _corpus_of(self._index)
        return self._contents


def _by_language(answers: list[Hits], contents: Contents) -> dict[Language, Hits]:
    """The answers sorted by language, and each passage's windows reduced to its best."""
    hits: dict[Language, Hits] = {language: Hits() for language in LANGUAGES}
    for found in answers:
        for name in ("dense", "words", "latent"):
            for point, score in getattr(found, name).items():
                if point in contents.points:
                    getattr(hits[contents.points[point].language], name)[point] = score
        for name in ("windows", "asked"):
            for part, score in getattr(found, name).items():
                point = contents.parts.get(part, "")
                if point in contents.points:
                    best = getattr(hits[contents.points[point].language], name)
                    best[point] = max(score, best.get(point, score))
    return hits


def rank(signals: Signals) -> list[Ranked]:
    """Every candidate unit, best first."""
    contents = signals.contents
    fused: dict[Language, dict[str, float]] = {
        own: fusion.within_language(
            signals.hits[own],
            contents.size[own],
            signals.coverage[own],
            contents.alone[own],
            _windowed(signals.hits[own], contents),
            signals.usual,
        )
        for own in LANGUAGES
    }
    other: Language = "en" if signals.language == "zh" else "zh"
    scored: dict[str, float] = {}
    for unit in {contents.points[point].entry.passage.unit for own in fused.values() for point in own}:
        versions = contents.units[unit]
        scores = {own: fused[own].get(version.point) for own, version in versions.items()}
        scored[unit] = fusion.across_languages(scores.get(signals.language), scores.get(other))
    ranked = [Ranked(unit, score) for unit, score in _originals_first(scored, signals).items()]
    return sorted(ranked, key=lambda place: (-place.score, place.unit))


def evidence(signals: Signals, place: Ranked) -> Evidence:
    """What speaks for a ranked unit, from the better of its language versions in each measure."""
    similarity = margin = match = asked = standing = 0.0
    for own, version in signals.contents.units[place.unit].items():
        alike = signals.alike[own]
        if version.point in alike:
            similarity = max(similarity, alike[version.point])
            margin = max(margin, alike[version.point] - signals.mean[own])
            standing = max(standing, signals.standing[own][version.point])
        match = max(match, signals.meaning[own].share(version.words.__contains__))
        asked = max(asked, signals.near[own].get(version.point, 0.0))
    return Evidence(similarity, margin, max(signals.coverage.values()), match, place.score, asked, standing)


def _whole(ranked: list[Ranked], grounds: list[Evidence]) -> tuple[str, ...]:
    """The units that share the known question which is nearest to this one with the best of them, in their order;
    `grounds` is what speaks for the first of them."""
    if not ranked:
        return ()
    near = {place.unit: own.asked for place, own in zip(ranked[:_MOST_ROWS], grounds, strict=False)}
    best = ranked[0].unit
    shared = [unit for unit, asked in near.items() if asked > 0 and math.isclose(asked, near[best], rel_tol=1e-3)]
    # Rows that are far apart otherwise have little but that question in common with this one.
    together = set(shared) <= set([*near][: len(shared) + _BETWEEN])
    return tuple(shared) if together and len(shared) >= _FEWEST_ROWS else ()


def _windowed(hits: Hits, contents: Contents) -> set[str]:
    return {point for point in hits.dense if contents.points[point].windowed}


def _originals_first(scored: dict[str, float], signals: Signals) -> dict[str, float]:
    """The scores with restatements behind what they restate, or ahead where the question is about their product."""
    named = set(signals.question.products)
    entries = {unit: next(iter(signals.contents.units[unit].values())) for unit in scored}
    best: dict[str, float] = {}
    for unit, version in entries.items():
        passage = version.entry.passage
        if passage.document == ORIGINAL:
            best[passage.section] = max(scored[unit], best.get(passage.section, scored[unit]))
    ordered: dict[str, float] = {}
    for unit, version in entries.items():
        score = scored[unit]
        if version.entry.derived and version.about & named:
            score += ITS_PRODUCT
        elif version.entry.derived:
            original = best.get(version.entry.passage.section, score - REACH - 1)
            score = min(score - RESTATED, original - 0.01) if original >= score - REACH else score - RESTATED
        ordered[unit] = score
    return ordered
