"""HTTP connections of the web server: limits of time, and how a connection is closed whose body was not read."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEADER_SECONDS = 15.0
"""Seconds from the connection, or from the first byte of a further request, to the end of its headers."""

LINGER_SECONDS = 10.0
"""Seconds for which the rest of a body that was refused is received and dropped, so that the answer arrives."""

LINGER_BYTES = 32 * 1024 * 1024
"""Bytes of such a rest: more than the largest body that is read."""


class TimedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol with what it lacks: a time limit for headers, and a lingering close (RFC 9112 section 9.6).

    The limit for bodies is in `service.web.middleware.received_bodies`; uvicorn itself limits idle connections.
    """

    _header_timer: asyncio.TimerHandle | None = None
    _linger_timer: asyncio.TimerHandle | None = None
    _dropped_bytes = 0

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
        if self.cycle is not None and self.cycle.transport is self.transport:
            self.cycle.transport = cast(asyncio.Transport, _LingeringTransport(self, self.cycle))

    def data_received(self, data: bytes) -> None:
        """Parse what arrives, or drop it if the request has been answered."""
        if self._linger_timer is None:
            super().data_received(data)
            return
        self._dropped_bytes += len(data)
        if self._dropped_bytes > LINGER_BYTES:
            self.transport.abort()

    def on_response_complete(self) -> None:
        """Go on with the next request, unless the connection ends."""
        if self._linger_timer is None:
            super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """End all times."""
        self._stop_header_timer()
        if self._linger_timer is not None:
            self._linger_timer.cancel()
        super().connection_lost(exc)

    def close_after_body(self) -> None:
        """End our side of the connection; drop the rest of the body until the client ends its own, or for a while.

        Closed at once with bytes unread, the connection would be reset: the client, or a proxy such as Apache, loses
        the answer with what it was still sending.
        """
        self.transport.write_eof()
        self.flow.resume_reading()
        self._linger_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

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


class _LingeringTransport:
    """The transport as one request sees it: `close` waits for a body that has not arrived."""

    def __init__(self, protocol: TimedHttpProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol, self._cycle, self._transport = protocol, cycle, protocol.transport

    def close(self) -> None:
        """Close the connection, at once or after the body."""
        if self._cycle.more_body and not self._cycle.disconnected and not self._transport.is_closing():
            self._protocol.close_after_body()
        else:
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
