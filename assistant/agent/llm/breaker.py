"""A circuit breaker: an endpoint that keeps failing is left alone for a while, and no turn waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after `threshold` failures in a row; after `rest_s` seconds one call is let through as a trial.

    Not shared between processes: each finds out for itself.
    """

    def __init__(self, threshold: int = 3, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._threshold = threshold
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether calls are refused now, but for a trial."""
        return self._opened_at is not None

    def allow(self) -> bool:
        """Whether a call may be made; after the rest, true for one caller until it tells how it went."""
        if self._opened_at is None:
            return True
        if self._trying or self._clock() - self._opened_at < self._rest_s:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """A call went well: closed again."""
        self._failures = 0
        self._opened_at = None
        self._trying = False

    def failed(self) -> None:
        """A call failed; a failed trial rests again."""
        self._failures += 1
        if self._trying or self._failures >= self._threshold:
            self._opened_at = self._clock()
        self._trying = False

    def abandoned(self) -> None:
        """A call was given up for a reason that says nothing of the endpoint; a trial may be made by another."""
        self._trying = False
