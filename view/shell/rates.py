"""Rate limits: a burst at once, then a steady rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

_FULL = 10_000


class Rate:
    """Token buckets by key. Not safe between threads: the event loop alone asks."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_second, self._clock = float(burst), per_second, clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def allows(self, key: Hashable) -> bool:
        """Tell whether one more may be done now, and count it if so."""
        tokens = self._tokens(key)
        if tokens < 1:
            return False
        self._buckets[key] = (tokens - 1, self._clock())
        return True

    def wait(self, key: Hashable) -> float:
        """Return in how many seconds one more may be done, and count it."""
        tokens = self._tokens(key) - 1
        self._buckets[key] = (tokens, self._clock())
        return max(0.0, -tokens / self._per_second)

    def _tokens(self, key: Hashable) -> float:
        if len(self._buckets) > _FULL:
            now = self._clock()
            full = (self._burst - 1) / self._per_second
            self._buckets = {one: known for one, known in self._buckets.items() if now - known[1] < full}
        tokens, at = self._buckets.get(key, (self._burst, self._clock()))
        return min(self._burst, tokens + (self._clock() - at) * self._per_second)
