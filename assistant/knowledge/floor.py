"""The relevance floor: how likely a passage answers the question, from measures that mean the same in any corpus.

A logistic model; its weights were fitted on labelled questions (docs/retrieval.md: data, precision and recall).
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Evidence:
    """What speaks for a passage.

    `margin`: similarity above the corpus mean (about 0 to .12), the better of its two language versions.
    `coverage`: share of the question's meaning that the whole corpus has words for (0 to 1).
    `match`: share of it that this passage has words for (0 to 1).
    """

    margin: float
    coverage: float
    match: float


# Intercept, then one weight for each measure of `Evidence`.
WEIGHTS = (-6.0, 50.0, 3.0, 2.0)
# A question is covered when its best passage scores at least this.
FLOOR = 0.5


def relevance(evidence: Evidence) -> float:
    """From 0 to 1."""
    intercept, *weights = WEIGHTS
    total = intercept + math.fsum(w * value for w, value in zip(weights, astuple(evidence), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
