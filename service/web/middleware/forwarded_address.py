"""The client of a request behind proxies, and one line in the log for each thing that a proxy does wrong.

Only X-Forwarded-For is believed, only from the proxies of the settings, and only for the address of the client: scheme,
host and cookies follow the stored origin. `Forwarded` (RFC 7239) and X-Real-IP are never read.
"""

import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.domain.accounts.client_address import TrustedProxies, client_address
from service.domain.accounts.proxy_fault import ProxiedConnection, find_fault
from service.web.http.instance_origin import InstanceOrigin
from service.web.middleware.host_check import OPEN_PATHS

log = logging.getLogger("mithaq.proxy")

WEBSOCKET_SCHEMES = {"ws": "http", "wss": "https"}
"""What Traefik sends with the request for a WebSocket, and what it means."""


class ForwardedAddress:
    """ASGI middleware: `scope["client"]` becomes the client, `scope["state"]["connection"]` says how it was found."""

    def __init__(self, app: ASGIApp, *, origin: InstanceOrigin, trusted: TrustedProxies) -> None:
        self._app = app
        self._origin = origin
        self._trusted = trusted
        self._reported: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            connection = self._find_connection(scope, headers)
            scope.setdefault("state", {})["connection"] = connection
            if connection.client != connection.peer:
                scope["client"] = (connection.client, 0)
            if scope["path"] not in OPEN_PATHS and self._origin.accepts_host(headers.get("host", "")):
                self._report(connection)
        await self._app(scope, receive, send)

    def _find_connection(self, scope: Scope, headers: Headers) -> ProxiedConnection:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded_for = tuple(headers.getlist("x-forwarded-for"))
        client = client_address(peer, forwarded_for, trusted=self._trusted)
        # Several values: the last one is that of the nearest proxy.
        proto = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
        proto = WEBSOCKET_SCHEMES.get(proto, proto)
        return ProxiedConnection(peer, client, forwarded_for, proto, self._trusted.trusts_peer(peer))

    def _report(self, connection: ProxiedConnection) -> None:
        """Log a fault once a process: what every request shows must not fill the log."""
        if not (self._origin.is_known and self._origin.scheme == "https"):
            return
        fault = find_fault(connection)
        if fault and fault not in self._reported:
            self._reported.add(fault)
            log.warning("%s", fault.format(origin=self._origin.value, peer=connection.peer or "a socket"))
