"""Tokens that may be spent in a day: by one visitor, and by all. Reserved before a call, so the stop is a hard one."""

from __future__ import annotations

import time

from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

_ALL = "everybody"
_DAY_S = 86_400


class Budget:
    """Counts in this process. What a call may cost at most is taken off beforehand, and never given back."""

    def __init__(self, visitor: int, total: int) -> None:
        self._visitor = RateLimitItemPerDay(visitor, namespace="visitor")
        self._total = RateLimitItemPerDay(total, namespace="total")
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._spent_until = 0.0

    def reserve(self, visitor: str, tokens: int) -> bool:
        """Take the tokens off both budgets; false, with nothing taken, when either has fewer left."""
        # A hit counts even where it goes too far, so both are asked first.
        for limit, key in ((self._total, _ALL), (self._visitor, visitor)):
            if not self._limiter.test(limit, key, cost=tokens):
                if limit is self._total:
                    ends = self._limiter.get_window_stats(self._total, _ALL).reset_time
                    # Where nothing was spent yet, no day has begun that could end.
                    self._spent_until = ends if ends > time.time() else time.time() + _DAY_S
                return False
        own = self._limiter.hit(self._visitor, visitor, cost=tokens)
        return self._limiter.hit(self._total, _ALL, cost=tokens) and own

    @property
    def spent(self) -> bool:
        """Whether everybody's tokens of this day were too few for a call."""
        return time.time() < self._spent_until

    def left(self, visitor: str) -> tuple[int, int]:
        """Tokens left today: this visitor's, and everybody's."""
        own = self._limiter.get_window_stats(self._visitor, visitor).remaining
        return own, self._limiter.get_window_stats(self._total, _ALL).remaining


def estimated(*texts: str) -> int:
    """About how many tokens texts have, rather too many: a Chinese character is about one, of English four letters."""
    characters = sum(len(text) for text in texts)
    wide = sum(ord(char) > 0x2E7F for text in texts for char in text)
    return wide + (characters - wide) // 3 + 1
