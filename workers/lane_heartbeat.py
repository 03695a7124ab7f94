"""The heartbeat of a lane: a step of its Celery consumer, which beats in the event loop that takes its messages."""

import logging
from typing import Any

from celery import bootsteps

from service import heartbeat
from workers.app import SETTINGS

log = logging.getLogger(__name__)


def make_step(lane: str) -> type[Any]:
    """Return the step of a lane. It stops while Redis is away, and when the event loop hangs."""

    class LaneHeartbeat(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
        """Beat while the consumer takes messages."""

        requires = ("celery.worker.consumer.tasks:Tasks",)

        def __init__(self, consumer: Any, **options: Any) -> None:
            self._timer: Any = None
            super().__init__(consumer, **options)

        def start(self, consumer: Any) -> None:
            if not heartbeat.record(SETTINGS.var, lane):
                log.warning("the heartbeat of lane %s cannot be written: mithaq health will report it", lane)
            self._timer = consumer.timer.call_repeatedly(
                heartbeat.INTERVAL, heartbeat.record, args=(SETTINGS.var, lane)
            )

        def stop(self, consumer: Any) -> None:
            if self._timer:
                self._timer.cancel()
                self._timer = None

        shutdown = stop

    return LaneHeartbeat
