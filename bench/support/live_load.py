"""Load generator for live editing: people type at the same time into one text of a running service.

    python -m bench.support.live_load --typists 50 --rate 5 --seconds 20 --token TOKEN https://HOST/api/v1/documents/ID/editions/ar

Every typist has a connection and a replica, types letters, jumps to another line or deletes, and sends a caret position
with each edit. An edit has arrived when it is in the replica of another typist. Typists are distributed over the given
addresses.
"""

import argparse
import asyncio
import hashlib
import json
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop
from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from service.domain.crdt.updates import EMPTY_UPDATE, Cursor, encode_varint, parse_update
from service.live import protocol

LETTERS = (*"ابتثجحخد نهوي abc .", "🙂", "🕊")
SETTLE_TIMEOUT = 30.0
"""Seconds within which everything typed must have arrived."""

JUMP_SHARE = 0.1
DELETE_SHARE = 0.2
"""Probability of an edit to continue at another position, and otherwise to delete."""

CharacterId = tuple[int, int]
"""Client and clock of a character (Yjs item id)."""


@dataclass
class LoadState:
    """State shared by all typists: when each letter was sent, and latencies in seconds."""

    sent_at: dict[CharacterId, float] = field(default_factory=dict)
    arrivals: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    letters_by_update: dict[bytes, list[CharacterId]] = field(default_factory=dict)
    edits: int = 0
    carets: int = 0

    def letters(self, update: bytes) -> list[CharacterId]:
        """Return the typists' letters that an update inserts; each distinct frame is parsed once."""
        if update not in self.letters_by_update:
            if len(self.letters_by_update) > 200:
                self.letters_by_update.clear()
            units = (
                (run.client, clock) for run, *_ in parse_update(update).structs for clock in range(run.start, run.end)
            )
            self.letters_by_update[update] = [unit for unit in units if unit in self.sent_at]
        return self.letters_by_update[update]


class LoadClient:
    """A typist: a WebSocket client with a replica of the text."""

    def __init__(self, state: LoadState, url: str, token: str, seed: int) -> None:
        self.state, self.url, self.token = state, url, token
        self.client = secrets.randbits(52) | 1
        self.doc: Doc[Text] = Doc(client_id=self.client)
        self.text = self.doc.get("t", type=Text)
        self.random = random.Random(seed)
        self.clock = self.carets = 0
        self.typed_ranges: list[tuple[int, int]] = []
        self.right_origin: CharacterId | None = None
        self.sent_times: list[float] = []
        self.acked = 0
        self.ready = asyncio.Event()
        self.socket: ClientConnection
        self.reading: asyncio.Task[None]

    async def connect(self) -> None:
        """Connect, and wait until the replica is synchronised."""
        headers = {"authorization": f"Bearer {self.token}"}
        self.socket = await connect(
            self.url, additional_headers=headers, compression=None, max_size=None, ping_interval=None, max_queue=4096
        )
        self.reading = asyncio.create_task(self.read_messages())
        await self.ready.wait()

    async def read_messages(self) -> None:
        """Handle messages until the connection is closed."""
        try:
            async for message in self.socket:
                assert isinstance(message, bytes)
                await self.handle(message, time.perf_counter())
        except ConnectionClosed:
            pass

    async def handle(self, message: bytes, now: float) -> None:
        """Handle a message received at `now`, in seconds of the performance counter."""
        cursor = Cursor(message)
        match cursor.read_varint():
            case protocol.SYNC:
                await self.handle_sync(cursor.read_varint(), cursor.read_chunk(), now)
            case protocol.ACK:
                count = cursor.read_varint()
                self.state.acks += [now - at for at in self.sent_times[self.acked : count]]
                self.acked = count
            case protocol.AWARENESS:
                self.state.carets += 1
            case protocol.CONTROL:
                hello = json.loads(cursor.read_chunk())
                assert hello["kind"] == "hello" and hello["mode"] == "write", hello

    async def handle_sync(self, step: int, data: bytes, now: float) -> None:
        """Handle a message of the y-protocols sync protocol; record the latency of letters of other typists."""
        if step == protocol.STEP_1:
            await self.socket.send(protocol.step_2(EMPTY_UPDATE))
            await self.socket.send(protocol.step_1(self.doc.get_state()))
            return
        if data != EMPTY_UPDATE:
            self.doc.apply_update(data)
        if step == protocol.STEP_2:
            self.ready.set()
        elif self.ready.is_set():
            for unit in self.state.letters(data):
                if unit[0] != self.client:
                    self.state.arrivals.append(now - self.state.sent_at[unit])

    def edit(self) -> bytes:
        """Make one edit in the replica and return its update."""
        if not self.typed_ranges or self.random.random() < JUMP_SHARE:
            return self.insert_elsewhere()
        if len(self.typed_ranges) > 1 and self.random.random() < DELETE_SHARE:
            start, end = self.typed_ranges.pop()
            update = (
                b"\x00\x01" + encode_varint(self.client) + b"\x01" + encode_varint(start) + encode_varint(end - start)
            )
            self.doc.apply_update(update)
            return update
        update = self.insert_update((self.client, self.typed_ranges[-1][1] - 1))
        self.doc.apply_update(update)
        return update

    def insert_elsewhere(self) -> bytes:
        """Insert a letter at the start of a random line, and return the update."""
        updates: list[bytes] = []
        subscription = self.doc.observe(lambda event: updates.append(event.update))
        before = str(self.text)
        position = before.rfind("\n", 0, self.random.randrange(len(before))) + 1
        letter = self.random.choice(LETTERS)
        self.text.insert(len(before[:position].encode()), letter)
        self.doc.unobserve(subscription)
        (struct,) = parse_update(updates[0]).structs
        self.clock, self.right_origin = struct.run.end, struct.right
        self.typed_ranges = [(struct.run.start, struct.run.end)]
        return updates[0]

    def insert_update(self, left: CharacterId) -> bytes:
        """Return the update a browser sends for the next letter of a run, after the character `left`."""
        letter = self.random.choice(LETTERS)
        info = bytes((4 | 0x80 | (0x40 if self.right_origin else 0),))
        places = b"".join(encode_varint(part) for unit in (left, self.right_origin) if unit for part in unit)
        head = b"\x01\x01" + encode_varint(self.client) + encode_varint(self.clock)
        end = self.clock + len(letter.encode("utf-16-le")) // 2
        self.typed_ranges.append((self.clock, end))
        self.clock = end
        return head + info + places + protocol.chunk(letter.encode()) + b"\x00"

    async def type_until(self, *, rate: float, until: float) -> None:
        """Type `rate` edits per second on average, at random intervals, until the performance counter is `until`."""
        await asyncio.sleep(self.random.random() / rate)
        while time.perf_counter() < until:
            before = self.clock
            update = self.edit()
            now = time.perf_counter()
            self.state.sent_at.update({(self.client, clock): now for clock in range(before, self.clock)})
            self.state.edits += 1
            self.sent_times.append(now)
            await self.socket.send(protocol.update(update))
            await self.socket.send(self.caret_update())
            await asyncio.sleep(max(0.001, self.random.expovariate(rate)))

    def caret_update(self) -> bytes:
        """Return an awareness message with the caret after the last letter."""
        self.carets += 1
        state = json.dumps({"cursor": {"anchor": {"item": {"client": self.client, "clock": self.clock}}}}).encode()
        return protocol.awareness([protocol.AwarenessEntry(self.client, self.carets, state)])


