"""The security log: what was refused and what changed power, counted by minute, and one line each for fail2ban.

A flood writes few rows and few lines: events of one kind, network and person within a minute are one row, and there are
at most MAX_KEYS rows a batch.
"""

import asyncio
import hashlib
import hmac
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.actions.accounts.security_log import EventCount, EventKey, write_events
from service.domain.accounts.addresses import normalise_address
from service.domain.accounts.security_event import (
    CHANGE_OF_POWER,
    FOREIGN_HOST,
    UNKNOWN_KEY,
    changes_power,
    event_kind,
)
from service.domain.errors import DomainError
from service.store.db import DatabaseUnavailable, now_us
from service.web.http.app_state import AppState
from service.web.http.client_network import truncated_network

log = logging.getLogger("mithaq.security")

FLUSH_SECONDS = 10.0

MAX_KEYS = 100
"""Rows of one batch; events beyond are counted without their network."""

MAX_SUBJECTS = 50
"""Different addresses that are counted for one row."""

MAX_LINES = 10
"""Lines a minute for one client, and ten times as many for all."""


class SecurityLog:
    """The events of this process that are not written yet."""

    def __init__(self, app_state: AppState) -> None:
        self._app_state = app_state
        self._lock = Lock()
        self._events: dict[EventKey, EventCount] = {}
        self._lines: Counter[str] = Counter()
        self._lines_minute = 0

    def note(
        self, connection: HTTPConnection, kind: str, *, detail: str = "", subject: str = "", person: str = ""
    ) -> None:
        """Count an event; `subject` is an email address that was given."""
        now = now_us()
        key = EventKey(now // 60_000_000, kind, truncated_network(connection), person, detail)
        with self._lock:
            if len(self._events) >= MAX_KEYS and key not in self._events:
                key = EventKey(key.minute, kind, "")
            found = self._events.setdefault(key, EventCount(now))
            found.count += 1
            if subject and len(found.subjects) < MAX_SUBJECTS:
                found.subjects.add(self._digest(subject))
        if kind != CHANGE_OF_POWER:
            self._write_line(connection.client.host if connection.client else "-", kind)

    def flush(self) -> None:
        """Write what was counted; it is kept for the next time if the database rejects it."""
        with self._lock:
            events, self._events = self._events, {}
        if not events:
            return
        try:
            with self._app_state.database.write(self._app_state.dispatcher) as tx:
                write_events(tx, events.items())
        except DatabaseUnavailable as error:
            log.error("the security log could not be written: %s", error)
            with self._lock:
                self._events = dict(list((events | self._events).items())[:MAX_KEYS])

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Flush every FLUSH_SECONDS, and at the end."""
        running = asyncio.create_task(self._flush_for_ever())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await run_in_threadpool(self.flush)

    async def _flush_for_ever(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await run_in_threadpool(self.flush)

    def _digest(self, address: str) -> str:
        message = f"mithaq.security.v1\n{normalise_address(address)}".encode("utf-8", "surrogatepass")
        return hmac.new(self._app_state.secret, message, hashlib.sha256).hexdigest()[:16]

    def _write_line(self, client: str, kind: str) -> None:
        minute = int(time.monotonic() // 60)
        if minute != self._lines_minute:
            self._lines_minute = minute
            self._lines.clear()
        if self._lines[client] < MAX_LINES and self._lines.total() < 10 * MAX_LINES:
            self._lines[client] += 1
            fields = {"kind": kind, "client": client}
            log.warning("mithaq-security kind=%s client=%s", kind, client, extra={"fields": fields})


class SecurityLogMiddleware:
    """ASGI middleware that notes refused requests, and acts that changed power, after they were answered."""

    def __init__(self, app: ASGIApp, *, security_log: SecurityLog) -> None:
        self._app = app
        self._security_log = security_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then note it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
            await send(message)

        await self._app(scope, receive, send_and_look)
        self._note(HTTPConnection(scope), status)

    def _note(self, connection: HTTPConnection, status: int) -> None:
        state = connection.scope.get("state", {})
        person, refusal = str(state.get("sender", "")), state.get("refusal")
        note = self._security_log.note
        if status == 421:
            note(connection, FOREIGN_HOST)
        if status == 401 and connection.headers.get("authorization"):
            note(connection, UNKNOWN_KEY)
        if isinstance(refusal, DomainError) and (kind := event_kind(refusal, signed_in=bool(person))):
            subject = str(dict(state.get("form", {})).get("email", ""))
            note(connection, kind, detail=refusal.code, subject=subject, person=person)
        for act in state.get("acts", ()):
            if changes_power(act):
                note(connection, CHANGE_OF_POWER, detail=act, person=person)
