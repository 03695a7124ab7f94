"""Web servers are killed while people write together: what was acknowledged is there, under its writer's name."""

import asyncio
import logging
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.updates import parse
from service.store.drafts import journal as journal_store
from tests.support.factories import SECRET, Stage, a_document, a_save
from tests.support.web_processes import Child, Web, private_redis, webs
from tests.support.ws_clients import Persistent, Typist, agree, play

DATABASES = ("sqlite", "postgresql")
KILLS = 100 if os.environ.get("MITHAQ_TEST_SOAK") else 10
"""On each database."""
WRITERS = ("lama", "jihan", "salma", "karim")
FIRST = "## المادة ١ {#one}\n\nنصّ أوّل 🙂 first text.\n"


@dataclass(frozen=True)
class Place:
    """Two web servers, their Redis, and a text."""

    stage: Stage
    webs: list[Web]
    redis: Child
    document: str

    @property
    def urls(self) -> list[str]:
        path = f"/api/v1/documents/{self.document}/editions/ar/live"
        return [f"ws://localhost:{web.settings.port}{path}" for web in self.webs]

    def people(self, count: int, seed: int) -> list[Persistent]:
        names = [WRITERS[nth % len(WRITERS)] for nth in range(count)]
        return [Persistent(self.urls, token=self.stage.token(name), seed=seed + nth) for nth, name in enumerate(names)]

    def rows(self) -> tuple[journal_store.Update, ...]:
        with self.stage.read() as tx:
            return journal_store.tail(tx, f"{self.document}.ar", epoch=1, after=0)

    def replay(self) -> SharedText:
        """The text of all rows, read one by one."""
        return SharedText.load(None, [row.data for row in self.rows()], client_id=1)


@contextmanager
def a_place(stage: Stage, directory: Path) -> Iterator[Place]:
    document = a_document(stage, texts={"ar": FIRST})
    settings = replace(stage.house.settings, secret=SECRET.decode())
    with private_redis(directory) as (redis, url), webs(settings, 2, redis_url=url) as found:
        yield Place(stage, found, redis, document)


@pytest.fixture
def place(stage: Stage, tmp_path: Path) -> Iterator[Place]:
    with a_place(stage, tmp_path) as found:
        yield found


def acknowledged(people: list[Persistent]) -> list[bytes]:
    return [update for one in people for update in one.saved]


def lost(place: Place, updates: list[bytes]) -> int:
    """How many changes say anything that no row says."""
    replay = place.replay()
    return sum(replay.apply(update) != b"" for update in updates)


def under_wrong_names(place: Place) -> int:
    """How many rows hold words under a client id that is another person's."""
    whose: dict[int, str] = {}
    return sum(
        whose.setdefault(struct.run.client, row.actor) != row.actor
        for row in place.rows()
        for struct in parse(row.data).structs
    )


def test_what_was_acknowledged_survives_every_kill(place: Place) -> None:
    seed = random.randrange(10**6)
    logging.getLogger(__name__).warning("seed %s", seed)  # shown where the test fails
    chance = random.Random(seed)

    async def scene() -> None:
        people, stop = place.people(12, seed), asyncio.Event()
        for one in people:
            await one.back()
        typing = [asyncio.create_task(one.type(stop, rate=10)) for one in people]
        for _ in range(KILLS):
            victim = chance.choice(place.webs)
            before = sum(len(one.saved) for one in people)
            while sum(len(one.saved) for one in people) < before + chance.randrange(5, 60):
                await asyncio.sleep(0.01)
            await asyncio.to_thread(victim.kill)
            assert await asyncio.to_thread(lost, place, acknowledged(people)) == 0
            await asyncio.to_thread(victim.start)
        stop.set()
        await asyncio.gather(*typing)
        text = await agree(people)
        assert place.replay().text == text
        assert lost(place, acknowledged(people)) == under_wrong_names(place) == 0
        for url in place.urls:
            async with Typist(url, token=place.stage.token("lama")) as late:
                assert late.text == text
        assert place.replay().is_sound()
        for one in people:
            await one.go()

    play(scene())


def test_redis_may_die_under_who_writes(place: Place) -> None:
    async def scene() -> None:
        people, stop = place.people(4, 7), asyncio.Event()
        for one in people:
            await one.back()
        typing = [asyncio.create_task(one.type(stop, rate=10)) for one in people]
        await asyncio.to_thread(place.redis.kill)
        before = sum(len(one.saved) for one in people)
        while sum(len(one.saved) for one in people) < before + 60:
            await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*typing)
        await agree(people)
        await asyncio.to_thread(a_save, place.stage, place.document, people[0].text + "\nمن غير ساعٍ\n")
        for one in people:
            await one.until(partial(_reads, one, "من غير ساعٍ"), seconds=3)
        await asyncio.to_thread(place.redis.start)
        assert {one.closed for one in people} == {None}
        for one in people:
            await one.go()

    play(scene())


def test_two_servers_show_each_others_people(place: Place) -> None:
    async def scene() -> None:
        first, second = (Typist(url, token=place.stage.token("lama")) for url in place.urls)
        async with first, second:
            await first.show({"cursor": 1})
            await second.until(lambda: first.copy.client_id in second.others, seconds=3)
            async with Typist(place.urls[1], token=place.stage.token("salma")) as late:
                await late.until(lambda: first.copy.client_id in late.others, seconds=3)
                await first.go()
                await late.until(lambda: late.others[first.copy.client_id] is None, seconds=3)

    play(scene())


def _reads(one: Typist, words: str) -> bool:
    return words in one.text
