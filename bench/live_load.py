"""People who type at the same time into one text of a running service, and how long an edit takes to reach the others.

    python -m bench.live_load --typists 50 --rate 5 --seconds 20 --token TOKEN https://HOST/api/v1/documents/ID/editions/ar

Every typist has a connection and a replica of their own, types letters (one edit in ten jumps or deletes) and shows a
caret with each. An edit has arrived when it is in the replica of another. Several addresses share the typists.
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

from service.domain.crdt.updates import EMPTY, Cursor, number, parse
from service.live import protocol

LETTERS = (*"ابتثجحخد نهوي abc .", "🙂", "🕊")
SETTLES = 30.0
"""Seconds within which all that was typed must have arrived."""
JUMPS = 0.1
DELETES = 0.2

Unit = tuple[int, int]


@dataclass
class World:
    """What all typists share: when each letter was sent, and how long it took to each of the others."""

    sent: dict[Unit, float] = field(default_factory=dict)
    arrivals: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    known: dict[bytes, list[Unit]] = field(default_factory=dict)
    edits: int = 0
    carets: int = 0

    def letters(self, update: bytes) -> list[Unit]:
        """The letters of typists that an update brings; each distinct frame is read once."""
        if update not in self.known:
            if len(self.known) > 200:
                self.known.clear()
            units = ((run.client, clock) for run, *_ in parse(update).structs for clock in range(run.start, run.end))
            self.known[update] = [unit for unit in units if unit in self.sent]
        return self.known[update]


class Typist:
    """One person with a replica."""

    def __init__(self, world: World, url: str, token: str, seed: int) -> None:
        self.world, self.url, self.token = world, url, token
        self.client = secrets.randbits(52) | 1
        self.doc: Doc[Text] = Doc(client_id=self.client)
        self.text = self.doc.get("t", type=Text)
        self.random = random.Random(seed)
        self.clock = self.carets = 0
        self.run: list[tuple[int, int]] = []
        self.right: Unit | None = None
        self.waiting: list[float] = []
        self.acked = 0
        self.ready = asyncio.Event()
        self.socket: ClientConnection
        self.reading: asyncio.Task[None]

    async def come(self) -> None:
        key = {"authorization": f"Bearer {self.token}"}
        self.socket = await connect(
            self.url, additional_headers=key, compression=None, max_size=None, ping_interval=None, max_queue=4096
        )
        self.reading = asyncio.create_task(self.read())
        await self.ready.wait()

    async def read(self) -> None:
        try:
            async for message in self.socket:
                assert isinstance(message, bytes)
                await self.take(message, time.perf_counter())
        except ConnectionClosed:
            pass

    async def take(self, message: bytes, now: float) -> None:
        cursor = Cursor(message)
        match cursor.number():
            case protocol.SYNC:
                await self.sync(cursor.number(), cursor.chunk(), now)
            case protocol.ACK:
                count = cursor.number()
                self.world.acks += [now - at for at in self.waiting[self.acked : count]]
                self.acked = count
            case protocol.AWARENESS:
                self.world.carets += 1
            case protocol.CONTROL:
                said = json.loads(cursor.chunk())
                assert said["kind"] == "hello" and said["mode"] == "write", said

    async def sync(self, step: int, data: bytes, now: float) -> None:
        if step == protocol.STEP_1:
            await self.socket.send(protocol.step_2(EMPTY))
            await self.socket.send(protocol.step_1(self.doc.get_state()))
            return
        if data != EMPTY:
            self.doc.apply_update(data)
        if step == protocol.STEP_2:
            self.ready.set()
        elif self.ready.is_set():
            for unit in self.world.letters(data):
                if unit[0] != self.client:
                    self.world.arrivals.append(now - self.world.sent[unit])

    def edit(self) -> bytes:
        """One edit, made in our replica."""
        if not self.run or self.random.random() < JUMPS:
            return self.jump()
        if len(self.run) > 1 and self.random.random() < DELETES:
            start, end = self.run.pop()
            update = b"\x00\x01" + number(self.client) + b"\x01" + number(start) + number(end - start)
            self.doc.apply_update(update)
            return update
        update = self.letter((self.client, self.run[-1][1] - 1))
        self.doc.apply_update(update)
        return update

    def jump(self) -> bytes:
        """A letter anywhere; it is found by bytes, at the end of a line, where no letter is cut."""
        gained: list[bytes] = []
        subscription = self.doc.observe(lambda event: gained.append(event.update))
        before = str(self.text)
        place = before.rfind("\n", 0, self.random.randrange(len(before))) + 1
        letter = self.random.choice(LETTERS)
        self.text.insert(len(before[:place].encode()), letter)
        self.doc.unobserve(subscription)
        (struct,) = parse(gained[0]).structs
        self.clock, self.right = struct.run.end, struct.right
        self.run = [(struct.run.start, struct.run.end)]
        return gained[0]

    def letter(self, left: Unit) -> bytes:
        """The update a browser makes of the next letter of a run."""
        letter = self.random.choice(LETTERS)
        info = bytes((4 | 0x80 | (0x40 if self.right else 0),))
        places = b"".join(number(part) for unit in (left, self.right) if unit for part in unit)
        head = b"\x01\x01" + number(self.client) + number(self.clock)
        end = self.clock + len(letter.encode("utf-16-le")) // 2
        self.run.append((self.clock, end))
        self.clock = end
        return head + info + places + protocol.chunk(letter.encode()) + b"\x00"

    async def type(self, *, rate: float, until: float) -> None:
        await asyncio.sleep(self.random.random() / rate)
        while time.perf_counter() < until:
            before = self.clock
            update = self.edit()
            now = time.perf_counter()
            self.world.sent.update({(self.client, clock): now for clock in range(before, self.clock)})
            self.world.edits += 1
            self.waiting.append(now)
            await self.socket.send(protocol.update(update))
            await self.socket.send(self.caret())
            await asyncio.sleep(max(0.001, self.random.expovariate(rate)))

    def caret(self) -> bytes:
        self.carets += 1
        state = json.dumps({"cursor": {"anchor": {"item": {"client": self.client, "clock": self.clock}}}}).encode()
        return protocol.awareness([protocol.Entry(self.client, self.carets, state)])


def quantile(values: Sequence[float], share: float) -> float:
    """Milliseconds below which that share lies."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


