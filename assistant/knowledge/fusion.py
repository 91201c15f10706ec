"""How the rankers' scores become one: pure functions, each ranker weighed by what it can know of this question.

The numbers were chosen on half of a public parallel question set (docs/retrieval.md says which, and how the other
half did). A score is first put in units of its own spread (z): a similarity of .83 and a BM25 of 7 share no scale.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

# How much the best two-sentence window counts beside the whole passage.
WINDOW_WEIGHT = 1.0
# Words count by this times the share of the question that the corpus's words cover, so not at all across languages.
WORDS_WEIGHT = 0.3
# Learned terms count by this times what is not covered, and only where less than LATENT_BELOW is.
LATENT_WEIGHT = 0.3
LATENT_BELOW = 0.5
# A known question counts by this times how far it is nearer than ASKED_FROM standard deviations above the passages'
# mean: two questions that have nothing in common are about that alike.
ASKED_WEIGHT = 0.8
ASKED_FROM = 2.0
# A cross-encoder's score counts by this times the first stage's, each in units of its spread over the candidates. Not
# fitted: an equal say keeps what the first stage knows and no cross-encoder does (originals before restatements).
RERANK_WEIGHT = 1.0
# What the version in the question's own language counts where a unit has both.
OWN_LANGUAGE = 0.75


@dataclass(frozen=True)
class Hits:
    """Scores by point id from each ranker."""

    dense: dict[str, float] = field(default_factory=dict)
    windows: dict[str, float] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)
    latent: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)


def standardised(scores: Mapping[str, float], size: int) -> dict[str, float]:
    """z-scores over `size` passages of which those not in `scores` scored 0."""
    if not scores or size <= 0:
        return {}
    size = max(size, len(scores))
    mean = math.fsum(scores.values()) / size
    squares = math.fsum((score - mean) ** 2 for score in scores.values()) + (size - len(scores)) * mean * mean
    spread = math.sqrt(squares / size)
    # Scores that are all the same tell nothing apart; the bound keeps rounding noise from looking like a difference.
    if spread < 1e-9 * max(1.0, abs(mean)):
        return dict.fromkeys(scores, 0.0)
    return {key: (score - mean) / spread for key, score in scores.items()}


def similarity(
    dense: Mapping[str, float], windows: Mapping[str, float], windowed: Collection[str] = ()
) -> dict[str, float]:
    """Each passage's similarity: the weighted mean of the whole and of its best window; the whole where it has none.

    `windowed` are the passages that have windows. One missing from a list scored no better than the list's last, and
    gets that.
    """
    if not dense:
        return {}
    whole_bound = min(dense.values())
    window_bound = min(windows.values(), default=whole_bound)
    mixed = dict(dense)
    for key in {*windows, *windowed}:
        whole, best = dense.get(key, whole_bound), windows.get(key, window_bound)
        mixed[key] = (whole + WINDOW_WEIGHT * best) / (1 + WINDOW_WEIGHT)
    return mixed


def within_language(
    hits: Hits,
    size: int,
    coverage: float,
    alone: int = 0,
    windowed: Collection[str] = (),
    usual: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """One score per point of one language, about 0 for an average passage and 3 for the best of a few hundred.

    `size` is the number of passages in the language, `alone` how many of them have learned terms, `coverage` (0 to 1)
    the share of the question that the words of these passages cover. `usual` are the similarities of the passages in
    the question's own language, by which a known question is measured; by default those of these passages.
    """
    alike = similarity(hits.dense, hits.windows, windowed)
    dense = standardised(alike, len(alike))
    # The root tames a long tail: one passage with every word of the question is not three times as good as the next.
    roots = {key: math.sqrt(max(0.0, score)) for key, score in hits.words.items()}
    words = standardised(roots, size)
    latent = standardised(hits.latent, alone) if coverage < LATENT_BELOW else {}
    asked = nearness(hits.asked, usual or alike)
    # A point that one list lacks is, for that list, no better than its worst (dense) or without a match (words).
    dense_floor = min(dense.values(), default=0.0)
    words_floor = _unmatched(roots, size)
    return {
        key: dense.get(key, dense_floor)
        + WORDS_WEIGHT * coverage * words.get(key, words_floor)
        + LATENT_WEIGHT * (1 - coverage) * latent.get(key, 0.0)
        + ASKED_WEIGHT * asked.get(key, 0.0)
        for key in dense.keys() | words.keys() | latent.keys() | asked.keys()
    }


def nearness(asked: Mapping[str, float], alike: Mapping[str, float]) -> dict[str, float]:
    """How much nearer a question is to a passage's known questions than to any question; never below 0.

    In units of the spread of the passages' own similarities (`alike`), so that it adds up with their z-scores. A
    passage without a known question near this one is neither helped nor harmed.
    """
    if not asked or len(alike) < 2:
        return {}
    mean = math.fsum(alike.values()) / len(alike)
    spread = math.sqrt(math.fsum((score - mean) ** 2 for score in alike.values()) / len(alike))
    if spread < 1e-9 * max(1.0, abs(mean)):
        return {}
    return {key: max(0.0, (score - mean) / spread - ASKED_FROM) for key, score in asked.items()}


def _unmatched(scores: Mapping[str, float], size: int) -> float:
    """The z-score of a passage that matched nothing."""
    if not scores or len(scores) >= size:
        return 0.0
    absent = "\0unmatched"
    return standardised({**scores, absent: 0.0}, size)[absent]


def across_languages(own: float | None, other: float | None) -> float:
    """One unit's score from its two versions: in the question's language and in the other one."""
    if own is None:
        return other if other is not None else 0.0
    if other is None:
        return own
    return OWN_LANGUAGE * own + (1 - OWN_LANGUAGE) * other


def reranked(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """Candidates' scores from the first stage and a cross-encoder's, each in units of its spread over them.

    One that the cross-encoder has not read counts, for it, as the worst that it has.
    """
    before, after = standardised(first, len(first)), standardised(second, len(second))
    worst = min(after.values(), default=0.0)
    return {key: score + RERANK_WEIGHT * after.get(key, worst) for key, score in before.items()}


def reciprocal_ranks(rankings: Iterable[Mapping[str, float]], k: int = 60) -> dict[str, float]:
    """Plain reciprocal rank fusion (Cormack et al. 2009): what this module is measured against."""
    fused: dict[str, float] = {}
    for scores in rankings:
        for rank, key in enumerate(sorted(scores, key=lambda point: (-scores[point], point)), start=1):
            fused[key] = fused.get(key, 0.0) + 1 / (k + rank)
    return fused
