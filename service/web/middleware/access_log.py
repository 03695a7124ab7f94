"""A line for each request, if the operator asks for it (MITHAQ_ACCESS_LOG).

It names the kind of page and the network, never the person, the document, the query or the whole address: who read what
and when must not be found on the machine. What a client sends is not in it, except its method.
"""

import logging
import time

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.http.client_network import truncated_network

log = logging.getLogger("mithaq.access")

UNLOGGED_PATHS = frozenset({"/health", "/ready"})
"""Paths that monitoring asks for every few seconds."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLog:
    """ASGI middleware that writes a line when a response has been sent or a socket is closed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then write its line."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in UNLOGGED_PATHS:
            await self._app(scope, receive, send)
            return
        started_at, status, size = time.monotonic(), 0, 0

        async def count_and_send(message: Message) -> None:
            nonlocal status, size
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                case "websocket.accept":
                    status = 101
                case "websocket.close" if not status:
                    status = 403
            size += len(message.get("body") or message.get("bytes") or b"")
            await send(message)

        try:
            await self._app(scope, receive, count_and_send)
        finally:
            _write_line(scope, status=status, size=size, seconds=time.monotonic() - started_at)


def _write_line(scope: Scope, *, status: int, size: int, seconds: float) -> None:
    fields = {
        "method": _method(scope),
        "path": route_of(scope),
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000),
        "network": truncated_network(HTTPConnection(scope)) or "-",
    }
    log.info(" ".join(["%s"] * len(fields)), *fields.values(), extra={"fields": fields})


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WEBSOCKET"
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def route_of(scope: Scope) -> str:
    """Return the path as the table of routes has it, `/documents/{id}`; `-` if there is no such page."""
    route = scope.get("route")
    return str(getattr(route, "path", "-")) if isinstance(route, BaseRoute) else "-"
