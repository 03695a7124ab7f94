"""People at their browsers, for tests and measurements: a real replica and the messages of the room."""

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from service.domain.crdt.shared_text import SharedText, new_client_id
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import EMPTY, Cursor
from service.live import protocol

PATIENCE = 15.0
"""Seconds within which what is waited for must have come."""


class Typist:
    """One connection, and the copy of the text behind it. `sent` and `acked` count changes of this connection, `saved`
    are all changes that were ever acknowledged; `row` is the one that the last words of the room led to."""

    def __init__(self, url: str, *, token: str = "", headers: dict[str, str] | None = None, client: int = 0) -> None:
        self.url = url
        self.headers = {"authorization": f"Bearer {token}"} if token else (headers or {})
        self.copy = SharedText.new(client_id=client or new_client_id(secrets.randbits(52)))
        self.sent = self.acked = self.seq = self.row = self.clock = 0
        self.controls: list[dict[str, Any]] = []
        self.others: dict[int, dict[str, Any]] = {}
        self.ready = False
        self.closed: int | None = None
        self.saved: list[bytes] = []
        self._open: list[bytes] = []
        self._early: list[bytes] = []
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.come()
        await self.until(lambda: self.ready)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        await self.go()

    async def come(self) -> None:
        """Open the connection; what the server lacks of this copy is sent when it asks."""
        if self._socket and self._reading:  # whatever is left of the last time
            self.drop()
            await self._reading
        self.sent = self.acked = 0
        self._open, self._early = [], []
        self.ready, self.closed = False, None
        self._socket = await connect(
            self.url, additional_headers=self.headers, compression=None, max_size=None, ping_interval=None
        )
        self._reading = asyncio.create_task(self._read(self._socket))

    async def go(self) -> None:
        """Leave."""
        if self._socket:
            await self._socket.close()
        if self._reading:
            await self._reading

    def drop(self) -> None:
        """The line is cut."""
        assert self._socket
        self._socket.transport.abort()

    @property
    def text(self) -> str:
        return self.copy.text

    @property
    def hello(self) -> dict[str, Any]:
        return self.said("hello")[-1]

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The words of the room of this kind."""
        return [one for one in self.controls if one["kind"] == kind]

    async def write(self, *edits: Edit) -> None:
        """Change the text and send it."""
        update = self.copy.splice(edits)
        if update:
            await self.send_update(update)

    async def append(self, words: str) -> None:
        """Write at the end."""
        end = len(self.text)
        await self.write(Edit(end, end, words))

    async def send_update(self, update: bytes) -> None:
        self.sent += 1
        self._open.append(update)
        await self.send(protocol.update(update))

    async def send(self, message: bytes | str) -> None:
        assert self._socket
        with suppress(ConnectionClosed):
            await self._socket.send(message)

    async def show(self, state: dict[str, Any] | None, *, client: int = 0) -> None:
        """Say where the caret is."""
        self.clock += 1
        said = json.dumps(state).encode()
        await self.send(protocol.awareness([protocol.Entry(client or self.copy.client_id, self.clock, said)]))

    async def until(self, holds: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Wait for messages until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_saved(self) -> None:
        await self.until(lambda: self.acked == self.sent or self.closed is not None)
        assert self.closed is None, self.controls

    async def until_closed(self) -> int:
        await self.until(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                assert isinstance(message, bytes)
                await self._take(message)
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self.closed = socket.close_code or 1006
            self._news.set()

    async def _take(self, message: bytes) -> None:
        cursor = Cursor(message)
        kind = cursor.number()
        if kind == protocol.SYNC:
            await self._sync(cursor.number(), cursor.chunk(), cursor)
        elif kind == protocol.AWARENESS:
            for one in protocol.entries(cursor.chunk()):
                self.others[one.client] = json.loads(one.state)
        elif kind == protocol.ACK:
            before, self.acked, self.seq = self.acked, cursor.number(), cursor.number()
            self.saved += self._open[before : self.acked]
        else:
            self.controls.append(json.loads(cursor.chunk()))

    async def _sync(self, step: int, data: bytes, rest: Cursor) -> None:
        if step == protocol.STEP_1:
            ours = self.copy.since(data)
            if ours != EMPTY:
                self.sent += 1
                self._open.append(ours)
            await self.send(protocol.step_2(ours))
            await self.send(protocol.step_1(self.copy.vector()))
            return
        self._early.append(data)
        self.row = rest.number()
        rest.end()
        self.ready |= step == protocol.STEP_2
        while self.ready and self._early:  # what is shown before the greeting is over may rest on what comes with it
            update = self._early.pop()
            if update != EMPTY:
                self.copy.apply(update)


class Persistent(Typist):
    """One who comes back whenever they are cut off, to any of `urls`, and loses nothing they wrote."""

    def __init__(self, urls: Sequence[str], *, token: str, seed: int) -> None:
        self.urls = urls
        self.random = random.Random(seed)
        super().__init__(urls[seed % len(urls)], token=token)

    async def back(self) -> None:
        """Be connected, however often it takes."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.come()
                    await self.until(lambda: self.ready or self.closed is not None)
                if self.ready:
                    return
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.05)
            self.url = self.random.choice(self.urls)

    async def type(self, stop: asyncio.Event, *, rate: float) -> None:
        """Write, delete and write again, until told to stop; then wait until all of it is saved."""
        while not stop.is_set():
            await self.write(an_edit(self.random, self.text))
            await asyncio.sleep(self.random.expovariate(rate))
            if self.closed is not None:
                await self.back()
        while self.acked < self.sent or self.closed is not None:
            if self.closed is not None:
                await self.back()
            await self.until(lambda: self.acked == self.sent or self.closed is not None)


WORDS = (*"ابتثجحخد نهوي", "المادة", "لَا", "🙂", "👩‍👩‍👧", "é", "\n", "‏", "article ")


def an_edit(random: random.Random, text: str) -> Edit:
    """Somewhere a few characters go, or a word comes, or both."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 0, 0, 1, 2, 9)))
    return Edit(start, end, random.choice(WORDS) if start == end or random.random() < 0.4 else "")


async def agree(typists: Sequence[Typist]) -> str:
    """Wait until all that was sent is saved and everybody reads the same; that text."""
    for one in typists:
        await one.until_saved()
    async with asyncio.timeout(PATIENCE):
        while len(texts := {one.text for one in typists}) > 1:
            await asyncio.sleep(0.01)
    return texts.pop()


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Run what happens between people, in a thread of its own: in this one a browser may have its loop."""
    with ThreadPoolExecutor(1) as stage:
        stage.submit(asyncio.run, scene).result()
