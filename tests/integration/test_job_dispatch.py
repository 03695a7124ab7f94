"""A bell that cannot be rung costs neither the act nor much time."""

import logging
import time

import pytest

from service.job_dispatch import JobDispatcher, celery_url
from service.jobs import RENDER_EXPORT, Job


def test_celery_is_told_of_a_unix_socket_in_its_own_words() -> None:
    assert celery_url("unix:///var/x y/redis.sock") == "redis+socket:///var/x%20y/redis.sock"
    assert celery_url("redis://h:1/0") == "redis://h:1/0"


@pytest.mark.parametrize("url", ["unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0"])
def test_without_redis_the_bell_is_silent_and_says_so(url: str, caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        JobDispatcher(url).dispatch(Job(RENDER_EXPORT, "job_x"))
    assert "job_x not dispatched" in caplog.text
    assert time.monotonic() - began < 10