async def load(
    urls: Sequence[str], *, token: str, typists: int, typing: int, rate: float, seconds: float
) -> dict[str, object]:
    """Let `typing` of `typists` type, wait until everything has arrived, and tell how it was."""
    world = World()
    people = [Typist(world, urls[nth % len(urls)], token, nth) for nth in range(typists)]
    for one in people:
        await one.come()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(one.type(rate=rate, until=until) for one in people[:typing]))
    expected = len(world.sent) * (typists - 1)
    end = time.perf_counter() + SETTLES
    while time.perf_counter() < end and (
        len(world.arrivals) < expected or any(one.acked < len(one.waiting) for one in people)
    ):
        await asyncio.sleep(0.05)
    fresh = [Typist(world, url, token, -1) for url in urls]
    for one in fresh:
        await one.come()
    texts = {hashlib.sha256(str(one.text).encode()).hexdigest() for one in [*people, *fresh]}
    for one in [*people, *fresh]:
        await one.socket.close()
    return {
        "edits": world.edits,
        "per_second": world.edits / seconds,
        "delivered": len(world.arrivals),
        "expected": expected,
        "unacknowledged": sum(len(one.waiting) - one.acked for one in people),
        "texts": len(texts),
        **{f"p{share}": quantile(world.arrivals, share / 100) for share in (50, 95, 99)},
        **{f"ack_p{share}": quantile(world.acks, share / 100) for share in (50, 99)},
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("editions", nargs="+", help="addresses of one text, as of its API")
    asked.add_argument("--token", required=True)
    asked.add_argument("--typists", type=int, default=50)
    asked.add_argument("--typing", type=int)
    asked.add_argument("--rate", type=float, default=5.0)
    asked.add_argument("--seconds", type=float, default=20.0)
    given = asked.parse_args()
    urls = [f"{one.replace('http', 'ws', 1).rstrip('/')}/live" for one in given.editions]
    how = {"typists": given.typists, "typing": given.typing or given.typists, "rate": given.rate}
    print(json.dumps(uvloop.run(load(urls, token=given.token, seconds=given.seconds, **how))))


if __name__ == "__main__":
    main()
