"""One WebSocket connection: user, send queue, rate limits."""

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from service.actions.drafts.live import WRITE, Participant
from service.actions.validation import secret_sha256
from service.domain.errors import DomainError
from service.i18n import Translator
from service.live import protocol

log = logging.getLogger(__name__)

MAX_QUEUED_BYTES = 8 * 1024 * 1024
MAX_QUEUED_MESSAGES = 2000
"""Send queue limits beyond which a reader is too slow; about a minute of a very busy room."""
CLOSE_TIMEOUT = 5.0
"""Seconds to send what is queued before the connection is closed."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a connection was opened with; checked again whenever rights may have changed."""

    token: str | None
    session: str | None
    document: str
    lang: str

    @property
    def session_digest(self) -> str:
        """The digest by which the store knows the session; empty without one."""
        return secret_sha256(self.session) if self.session else ""


@dataclass(slots=True)
class TokenBucket:
    """Rate limit (leaky bucket as a meter): `rate` events a second, `burst` at once. Times are monotonic seconds."""

    rate: float
    burst: float
    level: float = 0.0
    updated_at: float = field(default_factory=time.monotonic)

    def wait(self, *, spend: bool = True) -> float:
        """Count an event and return the seconds to wait. Without `spend`, an event over the limit is not counted."""
        now = time.monotonic()
        self.level = max(0.0, self.level - (now - self.updated_at) * self.rate)
        self.updated_at = now
        if not spend and self.level >= self.burst:
            return 1.0
        self.level += 1
        return max(0.0, (self.level - self.burst) / self.rate)


@dataclass(eq=False, slots=True)
class LiveConnection:
    """A participant and their WebSocket.

    `own_clients` are the client ids they write with, `caret_clients` those whose caret they moved. `pending_updates`
    arrived before updates they depend on. `whole_text_limit` is for messages for which the server reads the whole text.
    While `is_refusing`, all their updates are refused until they reconnect.
    """

    socket: WebSocket
    participant: Participant
    credentials: Credentials
    lang: str
    own_clients: set[int] = field(default_factory=set)
    pending_updates: list[bytes] = field(default_factory=list)
    caret_clients: set[int] = field(default_factory=set)
    committed_count: int = 0
    is_refusing: bool = False
    could_write: bool = False
    is_active: bool = False
    update_limit: TokenBucket = field(default_factory=lambda: TokenBucket(60, 200))
    awareness_limit: TokenBucket = field(default_factory=lambda: TokenBucket(20, 60))
    whole_text_limit: TokenBucket = field(default_factory=lambda: TokenBucket(2, 20))
    _queue: deque[bytes] = field(default_factory=deque)
    _queued_bytes: int = 0
    _closing: tuple[int, str] | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.could_write = self.participant.mode == WRITE

    @property
    def person(self) -> str:
        """The id of the user."""
        return self.participant.actor.person

    @property
    def public_user(self) -> dict[str, object]:
        """The user as shown to other participants; JSON values."""
        actor, organisation = self.participant.actor, self.participant.organisation
        return {
            "person": actor.person,
            "name": actor.name,
            "organisation": organisation.get(actor.lang) or next(iter(organisation.values()), ""),
            "colour": self.participant.colour,
        }

    @property
    def may_write(self) -> bool:
        """Whether the user may write now."""
        return self.participant.mode == WRITE

    @property
    def is_closing(self) -> bool:
        """Whether `close` was called."""
        return self._closing is not None

    def send(self, message: bytes) -> None:
        """Queue a message; messages are sent in order.

        A client that reads too slowly is disconnected (1013): it catches up from its own state when it reconnects,
        which is cheaper than sending everything queued.
        """
        if self._closing:
            return
        self._queue.append(message)
        self._queued_bytes += len(message)
        self._wake.set()
        if len(self._queue) > 1 and (len(self._queue) > MAX_QUEUED_MESSAGES or self._queued_bytes > MAX_QUEUED_BYTES):
            self._queue.clear()
            self._queued_bytes = 0
            self.close(1013, "reads too slowly")

    def close(self, code: int, reason: str = "") -> None:
        """Close after the queue was sent. Only the first call counts."""
        self._closing = self._closing or (code, reason)
        self._wake.set()

    def refuse(self, error: DomainError, code: int) -> None:
        """Send the error in the user's language, then close."""
        log.info("refused %s: %s", error.code, error.sentence)
        self.send(protocol.control("refused", code=error.code, sentence=Translator(self.lang).error_message(error)))
        self.close(code, error.code)

    def set_participant(self, participant: Participant) -> None:
        """Apply rechecked rights and send the new mode if it changed."""
        previous, self.participant = self.participant, participant
        if (previous.mode, previous.read_only_code) != (participant.mode, participant.read_only_code):
            self.could_write |= participant.mode == WRITE
            self.send(
                protocol.control(
                    "mode",
                    mode=participant.mode,
                    **({"code": participant.read_only_code} if participant.read_only_code else {}),
                )
            )

    async def run_sender(self) -> None:
        """Send queued messages until closed."""
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            while not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while self._queue and not self._closing:
                    await self._send()
            async with asyncio.timeout(CLOSE_TIMEOUT):
                while self._queue:
                    await self._send()
                await self.socket.close(*self._closing)

    async def _send(self) -> None:
        message = self._queue.popleft()
        self._queued_bytes -= len(message)
        await self.socket.send_bytes(message)
