"""The relevance floor: how likely a passage answers the question, from measures that any corpus and embedder has.

A logistic model, one for each kind of embedder: similarities of one model say nothing of another's. The bundled model's
was fitted on its own similarities; any other model is judged without them, by how far a passage stands out. Both were
fitted on labelled questions with the bundled embedder and the corpus that ships with the program; docs/retrieval.md
gives the data, precision and recall. A model that is here to stay wants a fit of its own: `fitted`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.encoder import BUNDLED_PREFIX


@dataclass(frozen=True)
class Evidence:
    """What speaks for a passage, from the better of its language versions in each measure.

    `similarity`: to the question, 0 to 1 (with the bundled model, .75 to .95).
    `margin`: how far that lies above the mean over the corpus (about 0 to .12).
    `coverage`: share of the question's meaning that the whole corpus has words for (0 to 1).
    `match`: share of it that this passage has words for (0 to 1).
    `score`: the fused score it was ranked by, in standard deviations.
    `asked`: how much nearer it is to a question that the passage is known to answer than to any question, in standard
    deviations (`fusion.nearness`); 0 where there is none.
    `standing`: how far the similarity lies above the mean over the corpus in standard deviations, whatever the model.
    """

    similarity: float = 0.0
    margin: float = 0.0
    coverage: float = 0.0
    match: float = 0.0
    score: float = 0.0
    asked: float = 0.0
    standing: float = 0.0


# Beyond this a fused score says no more: a lone passage with a rare word stands arbitrarily far out.
_HIGHEST_SCORE = 8.0
_NEAREST_ASKED = 8.0


def own_measures(evidence: Evidence) -> list[float]:
    """What a model is judged by that the weights were fitted for; the last one is for the intercept."""
    return [evidence.similarity, evidence.margin, *_of_words(evidence), 1.0]


def any_measures(evidence: Evidence) -> list[float]:
    """What any model is judged by: nothing that depends on where its similarities lie."""
    return [evidence.standing, *_of_words(evidence), 1.0]


def _of_words(evidence: Evidence) -> list[float]:
    score, asked = min(evidence.score, _HIGHEST_SCORE), min(evidence.asked, _NEAREST_ASKED)
    return [evidence.coverage, evidence.match, score, asked]


Measures = Callable[[Evidence], list[float]]


@dataclass(frozen=True)
class Floor:
    """One weight for each measure. A question is covered when its best passage is at least `at` relevant.

    `at` is below one half: turning away a question that the material answers costs more than showing passages for one
    that it does not.
    """

    measures: Measures
    weights: tuple[float, ...]
    at: float = 0.4

    def relevance(self, evidence: Evidence) -> float:
        """From 0 to 1."""
        total = math.fsum(weight * value for weight, value in zip(self.weights, self.measures(evidence), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


BUNDLED = Floor(own_measures, (41.70, 16.95, 1.510, 2.067, 0.0761, 0.2383, -38.54))
ANY = Floor(any_measures, (0.1630, 1.770, 3.475, 0.1910, 0.1310, -2.941))


def floor_for(embedder: str) -> Floor:
    """The floor for the similarities of an embedder, by its id."""
    return BUNDLED if embedder.startswith(BUNDLED_PREFIX) else ANY


def fitted(
    examples: Sequence[tuple[Evidence, bool]], measures: Measures = own_measures, ridge: float = 0.02
) -> tuple[float, ...]:
    """Weights fitted to (evidence of the best passage, whether the corpus answers the question) by Newton's method.

    Measures are standardised first, so `ridge` (per example) shrinks all alike; the intercept is not shrunk.
    """
    rows: NDArray[np.float64] = np.array([measures(evidence) for evidence, _ in examples])
    labels: NDArray[np.float64] = np.array([float(label) for _, label in examples])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    mean[-1], spread[-1] = 0.0, 1.0
    scaled = (rows - mean) / spread
    penalty = np.eye(rows.shape[1]) * ridge * len(labels)
    penalty[-1, -1] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (chance - labels) + penalty @ weights
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(curve, slope)
    plain = weights / spread
    plain[-1] = weights[-1] - float((weights[:-1] * mean[:-1] / spread[:-1]).sum())
    return tuple(float(weight) for weight in plain)
