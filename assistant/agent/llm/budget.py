"""Tokens that may be spent in a day: by one visitor, and by all. Reserved before a call, so the stop is a hard one."""

from __future__ import annotations

from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

_ALL = "everybody"


class Budget:
    """Counts in this process. What a call may cost at most is taken off beforehand, and never given back."""

    def __init__(self, visitor: int, total: int) -> None:
        self._visitor = RateLimitItemPerDay(visitor, namespace="visitor")
        self._total = RateLimitItemPerDay(total, namespace="total")
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def reserve(self, visitor: str, tokens: int) -> bool:
        """Take the tokens off both budgets; false, with nothing taken, when either has fewer left."""
        # A hit counts even where it goes too far, so both are asked first.
        for limit, key in ((self._total, _ALL), (self._visitor, visitor)):
            if not self._limiter.test(limit, key, cost=tokens):
                return False
        own = self._limiter.hit(self._visitor, visitor, cost=tokens)
        return self._limiter.hit(self._total, _ALL, cost=tokens) and own

    def left(self, visitor: str) -> tuple[int, int]:
        """Tokens left today: this visitor's, and everybody's."""
        own = self._limiter.get_window_stats(self._visitor, visitor).remaining
        return own, self._limiter.get_window_stats(self._total, _ALL).remaining


def estimated(*texts: str) -> int:
    """About how many tokens texts have, rather too many: a Chinese character is about one, of English four letters."""
    characters = sum(len(text) for text in texts)
    wide = sum(ord(char) > 0x2E7F for text in texts for char in text)
    return wide + (characters - wide) // 3 + 1
