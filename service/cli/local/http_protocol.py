"""HTTP connections of the web server: those that send no complete headers in time are closed."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 15.0
"""Seconds from the connection, or from the first byte of a further request, to the end of its headers."""


class TimedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a time limit for headers, which it lacks.

    The limit for bodies is in `service.web.middleware.received_bodies`; uvicorn itself limits idle connections.
    """

    _header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time of the first request."""
        super().connection_made(transport)
        self._start_header_timer()

    def on_message_begin(self) -> None:
        """Start the time of a further request."""
        super().on_message_begin()
        if self._header_timer is None:
            self._start_header_timer()

    def on_headers_complete(self) -> None:
        """End the time."""
        self._stop_header_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the time."""
        self._stop_header_timer()
        super().connection_lost(exc)

    def _start_header_timer(self) -> None:
        self._header_timer = self.loop.call_later(HEADER_SECONDS, self._close_slow_connection)

    def _stop_header_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _close_slow_connection(self) -> Any:
        self._header_timer = None
        if not self.transport.is_closing():
            self.transport.abort()
