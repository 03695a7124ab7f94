"""One connection: who sits there, what still has to be sent to them, and how fast they may speak."""

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from service.actions.drafts.live import WRITE, Guest
from service.actions.validation import key_sha256
from service.domain.errors import DomainError
from service.i18n import Words
from service.live import protocol

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024 * 1024
MOST_MESSAGES = 2000
"""What may wait for a reader before they are too slow; a minute of the liveliest room."""
LAST_WORDS = 5.0
"""Seconds a connection gets to take what is still to be sent before it is closed."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a guest came with, asked again whenever rights may have changed."""

    token: str | None
    session: str | None
    document: str
    lang: str

    @property
    def digest(self) -> str:
        """What the session is known by in the store; empty without one."""
        return key_sha256(self.session) if self.session else ""


@dataclass(slots=True)
class Bucket:
    """Lets `rate` a second through, and `burst` at once."""

    rate: float
    burst: float
    level: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def wait(self, *, spend: bool = True) -> float:
        """Seconds until the next may come; without `spend`, one that must wait is not counted."""
        now = time.monotonic()
        self.level = max(0.0, self.level - (now - self.at) * self.rate)
        self.at = now
        if not spend and self.level >= self.burst:
            return 1.0
        self.level += 1
        return max(0.0, (self.level - self.burst) / self.rate)


@dataclass(eq=False, slots=True)
class Seat:
    """A guest and their connection. `mine` are the client ids they write under, `shown` those
    whose caret they moved; `held` what came too early; `shut`:
    their words are refused until they come back anew."""

    socket: WebSocket
    guest: Guest
    key: Key
    lang: str
    mine: set[int] = field(default_factory=set)
    held: list[bytes] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    landed: int = 0
    shut: bool = False
    wrote: bool = False
    active: bool = False
    words: Bucket = field(default_factory=lambda: Bucket(60, 200))
    glances: Bucket = field(default_factory=lambda: Bucket(20, 60))
    _out: deque[bytes] = field(default_factory=deque)
    _bytes: int = 0
    _closing: tuple[int, str] | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.wrote = self.guest.mode == WRITE

    @property
    def person(self) -> str:
        return self.guest.actor.person

    @property
    def user(self) -> dict[str, object]:
        """What others are told of them."""
        who, organisation = self.guest.actor, self.guest.organisation
        return {
            "person": who.person,
            "name": who.name,
            "organisation": organisation.get(who.lang) or next(iter(organisation.values()), ""),
            "colour": self.guest.colour,
        }

    @property
    def may_write(self) -> bool:
        return self.guest.mode == WRITE

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    def push(self, message: bytes) -> None:
        """Send, in order, as fast as they read. Whoever reads too slowly is asked to come back: to catch up from what
        they have is cheaper than to be sent all that passed."""
        if self._closing:
            return
        self._out.append(message)
        self._bytes += len(message)
        self._wake.set()
        if len(self._out) > 1 and (len(self._out) > MOST_MESSAGES or self._bytes > MOST_BYTES):
            self._out.clear()
            self._bytes = 0
            self.close(1013, "reads too slowly")

    def close(self, code: int, why: str = "") -> None:
        """Close once what waits was sent; the first word counts."""
        self._closing = self._closing or (code, why)
        self._wake.set()

    def refuse(self, error: DomainError, code: int) -> None:
        """Say what was refused, in the reader's language, and close."""
        log.info("refused %s of %s: %s", error.code, self.person, error.extra or error.sentence)
        self.push(protocol.control("refused", code=error.code, sentence=Words(self.lang).error(error)))
        self.close(code, error.code)

    def move(self, guest: Guest) -> None:
        """Their rights were decided anew."""
        before, self.guest = self.guest, guest
        if (before.mode, before.why) != (guest.mode, guest.why):
            self.wrote |= guest.mode == WRITE
            self.push(protocol.control("mode", mode=guest.mode, **({"code": guest.why} if guest.why else {})))

    async def pump(self) -> None:
        """Send what is pushed, until closed."""
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            while not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while self._out and not self._closing:
                    await self._send()
            async with asyncio.timeout(LAST_WORDS):
                while self._out:
                    await self._send()
                await self.socket.close(*self._closing)

    async def _send(self) -> None:
        message = self._out.popleft()
        self._bytes -= len(message)
        await self.socket.send_bytes(message)
