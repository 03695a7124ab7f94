"""Nudges between the processes of a house, through Redis and within this one.

A nudge says where to look ("draft X moved to 812"), never what is to be seen: the receiver reads the store. Who is
where in a text has a channel of its own; it is the one thing said here that no store knows, and it may be lost.
"""

import asyncio
import json
import logging
import secrets
import threading
from collections import deque
from contextlib import suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.change_notification import News

log = logging.getLogger(__name__)

NUDGES, PRESENCE = "mithaq:nudges", "mithaq:presence"
PAUSE = 0.2
"""Seconds before a Redis that did not answer is tried again."""
PATIENCE = 1.0
"""Seconds a message may take to be sent."""
MOST_WAITING = 256
"""Messages about presence that wait while Redis is away; the oldest go."""
_NAME = 8
"""Bytes that a process puts before what it says, to know its own words again."""


class Hears(Protocol):
    """Whoever looks where a nudge points. Called in the loop; must not block."""

    def heard(self, news: News) -> None: ...

    def seen(self, draft: str, frame: bytes) -> None: ...


class Relay:
    """The relay of one process. Until `run` runs, and after it, what is told is told to nobody."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._name = secrets.token_bytes(_NAME)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hears: Hears | None = None
        self._lock = threading.Lock()
        self._news = News()
        self._presence: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._waiting = asyncio.Event()

    def tell(self, news: News) -> None:
        """Tell of what was committed, from any thread. Never blocks, never raises."""
        with suppress(RuntimeError):  # the loop is being closed: nobody listens any more
            if self._loop:
                self._loop.call_soon_threadsafe(self._told, news)

    def show(self, draft: str, frame: bytes) -> None:
        """Pass on to other processes who is where in a draft. In the loop."""
        name = draft.encode()
        self._presence.append(self._name + len(name).to_bytes(1) + name + frame)
        self._waiting.set()

    async def run(self, hears: Hears) -> None:
        """Carry news to `hears` until cancelled; through all that Redis may do. Without one, within this process."""
        self._loop, self._hears = asyncio.get_running_loop(), hears
        try:
            if not self._url:
                await asyncio.Event().wait()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._listen())
                both.create_task(self._speak())
        finally:
            self._loop = None

    def _told(self, news: News) -> None:
        if self._hears:
            self._hears.heard(news)
        for draft, seq in news.drafts.items():
            self._news.drafts[draft] = max(seq, self._news.drafts.get(draft, 0))
        self._news.rights |= news.rights
        self._news.comments |= news.comments
        self._waiting.set()

    async def _speak(self) -> None:
        async with Redis.from_url(self._url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as redis:
            while True:
                await self._waiting.wait()
                self._waiting.clear()
                news, self._news = self._news, News()
                with suppress(RedisError, OSError, TimeoutError):
                    if news:
                        await redis.publish(NUDGES, self._name + _written(news))
                    while self._presence:
                        await redis.publish(PRESENCE, self._presence.popleft())

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError, TimeoutError, ValueError, LookupError) as error:
                log.info("nudges are not heard just now: %s", error)
            await asyncio.sleep(PAUSE)

    async def _listen_once(self) -> None:
        async with Redis.from_url(self._url, socket_connect_timeout=PATIENCE) as redis, redis.pubsub() as channels:
            await channels.subscribe(NUDGES, PRESENCE)
            async for message in channels.listen():
                if message["type"] == "message" and message["data"][:_NAME] != self._name:
                    self._take(message["channel"].decode(), message["data"][_NAME:])

    def _take(self, channel: str, said: bytes) -> None:
        assert self._hears
        if channel == NUDGES:
            self._hears.heard(_read(said))
        else:
            length = said[0]
            self._hears.seen(said[1 : 1 + length].decode(), said[1 + length :])


def _written(news: News) -> bytes:
    return json.dumps({"drafts": news.drafts, "rights": news.rights, "comments": sorted(news.comments)}).encode()


def _read(said: bytes) -> News:
    told = json.loads(said)
    return News(told["drafts"], told["rights"], set(told.get("comments", ())))
