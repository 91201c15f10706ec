"""Metrics of a ranked list, with binary relevance. `ranked` holds distinct ids, best first.

- hit@k: 1 if one of the first k is relevant, else 0.
- MRR@10: 1 / the place of the first relevant one among the first ten, 0 when there is none.
- nDCG@10: the discounted gain of the first ten, each relevant one counting 1 / log2(place + 1), over that of the best
  possible order.

A test compares MRR and nDCG with `ir-measures`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

DEPTH = 10


def hit(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """hit@k, 0 or 1."""
    return float(any(name in relevant for name in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int = DEPTH) -> float:
    """MRR@k of one question."""
    return next((1 / place for place, name in enumerate(ranked[:k], 1) if name in relevant), 0.0)


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int = DEPTH) -> float:
    """nDCG@k of one question; NaN when nothing is relevant."""
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(len(set(relevant)), k) + 1))
    gain = sum(1 / math.log2(place + 1) for place, name in enumerate(ranked[:k], 1) if name in relevant)
    return gain / ideal if ideal else math.nan
