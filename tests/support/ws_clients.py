"""WebSocket clients for tests and benchmarks: a real replica and the messages of the room."""

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

from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import EMPTY_UPDATE, Cursor
from service.live import protocol

TIMEOUT = 15.0
"""Seconds within which a condition must hold."""


class WsClient:
    """One connection and its replica. `sent` and `acked` count changes of this connection, `saved` are all changes ever
    acknowledged; `row` is the one the last message of the room led to."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
        client: int = 0,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.url = url
        self.options = options or {}
        self.headers = {"authorization": f"Bearer {token}"} if token else (headers or {})
        self.replica = SharedText.new(client_id=client or new_client_id(secrets.randbits(52)))
        self.sent = self.acked = self.seq = self.row = self.clock = 0
        self.control_messages: list[dict[str, Any]] = []
        self.remote_awareness: dict[int, dict[str, Any]] = {}
        self.ready = False
        self.closed: int | None = None
        self.acknowledged: list[bytes] = []
        self._unacknowledged: list[bytes] = []
        self._pending: list[bytes] = []
        self._socket: ClientConnection | None = None
        self._read_task: asyncio.Task[None] | None = None
        self._message_received = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.connect()
        await self.wait_for(lambda: self.ready)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the connection; what the server lacks of this replica is sent on its request."""
        if self._socket and self._read_task:  # messages left over from the previous connection
            self.abort()
            await self._read_task
        self.sent = self.acked = 0
        self._unacknowledged, self._pending = [], []
        self.ready, self.closed = False, None
        self._socket = await connect(
            self.url,
            additional_headers=self.headers,
            compression=None,
            max_size=None,
            ping_interval=None,
            **self.options,
        )
        self._read_task = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Close the connection."""
        if self._socket:
            await self._socket.close()
        if self._read_task:
            await self._read_task

    def abort(self) -> None:
        """Drop the connection without a close handshake."""
        assert self._socket
        self._socket.transport.abort()

    @property
    def text(self) -> str:
        return self.replica.text

    @property
    def hello(self) -> dict[str, Any]:
        return self.messages_of("hello")[-1]

    def messages_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of this kind."""
        return [one for one in self.control_messages if one["kind"] == kind]

    async def write(self, *edits: Edit) -> None:
        """Change the text and send the update."""
        update = self.replica.splice(edits)
        if update:
            await self.send_update(update)

    async def append(self, words: str) -> None:
        """Append to the text."""
        end = len(self.text)
        await self.write(Edit(end, end, words))

    async def send_update(self, update: bytes) -> None:
        self.sent += 1
        self._unacknowledged.append(update)
        await self.send(protocol.update(update))

    async def send(self, message: bytes | str) -> None:
        assert self._socket
        with suppress(ConnectionClosed):
            await self._socket.send(message)

    async def send_awareness(self, state: dict[str, Any] | None, *, client: int = 0) -> None:
        """Send the caret position."""
        self.clock += 1
        encoded = json.dumps(state).encode()
        await self.send(
            protocol.awareness([protocol.AwarenessEntry(client or self.replica.client_id, self.clock, encoded)])
        )

    async def wait_for(self, condition: Callable[[], bool], *, seconds: float = TIMEOUT) -> None:
        """Wait for messages until a condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._message_received.clear()
                await self._message_received.wait()

    async def wait_until_saved(self) -> None:
        await self.wait_for(lambda: self.acked == self.sent or self.closed is not None)
        assert self.closed is None, self.control_messages

    async def wait_until_closed(self) -> int:
        await self.wait_for(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                assert isinstance(message, bytes)
                await self._handle(message)
                self._message_received.set()
        except ConnectionClosed:
            pass
        finally:
            self.closed = socket.close_code or 1006
            self._message_received.set()

    async def _handle(self, message: bytes) -> None:
        cursor = Cursor(message)
        kind = cursor.read_varint()
        if kind == protocol.SYNC:
            await self._handle_sync(cursor.read_varint(), cursor.read_chunk(), cursor)
        elif kind == protocol.AWARENESS:
            for one in protocol.parse_entries(cursor.read_chunk()):
                self.remote_awareness[one.client] = json.loads(one.state)
        elif kind == protocol.ACK:
            before, self.acked, self.seq = self.acked, cursor.read_varint(), cursor.read_varint()
            self.acknowledged += self._unacknowledged[before : self.acked]
        else:
            self.control_messages.append(json.loads(cursor.read_chunk()))

    async def _handle_sync(self, step: int, data: bytes, rest: Cursor) -> None:
        if step == protocol.STEP_1:
            missing = self.replica.updates_since(data)
            if missing != EMPTY_UPDATE:
                self.sent += 1
                self._unacknowledged.append(missing)
            await self.send(protocol.step_2(missing))
            await self.send(protocol.step_1(self.replica.state_vector()))
            return
        self._pending.append(data)
        self.row = rest.read_varint()
        rest.expect_end()
        self.ready |= step == protocol.STEP_2
        while self.ready and self._pending:  # what is received during the greeting may depend on what follows in it
            update = self._pending.pop()
            if update != EMPTY_UPDATE:
                self.replica.apply(update)


class ReconnectingClient(WsClient):
    """A client that reconnects whenever it is disconnected, to any of `urls`, and loses no edit."""

    def __init__(self, urls: Sequence[str], *, token: str, seed: int) -> None:
        self.urls = urls
        self.random = random.Random(seed)
        super().__init__(urls[seed % len(urls)], token=token)

    async def reconnect(self) -> None:
        """Connect, with any number of attempts."""
        while True:
            try:
                async with asyncio.timeout(TIMEOUT):
                    await self.connect()
                    await self.wait_for(lambda: self.ready or self.closed is not None)
                if self.ready:
                    return
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.05)
            self.url = self.random.choice(self.urls)

    async def edit_until(self, stop: asyncio.Event, *, rate: float) -> None:
        """Insert and delete until told to stop; then wait until everything is acknowledged."""
        while not stop.is_set():
            await self.write(random_edit(self.random, self.text))
            await asyncio.sleep(self.random.expovariate(rate))
            if self.closed is not None:
                await self.reconnect()
        while self.acked < self.sent or self.closed is not None:
            if self.closed is not None:
                await self.reconnect()
            await self.wait_for(lambda: self.acked == self.sent or self.closed is not None)


WORDS = (*"ابتثجحخد نهوي", "المادة", "لَا", "🙂", "👩‍👩‍👧", "é", "\n", "‏", "article ")


def random_edit(random: random.Random, text: str) -> Edit:
    """Insert a word or delete a few characters at a random place, or both."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 0, 0, 1, 2, 9)))
    return Edit(start, end, random.choice(WORDS) if start == end or random.random() < 0.4 else "")


async def wait_until_converged(clients: Sequence[WsClient]) -> str:
    """Wait until everything sent is acknowledged and all replicas agree; return their text."""
    for client in clients:
        await client.wait_until_saved()
    async with asyncio.timeout(TIMEOUT):
        while len(texts := {one.text for one in clients}) > 1:
            await asyncio.sleep(0.01)
    return texts.pop()


def run_in_thread(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own: in this thread a browser may run its event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, scenario).result()
