"""The Celery beat scheduler of the sweep, with back-pressure.

Celery's own scheduler always sends, and messages stay in Redis until a worker takes them: a night without workers would
queue thousands of messages for one and the same sweep.
"""

import logging
from typing import Any

from celery.beat import Scheduler
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from service import heartbeat
from service.jobs import QUEUES, SWEEP
from service.logs.back_off import Outage
from workers.app import SETTINGS, celery

log = logging.getLogger(__name__)

REDIS = Outage(log, "Redis")

MAX_QUEUED_SWEEPS = 2
"""Sweep messages that may wait in the queue."""


class SweepScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Schedule the sweep without a state file: the schedule is in the code, and its tasks may run at any time."""

    def setup_schedule(self) -> None:
        """Load the schedule, and tell `mithaq health` that it is there."""
        super().setup_schedule()
        heartbeat.record(SETTINGS.var, "beat")

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:
        """Send the task, unless MAX_QUEUED_SWEEPS messages are already queued, or Redis is away."""
        heartbeat.record(SETTINGS.var, "beat")
        try:
            queued = self._queued_sweeps()
        except (OperationalError, RedisError, OSError) as error:
            REDIS.failed(error)
            return None
        REDIS.recovered()
        if queued < MAX_QUEUED_SWEEPS:
            return super().apply_async(entry, producer=producer, advance=advance, **options)
        if advance:
            self.reserve(entry)
        log.info("sweep not sent: %d sweeps are still queued; is a worker running?", MAX_QUEUED_SWEEPS)
        return None

    def _queued_sweeps(self) -> int:
        with self.app.connection_for_write() as connection:
            return int(connection.default_channel.client.llen(QUEUES[SWEEP]))


def run() -> None:
    """Run the scheduler in this process until a stop signal."""
    celery.start(["--quiet", "beat", "--scheduler=workers.beat:SweepScheduler", f"--loglevel={SETTINGS.log}"])
