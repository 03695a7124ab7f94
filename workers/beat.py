"""The timetable: rings for the sweep, and holds back while nobody has heard its last rings.

Celery's own scheduler sends whatever happens, and what is sent lies in Redis until a worker takes it: a night without
workers would leave thousands of rings for one and the same sweep.
"""

import logging
from typing import Any

from celery.beat import Scheduler
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from service.jobs import QUEUES, SWEEP

log = logging.getLogger(__name__)

MAX_QUEUED_SWEEPS = 2
"""Rings that may lie there."""


class SweepScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Keeps nothing on disk: the timetable is in the code, and its tasks may run at any time."""

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:
        """Send, unless UNHEARD rings lie in the queue."""
        if self._queued_sweeps() < MAX_QUEUED_SWEEPS:
            return super().apply_async(entry, producer=producer, advance=advance, **options)
        if advance:
            self.reserve(entry)
        log.info("nobody has heard the last rings for the sweep; is a worker running?")
        return None

    def _queued_sweeps(self) -> int:
        try:
            with self.app.connection_for_write() as connection:
                return int(connection.default_channel.client.llen(QUEUES[SWEEP]))
        except (OperationalError, RedisError, OSError):
            return 0  # sending says what is wrong
