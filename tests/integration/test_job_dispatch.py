"""A failing job dispatch costs neither the act nor much time."""

import logging
import time

import pytest

from service.job_dispatch import JobDispatcher, celery_url
from service.jobs import RENDER_EXPORT, Job


def test_unix_socket_url_is_translated_for_celery() -> None:
    assert celery_url("unix:///var/x y/redis.sock") == "redis+socket:///var/x%20y/redis.sock"
    assert celery_url("redis://h:1/0") == "redis://h:1/0"


@pytest.mark.parametrize("url", ["unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0"])
def test_dispatch_without_redis_is_skipped_and_logged(url: str, caplog: pytest.LogCaptureFixture) -> None:
    started_at = time.monotonic()
    with caplog.at_level(logging.WARNING):
        JobDispatcher(url).dispatch(Job(RENDER_EXPORT, "job_x"))
    assert "Redis, to which jobs are sent, is not available" in caplog.text
    assert time.monotonic() - started_at < 10
