"""Limits on request bodies while they are received: their time, and the memory of large ones at one time.

What reads a body (`service.web.http.bodies`) limits its size; this middleware limits what all of them take together.
"""

import asyncio
import time
from collections import Counter

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.errors import N_, Unavailable
from service.freed_memory import return_freed_memory
from service.web.http.bodies import ANONYMOUS_BYTES

TOTAL_BYTES = 96 * 1024 * 1024
"""Bytes of all large bodies that are held at one time."""

MAX_PER_SENDER = 3
"""Large bodies of one person at one time."""

MAX_WAITING = 16
"""Requests that wait for room; further ones are refused at once."""

MAX_WAIT = 10.0
"""Seconds that a request waits for room."""

MAX_PAUSE = 30.0
"""Seconds without a byte, after which a sender is too slow."""

GRACE = 60.0
"""Seconds after which the average speed counts."""

MIN_SPEED = 1024
"""Bytes a second, on average; a phone on a GSM network sends five times as many."""


class LargeBodyBudget:
    """The bytes of large bodies of one process, and who sends them."""

    def __init__(self, total: int = TOTAL_BYTES) -> None:
        self._free = total
        self._waiting = 0
        self._changed = asyncio.Condition()
        self._senders: Counter[str] = Counter()

    async def reserve(self, sender: str, size: int) -> None:
        """Reserve `size` bytes for a body of `sender`, or wait for them. Raises Unavailable `too_busy`."""
        if not self._has_room(sender, size):
            await self._wait_for_room(sender, size)
        self._free -= size
        self._senders[sender] += 1

    async def release(self, sender: str, size: int) -> None:
        """Give a reservation back."""
        self._free += size
        self._senders[sender] -= 1
        self._senders += Counter()  # drops those without a body
        async with self._changed:
            self._changed.notify_all()

    def _has_room(self, sender: str, size: int) -> bool:
        return size <= self._free and self._senders[sender] < MAX_PER_SENDER

    async def _wait_for_room(self, sender: str, size: int) -> None:
        if self._waiting >= MAX_WAITING:
            raise _too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_WAIT), self._changed:
                await self._changed.wait_for(lambda: self._has_room(sender, size))
        except TimeoutError:
            raise _too_busy() from None
        finally:
            self._waiting -= 1


class ReceivedBodies:
    """ASGI middleware: applies the limits of this module to every request."""

    def __init__(self, app: ASGIApp, *, budget: LargeBodyBudget) -> None:
        self._app = app
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _ReceivedBody(scope, receive, send, self._budget)
        try:
            await self._app(scope, body.receive, body.send)
        finally:
            await body.release()


class _ReceivedBody:
    """The body of one request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, budget: LargeBodyBudget) -> None:
        self._scope, self._receive, self._send, self._budget = scope, receive, send, budget
        self._started_at = time.monotonic()
        self._size = 0
        self._is_complete = not _announces_body(scope)
        self._reserved: tuple[str, int] | None = None

    async def receive(self) -> Message:
        """Receive the next part of the body. Raises Unavailable `too_slow`, `too_busy`."""
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout(MAX_PAUSE):
                message = await self._receive()
        except TimeoutError:
            raise _too_slow() from None
        self._size += len(message.get("body", b""))
        self._is_complete = not message.get("more_body", False)
        elapsed = time.monotonic() - self._started_at
        if not self._is_complete and elapsed > GRACE and self._size < elapsed * MIN_SPEED:
            raise _too_slow()
        if self._size > ANONYMOUS_BYTES and self._reserved is None:
            await self._reserve()
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the response; the connection is closed after it if the body was not read to its end."""
        if message["type"] == "http.response.start" and not self._is_complete:
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await self._send(message)

    async def release(self) -> None:
        """Give back what was reserved."""
        if self._reserved:
            await self._budget.release(*self._reserved)
            await run_in_threadpool(return_freed_memory)

    async def _reserve(self) -> None:
        state = self._scope.get("state", {})
        sender, size = str(state.get("sender", "")), int(state.get("max_body_bytes", self._size))
        declared = _content_length(self._scope)
        reservation = (sender, size if declared is None else max(min(size, declared), self._size))
        await self._budget.reserve(*reservation)
        self._reserved = reservation


def _announces_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"transfer-encoding" in names or bool(_content_length(scope))


def _content_length(scope: Scope) -> int | None:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(value) if value.isdigit() else None


def _too_busy() -> Unavailable:
    return Unavailable(
        "too_busy", N_("Too many large texts and files are arriving. Nothing was changed. Try again in a minute.")
    )


def _too_slow() -> Unavailable:
    return Unavailable(
        "too_slow", N_("This arrived too slowly, so we stopped waiting. Nothing was changed. Try again.")
    )
