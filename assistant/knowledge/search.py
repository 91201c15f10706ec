"""Search over the index: both languages are asked, each unit comes back once, in the reader's language."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from assistant.knowledge import fusion
from assistant.knowledge.contents import LANGUAGES, Contents, DocumentTitle, Version, in_order
from assistant.knowledge.encoder import Encoder, encoder_for
from assistant.knowledge.floor import FLOOR, Evidence, relevance
from assistant.knowledge.fusion import Hits
from assistant.knowledge.index import Index
from assistant.knowledge.passage import Language, Passage, SearchResult
from assistant.knowledge.question import Question
from assistant.knowledge.wording import language_of
from assistant.settings import Settings

# Candidates asked of each ranker. A corpus with fewer passages in a language is ranked as a whole.
DEPTH = 512
# A sheet restates the whitepaper: by this much (in z) the original goes first, unless the question is about the sheet's
# product, when the sheet does.
RESTATED = 0.5
ITS_PRODUCT = 0.3


@dataclass(frozen=True)
class Ranked:
    """A unit's place: its fused score and what speaks for it."""

    unit: str
    score: float
    evidence: Evidence


@dataclass(frozen=True)
class Signals:
    """All that the rankers said of one question, by language."""

    question: Question
    language: Language
    hits: dict[Language, Hits]
    coverage: dict[Language, float]


class Knowledge:
    """Search and look-up. Thread-safe; embedded, it holds the index folder until `close`."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._lock = threading.Lock()
        self._contents = Contents.of(index.entries())

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None) -> Knowledge:
        """Open the configured index. IndexMissing, IndexMismatch, IndexBusy."""
        encoder = encoder or encoder_for(settings)
        return cls(Index.open_for_reading(settings, encoder.id), encoder)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def search(self, query: str, *, language: Language | None = None, limit: int = 5) -> SearchResult:
        """The units that answer a question, best first. `language` is the reader's; default, the question's own.

        Never an error for any string: a question without words finds nothing and is not covered.
        """
        reader = language or language_of(query)
        signals = self.signals(query)
        ranked = self.rank(signals)[: max(0, limit)]
        contents = self._contents
        found: list[Passage] = []
        for place in ranked:
            passage = contents.unit(place.unit, reader)
            if passage is not None:
                found.append(passage.model_copy(update={"score": relevance(place.evidence)}))
        covered = bool(found) and found[0].score >= FLOOR
        return SearchResult(passages=in_order(found), covered=covered)

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
        contents = self._contents
        coverage = {language: question.coverage(contents, language) for language in LANGUAGES}
        empty: dict[Language, Hits] = {language: Hits() for language in LANGUAGES}
        if not question.ideas:
            return Signals(question, language_of(query), empty, coverage)
        dense = self._encoder.queries([question.text])[0]
        # Learned terms cost a second pass through the model, so only where some passages have them and words do little.
        wanted = any(contents.alone(own) and coverage[own] < fusion.LATENT_BELOW for own in LANGUAGES)
        latent = (self._encoder.latents([question.text]) or [None])[0] if wanted else None
        # One request for both languages as long as they fit; a large corpus is asked language by language.
        whole = sum(contents.size.values()) <= DEPTH * len(LANGUAGES)
        if whole:
            found = self._index.hits(
                limit=DEPTH * len(LANGUAGES), dense=dense, words=question.weights, latent=latent
            )
            hits = self._by_language(found)
        else:
            hits = {
                own: self._index.hits(
                    limit=DEPTH, dense=dense, words=question.weights, latent=latent, language=own
                )
                for own in LANGUAGES
            }
        return Signals(question, language_of(question.text), hits, coverage)

    def _by_language(self, found: Hits) -> dict[Language, Hits]:
        points = self._table(found).points
        hits: dict[Language, Hits] = {language: Hits() for language in LANGUAGES}
        for name in ("dense", "windows", "words", "latent"):
            for point, score in getattr(found, name).items():
                if point in points:
                    getattr(hits[points[point].entry.passage.language], name)[point] = score
        return hits

    def _table(self, found: Hits) -> Contents:
        """The table of contents; read again when another process has switched the index under this one."""
        if any(point not in self._contents.points for point in found.dense):
            with self._lock:
                if any(point not in self._contents.points for point in found.dense):
                    self._contents = Contents.of(self._index.entries())
        return self._contents

    def rank(self, signals: Signals) -> list[Ranked]:
        """Every candidate unit, best first."""
        contents = self._contents
        fused: dict[Language, dict[str, float]] = {}
        alike: dict[Language, dict[str, float]] = {}
        mean: dict[Language, float] = {}
        for own in LANGUAGES:
            hits = signals.hits[own]
            fused[own] = fusion.within_language(
                hits, contents.size[own], signals.coverage[own], contents.alone(own)
            )
            alike[own] = fusion.similarity(hits.dense, hits.windows)
            mean[own] = sum(alike[own].values()) / len(alike[own]) if alike[own] else 0.0
        covered = max(signals.coverage.values())
        other: Language = "en" if signals.language == "zh" else "zh"
        ranked: list[Ranked] = []
        for unit in {contents.points[point].entry.passage.unit for own in fused.values() for point in own}:
            versions = contents.units[unit]
            scores = {own: fused[own].get(version.point) for own, version in versions.items()}
            score = fusion.across_languages(scores.get(signals.language), scores.get(other))
            evidence = Evidence(
                margin=max(
                    (alike[own][version.point] - mean[own] for own, version in versions.items() if version.point in alike[own]),
                    default=0.0,
                ),
                coverage=covered,
                match=max(
                    signals.question.coverage(contents, own, version.words) for own, version in versions.items()
                ),
            )
            ranked.append(Ranked(unit, score + _preference(signals.question, versions), evidence))
        return sorted(ranked, key=lambda place: (-place.score, place.unit))


def _preference(question: Question, versions: dict[Language, Version]) -> float:
    """What a unit gains or loses for being a restatement, in z."""
    version = next(iter(versions.values()))
    if not version.entry.derived:
        return 0.0
    return ITS_PRODUCT if version.about & set(question.products) else -RESTATED
