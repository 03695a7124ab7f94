"""Fewer and fewer lines about what goes on happening, and one line when it is over."""

import logging
import time
from collections.abc import Callable
from threading import Lock

FIRST_INTERVAL = 10.0
"""Seconds until a line is repeated for the first time; each further interval is twice as long."""

LONGEST_INTERVAL = 600.0
"""Seconds."""

Clock = Callable[[], float]


class GrowingInterval:
    """Says whether a repeated line is written: the first `burst` times, then at growing intervals.

    After a pause of LONGEST_INTERVAL, or twice the interval reached if that is shorter, it starts again.
    """

    def __init__(self, *, burst: int = 1, clock: Clock = time.monotonic) -> None:
        self._burst = burst
        self._clock = clock
        self._written = 0
        self._skipped = 0
        self._interval = FIRST_INTERVAL
        self._last_written = self._last_seen = clock()

    def admit(self) -> bool:
        """Count one occurrence; return whether it is written."""
        now = self._clock()
        if self._written and now - self._last_seen > min(LONGEST_INTERVAL, 2 * self._interval):
            self._written, self._interval = 0, FIRST_INTERVAL
        self._last_seen = now
        if self._written >= self._burst:
            if now - self._last_written < self._interval:
                self._skipped += 1
                return False
            self._interval = min(LONGEST_INTERVAL, 2 * self._interval)
        self._written += 1
        self._last_written = now
        return True

    def take_skipped(self) -> int:
        """Return how many occurrences were not written since the last call."""
        skipped, self._skipped = self._skipped, 0
        return skipped


class Outage:
    """The lines about one thing that other programs provide, such as Redis, and that may be away for long."""

    def __init__(self, logger: logging.Logger, subject: str, *, clock: Clock = time.monotonic) -> None:
        """`subject` begins the lines: “Redis” (is not available)."""
        self._logger, self._subject, self._clock = logger, subject, clock
        self._lock = Lock()
        self._interval: GrowingInterval | None = None
        self._since = 0.0
        self._failures = 0

    def failed(self, error: BaseException) -> None:
        """Count a failure, and write a line if one is due."""
        with self._lock:
            is_first = self._interval is None
            if self._interval is None:
                self._interval, self._since, self._failures = GrowingInterval(clock=self._clock), self._clock(), 0
            self._failures += 1
            due, failures, seconds = self._interval.admit(), self._failures, self._clock() - self._since
        if is_first:
            self._logger.warning("%s is not available: %s", self._subject, error)
        elif due:
            self._logger.warning(
                "%s is still not available, %d failures in %.0f s: %s", self._subject, failures, seconds, error
            )

    def recovered(self) -> None:
        """Write a line if there was an outage. Costs nothing otherwise."""
        if self._interval is None:
            return
        with self._lock:
            ended, self._interval = self._interval, None
            failures, seconds = self._failures, self._clock() - self._since
        if ended:
            self._logger.warning("%s is available again after %.0f s and %d failures", self._subject, seconds, failures)
