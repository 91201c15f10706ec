"""For whom a model is asked, and until when: all calls of a turn share one limit of time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """`visitor` is whose token budget a call is on, `until` the moment (`time.monotonic`) at which it is given up."""

    visitor: str
    until: float = math.inf

    @classmethod
    def within(cls, seconds: float, visitor: str) -> Caller:
        """The caller of a turn that may spend so many seconds on its calls, beginning now."""
        return cls(visitor, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds that are left, 0 or less when there are none."""
        return self.until - time.monotonic()
