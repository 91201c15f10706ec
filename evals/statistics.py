"""How sure a figure is, and whether two runs over the same cases differ.

Shares have Wilson intervals, means percentile bootstrap intervals; two runs are compared case by case: McNemar's exact
test for passed or not, a paired bootstrap of the mean difference (and the sign test) for anything else. All at 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

_ROUNDS = 2000
_SEED = 20260101
SURE = 0.05


@dataclass(frozen=True)
class Estimate:
    """A mean over `n` cases with the ends of its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float
    n: int


def estimate(values: Sequence[float], *, share: bool = True) -> Estimate:
    """Of zeros and ones the share with its Wilson interval, of anything else (or what is no `share`) the mean with a
    bootstrap interval."""
    own = [value for value in values if not math.isnan(value)]
    n = len(own)
    if not n:
        return Estimate(math.nan, math.nan, math.nan, 0)
    mean = math.fsum(own) / n
    if share and set(own) <= {0.0, 1.0}:
        interval = binomtest(int(sum(own)), n).proportion_ci(method="wilson")
        return Estimate(mean, float(interval.low), float(interval.high), n)
    if n == 1:
        return Estimate(mean, mean, mean, 1)
    means = _resampled(np.asarray(own))
    return Estimate(mean, float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975)), n)


def _resampled(values: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(_SEED)
    places = random.integers(0, len(values), size=(_ROUNDS, len(values)))
    found: np.ndarray = values[places].mean(axis=1)
    return found


@dataclass(frozen=True)
class Difference:
    """What changed from one run to another over `n` common cases: the mean difference with its interval, the p value of
    the test, and for passed or not how many cases turned to better and to worse."""

    value: float
    low: float
    high: float
    p: float
    n: int
    better: int
    worse: int

    @property
    def sure(self) -> bool:
        """Whether it is more than noise."""
        return self.p < SURE


def compare(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The same cases in both; pairs with a NaN are left out."""
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if not (math.isnan(a) or math.isnan(b))]
    if not pairs:
        return Difference(math.nan, math.nan, math.nan, 1.0, 0, 0, 0)
    changes = np.asarray([b - a for a, b in pairs])
    better, worse = int((changes > 0).sum()), int((changes < 0).sum())
    mean = float(changes.mean())
    means = _resampled(changes)
    low, high = (float(np.quantile(means, edge)) for edge in (0.025, 0.975))
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    if p < 1.0 and not {value for pair in pairs for value in pair} <= {0.0, 1.0}:
        # The share of resampled means on the other side of zero, both sides; never surer than the signs alone, as a
        # handful of changes to one side resamples to nothing else.
        p = max(p, min(1.0, 2 * float(min((means <= 0).mean(), (means >= 0).mean()))))
    return Difference(mean, low, high, p, len(pairs), better, worse)
