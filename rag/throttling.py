"""How often and how much at once a client may: counted, and said when there is room again. The home of limits.

Knows keys and counts, neither users nor requests.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from rag.errors import JianghuaError


class TooOftenError(JianghuaError):
    """A client has used up what it may; ``seconds`` later it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests; try again in {seconds} s.")
        self.seconds = seconds


class Throttle:
    """So many times in so many seconds for each key, from its first time on.

    Windows are fixed: the library drops their keys when they are over, which it does not for moving
    ones, so that names made up by an attacker would stay for ever.
    """

    def __init__(self, times: int, seconds: int) -> None:
        self._limit = RateLimitItemPerSecond(times, seconds)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, key: str) -> None:
        """Count one more.

        Raises:
            TooOftenError: It is one too many.
        """
        if not self._limiter.hit(self._limit, key):
            left = self._limiter.get_window_stats(self._limit, key).reset_time - time.time()
            raise TooOftenError(max(1, math.ceil(left)))

    def forget(self, key: str) -> None:
        """Begin to count anew."""
        self._limiter.clear(self._limit, key)


class AtOnce:
    """So many things at the same time for each key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """One more, for as long as the block lasts.

        Raises:
            TooOftenError: As many are at work as may be; how long they take, nobody knows.
        """
        with self._lock:
            if self._now[key] >= self._most:
                raise TooOftenError(1)
            self._now[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._now[key] -= 1
                self._now += Counter()  # drops what is at zero