def percentile_ms(values: Sequence[float], share: float) -> float:
    """Return the percentile `share` (0 to 1) of seconds, in milliseconds; NaN without values."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


async def run_load(
    urls: Sequence[str], *, token: str, typists: int, typing: int, rate: float, seconds: float
) -> dict[str, object]:
    """Let `typing` of `typists` type, wait until everything has arrived, and report the latencies."""
    state = LoadState()
    clients = [LoadClient(state, urls[nth % len(urls)], token, nth) for nth in range(typists)]
    for one in clients:
        await one.connect()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(one.type_until(rate=rate, until=until) for one in clients[:typing]))
    expected = len(state.sent_at) * (typists - 1)
    end = time.perf_counter() + SETTLE_TIMEOUT
    while time.perf_counter() < end and (
        len(state.arrivals) < expected or any(one.acked < len(one.sent_times) for one in clients)
    ):
        await asyncio.sleep(0.05)
    late_clients = [LoadClient(state, url, token, -1) for url in urls]
    for one in late_clients:
        await one.connect()
    texts = {hashlib.sha256(str(one.text).encode()).hexdigest() for one in [*clients, *late_clients]}
    for one in [*clients, *late_clients]:
        await one.socket.close()
    return {
        "edits": state.edits,
        "per_second": state.edits / seconds,
        "delivered": len(state.arrivals),
        "expected": expected,
        "unacknowledged": sum(len(one.sent_times) - one.acked for one in clients),
        "texts": len(texts),
        **{f"p{share}": percentile_ms(state.arrivals, share / 100) for share in (50, 95, 99)},
        **{f"ack_p{share}": percentile_ms(state.acks, share / 100) for share in (50, 99)},
    }


def main() -> None:
    """Parse the command line, run the load, and print the results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", nargs="+", help="addresses of one text, as of its API")
    parser.add_argument("--token", required=True)
    parser.add_argument("--typists", type=int, default=50)
    parser.add_argument("--typing", type=int)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    urls = [f"{one.replace('http', 'ws', 1).rstrip('/')}/live" for one in arguments.editions]
    options = {"typists": arguments.typists, "typing": arguments.typing or arguments.typists, "rate": arguments.rate}
    print(json.dumps(uvloop.run(run_load(urls, token=arguments.token, seconds=arguments.seconds, **options))))


if __name__ == "__main__":
    main()
