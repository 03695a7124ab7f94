"""The doorbell: a job's name and id to Celery, after commit.

A bell nobody hears costs time, never work: workers/sweep.py rings again.
"""

import logging
from urllib.parse import quote

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from service.jobs import QUEUES, Job

log = logging.getLogger(__name__)


def celery_url(redis_url: str) -> str:
    """The address Celery understands for `redis_url`: unix:///path becomes redis+socket:///path."""
    if redis_url.startswith("unix://"):
        return f"redis+socket://{quote(redis_url.removeprefix('unix://'))}"
    return redis_url


def is_redis_reachable(redis_url: str) -> bool:
    """Whether the Redis there takes commands; asked for a second at most."""
    try:
        with Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0) as redis:
            return bool(redis.ping())
    except (RedisError, OSError, ValueError):
        return False


def has_worker(redis_url: str) -> bool:
    """Whether a worker answers within a few seconds. Raises what Celery and its transport raise."""
    with Celery(broker=celery_url(redis_url), set_as_current=False) as client:
        return bool(client.control.inspect(timeout=5.0, limit=1).ping())


class JobDispatcher:
    """Rings for jobs. Never raises: a dead Redis is written to the log, and the sweep rings again."""

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery(broker=celery_url(redis_url), set_as_current=False)
        self._celery.conf.update(
            # one quick try: the row is safe, and the person who waits for the answer must not wait for Redis
            broker_connection_timeout=1.0,
            broker_transport_options={"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0},
            task_publish_retry=False,
            task_ignore_result=True,
        )

    def dispatch(self, job: Job) -> None:
        """Send the bell of `job`, or say in the log that it could not be sent."""
        try:
            self._celery.send_task(job.name, args=[job.id], queue=QUEUES[job.name], retry=False)
        except (OperationalError, RedisError, OSError) as error:
            log.warning("bell of %s %s not rung: %s", job.name, job.id, error)


class NullDispatcher:
    """A bell that rings nowhere: for commands without workers. The sweep finds the rows."""

    def dispatch(self, job: Job) -> None:
        """Do nothing."""
