"""Job dispatch: send the name and id of a job to Celery after commit.

A lost message only delays the job: the sweep (workers/sweep.py) dispatches it again.
"""

import logging
from urllib.parse import quote

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from service.jobs import LANES, QUEUES, Job
from service.logs.back_off import Outage

log = logging.getLogger(__name__)


def celery_url(redis_url: str) -> str:
    """Translate `redis_url` for Celery: unix:///path becomes redis+socket:///path."""
    if redis_url.startswith("unix://"):
        return f"redis+socket://{quote(redis_url.removeprefix('unix://'))}"
    return redis_url


def is_redis_reachable(redis_url: str) -> bool:
    """Return whether Redis answers PING within a second."""
    try:
        with Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0) as redis:
            return bool(redis.ping())
    except (RedisError, OSError, ValueError):
        return False


def list_lanes_without_worker(redis_url: str) -> list[str]:
    """Return the lanes whose queues no worker consumes, asking for up to 5 seconds. Raises what Celery raises."""
    consumed: set[str] = set()
    with Celery(broker=celery_url(redis_url), set_as_current=False) as client:
        for _ in range(5):
            workers = client.control.inspect(timeout=1.0).active_queues() or {}
            consumed |= {queue["name"] for queues in workers.values() for queue in queues}
            missing = [lane for lane, names in LANES.items() if not {QUEUES[name] for name in names} <= consumed]
            if not missing:
                break
    return missing


class JobDispatcher:
    """Dispatches jobs through Celery. Never raises: a failure is logged, and the sweep dispatches again."""

    def __init__(self, redis_url: str) -> None:
        self._outage = Outage(log, "Redis, to which jobs are sent,")
        self._celery = Celery(broker=celery_url(redis_url), set_as_current=False)
        self._celery.conf.update(
            # one short attempt: the row is committed, and the HTTP response must not wait for Redis
            broker_connection_timeout=1.0,
            broker_transport_options={"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0},
            task_publish_retry=False,
            task_ignore_result=True,
        )

    def dispatch(self, job: Job) -> None:
        """Send the message for `job`; a failure is logged, with back-off."""
        try:
            self._celery.send_task(job.name, args=[job.id], queue=QUEUES[job.name], retry=False)
        except (OperationalError, RedisError, OSError) as error:
            self._outage.failed(error)
        else:
            self._outage.recovered()


class NullDispatcher:
    """A dispatcher that sends nothing, for commands without workers. The sweep finds the rows."""

    def dispatch(self, job: Job) -> None:
        """Do nothing."""
