"""For whom a model is asked, and until when: all calls of a turn share one limit of time, reading a part of it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Caller:
    """`visitor` is whose token budget a call is on, `until` the moment (`time.monotonic`) at which it is given up,
    `reading_s` how many seconds of that are left for reading and looking up."""

    visitor: str
    until: float = math.inf
    reading_s: float = math.inf

    @classmethod
    def within(cls, seconds: float, visitor: str, reading_s: float = math.inf) -> Caller:
        """The caller of a turn that may spend so many seconds on its calls, beginning now."""
        return cls(visitor, time.monotonic() + seconds, reading_s)

    def left(self) -> float:
        """Seconds that are left, 0 or less when there are none."""
        return self.until - time.monotonic()

    @contextmanager
    def reading(self) -> Iterator[Caller]:
        """Who asks within the block, in which a message is read or things are looked up."""
        begun = time.monotonic()
        try:
            yield Caller(self.visitor, min(self.until, begun + self.reading_s))
        finally:
            self.reading_s -= time.monotonic() - begun

    def give_up(self) -> None:
        """Ask no more in this turn."""
        self.until = -math.inf
