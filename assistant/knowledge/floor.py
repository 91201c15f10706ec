"""The relevance floor: how likely a passage answers the question, from measures that any corpus and embedder has.

A logistic model. Its weights were fitted on labelled questions with the bundled embedder and the corpus that ships with
the program; docs/retrieval.md gives the data, precision and recall. Another embedder wants another fit: `fitted`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray


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
    """

    similarity: float = 0.0
    margin: float = 0.0
    coverage: float = 0.0
    match: float = 0.0
    score: float = 0.0
    asked: float = 0.0


# Beyond this a fused score says no more: a lone passage with a rare word stands arbitrarily far out.
_HIGHEST_SCORE = 8.0
_NEAREST_ASKED = 8.0
# One weight for each measure of `Evidence`, then the intercept.
WEIGHTS = (41.70, 16.95, 1.510, 2.067, 0.0761, 0.2383, -38.54)
# A question is covered when its best passage is at least this relevant. Below one half: turning away a question that
# the material answers costs more than showing passages for one that it does not.
FLOOR = 0.4


def _measures(evidence: Evidence) -> list[float]:
    *measures, score, asked = astuple(evidence)
    return [*measures, min(score, _HIGHEST_SCORE), min(asked, _NEAREST_ASKED), 1.0]


def relevance(evidence: Evidence) -> float:
    """From 0 to 1."""
    total = math.fsum(weight * value for weight, value in zip(WEIGHTS, _measures(evidence), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fitted(examples: Sequence[tuple[Evidence, bool]], ridge: float = 0.02) -> tuple[float, ...]:
    """Weights fitted to (evidence of the best passage, whether the corpus answers the question) by Newton's method.

    Measures are standardised first, so `ridge` (per example) shrinks all alike; the intercept is not shrunk.
    """
    rows: NDArray[np.float64] = np.array([_measures(evidence) for evidence, _ in examples])
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
