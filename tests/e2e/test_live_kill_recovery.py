"""Web servers are killed during live editing: acknowledged edits are there, under the name of their author."""

import asyncio
import logging
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.updates import parse_update
from service.store.drafts import journal as journal_store
from tests.support.factories import SECRET, SampleInstance, create_document, save_text
from tests.support.web_processes import ChildProcess, WebProcess, run_redis, run_web_processes
from tests.support.ws_clients import ReconnectingClient, WsClient, run_in_thread, wait_until_converged

DATABASES = ("sqlite", "postgresql")
KILLS = 100 if os.environ.get("MITHAQ_TEST_SOAK") else 10
"""Per database."""
WRITERS = ("lama", "jihan", "salma", "karim")
INITIAL_TEXT = "## المادة ١ {#one}\n\nنصّ أوّل 🙂 first text.\n"


@dataclass(frozen=True)
class LiveCluster:
    """Two web servers, their Redis, and a text."""

    stage: SampleInstance
    webs: list[WebProcess]
    redis: ChildProcess
    document: str

    @property
    def urls(self) -> list[str]:
        path = f"/api/v1/documents/{self.document}/editions/ar/live"
        return [f"ws://localhost:{web.settings.port}{path}" for web in self.webs]

    def people(self, count: int, seed: int) -> list[ReconnectingClient]:
        names = [WRITERS[nth % len(WRITERS)] for nth in range(count)]
        return [
            ReconnectingClient(self.urls, token=self.stage.token(name), seed=seed + nth)
            for nth, name in enumerate(names)
        ]

    def rows(self) -> tuple[journal_store.Update, ...]:
        with self.stage.read() as tx:
            return journal_store.list_updates(tx, f"{self.document}.ar", epoch=1, after=0)

    def replay(self) -> SharedText:
        """Return the text of all rows, parsed one by one."""
        return SharedText.load(None, [row.data for row in self.rows()], client_id=1)


@contextmanager
def run_cluster(instance: SampleInstance, directory: Path) -> Iterator[LiveCluster]:
    document = create_document(instance, texts={"ar": INITIAL_TEXT})
    settings = instance.app_state.settings.replace(secret=SECRET.decode())
    with run_redis(directory) as (redis, url), run_web_processes(settings, 2, redis_url=url) as found:
        yield LiveCluster(instance, found, redis, document)


@pytest.fixture
def cluster(instance: SampleInstance, tmp_path: Path) -> Iterator[LiveCluster]:
    with run_cluster(instance, tmp_path) as found:
        yield found


def acknowledged(people: list[ReconnectingClient]) -> list[bytes]:
    return [update for one in people for update in one.acknowledged]


def count_lost(cluster: LiveCluster, updates: list[bytes]) -> int:
    """Count the changes of which no row contains anything."""
    replay = cluster.replay()
    return sum(replay.apply(update) != b"" for update in updates)


def count_wrong_authors(cluster: LiveCluster) -> int:
    """Count the rows that hold edits under another person's client id."""
    whose: dict[int, str] = {}
    return sum(
        whose.setdefault(struct.run.client, row.actor) != row.actor
        for row in cluster.rows()
        for struct in parse_update(row.data).structs
    )


def test_acknowledged_edits_survive_every_kill(cluster: LiveCluster) -> None:
    seed = random.randrange(10**6)
    logging.getLogger(__name__).warning("seed %s", seed)  # printed where the test fails
    chance = random.Random(seed)

    async def scenario() -> None:
        people, stop = cluster.people(12, seed), asyncio.Event()
        for one in people:
            await one.reconnect()
        typing = [asyncio.create_task(one.edit_until(stop, rate=10)) for one in people]
        for _ in range(KILLS):
            victim = chance.choice(cluster.webs)
            before = sum(len(one.acknowledged) for one in people)
            while sum(len(one.acknowledged) for one in people) < before + chance.randrange(5, 60):
                await asyncio.sleep(0.01)
            await asyncio.to_thread(victim.kill)
            assert await asyncio.to_thread(count_lost, cluster, acknowledged(people)) == 0
            await asyncio.to_thread(victim.start)
        stop.set()
        await asyncio.gather(*typing)
        text = await wait_until_converged(people)
        assert cluster.replay().text == text
        assert count_lost(cluster, acknowledged(people)) == count_wrong_authors(cluster) == 0
        for url in cluster.urls:
            async with WsClient(url, token=cluster.stage.token("lama")) as late:
                assert late.text == text
        assert cluster.replay().is_consistent()
        for one in people:
            await one.close()

    run_in_thread(scenario())


def test_redis_may_be_killed_during_live_editing(cluster: LiveCluster) -> None:
    async def scenario() -> None:
        people, stop = cluster.people(4, 7), asyncio.Event()
        for one in people:
            await one.reconnect()
        typing = [asyncio.create_task(one.edit_until(stop, rate=10)) for one in people]
        await asyncio.to_thread(cluster.redis.kill)
        before = sum(len(one.acknowledged) for one in people)
        while sum(len(one.acknowledged) for one in people) < before + 60:
            await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*typing)
        await wait_until_converged(people)
        await asyncio.to_thread(save_text, cluster.stage, cluster.document, people[0].text + "\nمن غير ساعٍ\n")
        for one in people:
            await one.wait_for(partial(_has_text, one, "من غير ساعٍ"), seconds=3)
        await asyncio.to_thread(cluster.redis.start)
        assert {one.closed for one in people} == {None}
        for one in people:
            await one.close()

    run_in_thread(scenario())


def test_two_servers_show_each_others_people(cluster: LiveCluster) -> None:
    async def scenario() -> None:
        first, second = (WsClient(url, token=cluster.stage.token("lama")) for url in cluster.urls)
        async with first, second:
            await first.send_awareness({"cursor": None})
            await second.wait_for(lambda: first.replica.client_id in second.remote_awareness, seconds=3)
            async with WsClient(cluster.urls[1], token=cluster.stage.token("salma")) as late:
                await late.wait_for(lambda: first.replica.client_id in late.remote_awareness, seconds=3)
                await first.close()
                await late.wait_for(lambda: late.remote_awareness[first.replica.client_id] is None, seconds=3)

    run_in_thread(scenario())


def _has_text(one: WsClient, words: str) -> bool:
    return words in one.text
