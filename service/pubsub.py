"""Publish/subscribe between the processes of an instance, through Redis and within this process.

A change message carries ids only ("draft X moved to 812"): the receiver reads the store. Presence has a channel of its
own; it is the only content published here that is stored nowhere, and it may be lost.
"""

import asyncio
import json
import logging
import secrets
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.change_notification import ChangeNotification
from service.logs.back_off import Outage

log = logging.getLogger(__name__)

CHANGES_CHANNEL, PRESENCE_CHANNEL = "mithaq:nudges", "mithaq:presence"
RECONNECT_DELAY = 0.2
"""Seconds before reconnecting to Redis."""
SEND_TIMEOUT = 1.0
"""Seconds to connect and to send a message."""
CANCEL_AGAIN_AFTER = 0.1
"""Seconds after which a task that did not end is cancelled again."""
MAX_QUEUED_PRESENCE = 256
"""Presence messages queued while Redis is unreachable; the oldest are dropped."""
_SENDER_ID_BYTES = 8
"""Bytes of the sender id before each payload, by which a process ignores its own messages."""


class Subscriber(Protocol):
    """Receives messages. Called on the event loop; must not block."""

    def on_change(self, change: ChangeNotification) -> None:
        """Handle a change committed by any process, this one included."""

    def on_presence(self, draft: str, frame: bytes) -> None:
        """Handle a presence frame from another process."""


class PubSub:
    """Publisher and subscriber of one process. Messages are discarded while `run` is not running."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._sender_id = secrets.token_bytes(_SENDER_ID_BYTES)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscriber: Subscriber | None = None
        self._lock = threading.Lock()
        self._pending_change = ChangeNotification()
        self._pending_presence: deque[bytes] = deque(maxlen=MAX_QUEUED_PRESENCE)
        self._has_pending = asyncio.Event()
        self._outage = Outage(log, "Redis")

    def notify(self, change: ChangeNotification) -> None:
        """Publish a committed change, from any thread. Never blocks, never raises."""
        with suppress(RuntimeError):  # the event loop is closing
            if self._loop:
                self._loop.call_soon_threadsafe(self._enqueue, change)

    def publish_presence(self, draft: str, frame: bytes) -> None:
        """Publish a presence frame of a draft to other processes. Call it on the event loop."""
        draft_id = draft.encode()
        self._pending_presence.append(self._sender_id + len(draft_id).to_bytes(1) + draft_id + frame)
        self._has_pending.set()

    async def run(self, subscriber: Subscriber) -> None:
        """Deliver messages to `subscriber` until cancelled, reconnecting to Redis as needed.

        Without a Redis URL messages stay within this process.
        """
        self._loop, self._subscriber = asyncio.get_running_loop(), subscriber
        try:
            if not self._url:
                await asyncio.Event().wait()
            tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._publish_pending())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _cancel_until_done(tasks)
            for task in tasks:
                task.result()
        finally:
            self._loop = None

    def _enqueue(self, change: ChangeNotification) -> None:
        if self._subscriber:
            self._subscriber.on_change(change)
        for draft, seq in change.drafts.items():
            self._pending_change.drafts[draft] = max(seq, self._pending_change.drafts.get(draft, 0))
        self._pending_change.rights |= change.rights
        self._pending_change.comments |= change.comments
        self._has_pending.set()

    async def _publish_pending(self) -> None:
        async with Redis.from_url(self._url, socket_timeout=SEND_TIMEOUT, socket_connect_timeout=SEND_TIMEOUT) as redis:
            while True:
                await self._has_pending.wait()
                self._has_pending.clear()
                change, self._pending_change = self._pending_change, ChangeNotification()
                with suppress(RedisError, OSError, TimeoutError):
                    if change:
                        await redis.publish(CHANGES_CHANNEL, self._sender_id + _encode_change(change))
                    while self._pending_presence:
                        await redis.publish(PRESENCE_CHANNEL, self._pending_presence.popleft())

    async def _receive(self) -> None:
        while True:
            try:
                await self._receive_once()
            except (RedisError, OSError, TimeoutError, ValueError, LookupError) as error:
                self._outage.failed(error)
            await asyncio.sleep(RECONNECT_DELAY)

    async def _receive_once(self) -> None:
        async with Redis.from_url(self._url, socket_connect_timeout=SEND_TIMEOUT) as redis, redis.pubsub() as channels:
            await channels.subscribe(CHANGES_CHANNEL, PRESENCE_CHANNEL)
            self._outage.recovered()
            async for message in channels.listen():
                if message["type"] == "message" and message["data"][:_SENDER_ID_BYTES] != self._sender_id:
                    self._deliver(message["channel"].decode(), message["data"][_SENDER_ID_BYTES:])

    def _deliver(self, channel: str, payload: bytes) -> None:
        assert self._subscriber
        if channel == CHANGES_CHANNEL:
            self._subscriber.on_change(_decode_change(payload))
        else:
            length = payload[0]
            self._subscriber.on_presence(payload[1 : 1 + length].decode(), payload[1 + length :])


async def _cancel_until_done(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel `tasks` again and again until they have ended.

    A cancellation that arrives while the Redis client connects can be lost: `asyncio.wait_for` of Python 3.11 drops it
    if what it waits for is done at the same moment (python/cpython#86296). The process would then never end.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait(pending, timeout=CANCEL_AGAIN_AFTER)


def _encode_change(change: ChangeNotification) -> bytes:
    return json.dumps({"drafts": change.drafts, "rights": change.rights, "comments": sorted(change.comments)}).encode()


def _decode_change(payload: bytes) -> ChangeNotification:
    fields = json.loads(payload)
    return ChangeNotification(fields["drafts"], fields["rights"], set(fields.get("comments", ())))
