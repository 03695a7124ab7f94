"""The subscription of a process ends whenever it is cancelled, also while it connects to Redis."""

import asyncio
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.change_notification import ChangeNotification
from service.pubsub import PubSub
from tests.support.waiting import TIMEOUT
from tests.support.web_processes import run_redis

ATTEMPTS = 60
"""Cancellations at random moments of the first milliseconds; before, one in ten was lost."""


class _Nobody:
    def on_change(self, change: ChangeNotification) -> None:
        pass

    def on_presence(self, draft: str, frame: bytes) -> None:
        pass


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_redis(tmp_path_factory.mktemp("redis")) as (_, url):
        yield url


async def cancel_at_random_moments(url: str, *, attempts: int, longest: float) -> None:
    for number in range(attempts):
        running = asyncio.create_task(PubSub(url).run(_Nobody()))
        await asyncio.sleep(random.random() * longest)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in (running, *others) if number % 2 else (running,):  # the end of a loop cancels all tasks
            task.cancel()
        ended, _ = await asyncio.wait([running], timeout=TIMEOUT)
        assert ended and running.cancelled(), f"attempt {number} goes on"
        assert asyncio.all_tasks() == {asyncio.current_task()}


def test_subscription_ends_while_it_connects(redis_url: str) -> None:
    asyncio.run(cancel_at_random_moments(redis_url, attempts=ATTEMPTS, longest=0.004))


def test_subscription_ends_while_redis_is_away(tmp_path: Path) -> None:
    asyncio.run(cancel_at_random_moments(f"unix://{tmp_path}/none.sock", attempts=ATTEMPTS, longest=0.004))


def test_subscription_ends_while_redis_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        asyncio.run(cancel_at_random_moments(url, attempts=ATTEMPTS // 3, longest=0.004))
