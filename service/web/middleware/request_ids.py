"""An id for each request: in its log lines, on its error pages, in its response, and with the jobs it queues."""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.logs.request_id import is_request_id, new_request_id, set_request_id

HEADER = "x-request-id"


class RequestIds:
    """ASGI middleware that gives each request an id: `scope["state"]["request_id"]`.

    A proxy that is trusted may have chosen it; anybody else could make two requests look like one.
    """

    def __init__(self, app: ASGIApp, *, trusted_proxies: str = "") -> None:
        """`trusted_proxies` is the setting: addresses or networks, or `*`."""
        self._app = app
        self._trusts_all = trusted_proxies == "*"
        names = () if self._trusts_all else filter(None, trusted_proxies.split(","))
        self._networks = [ipaddress.ip_network(name.strip(), strict=False) for name in names]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; the response says its id."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = self._proposed_id(scope) or new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER.encode(), request_id.encode())]
            await send(message)

        set_request_id(request_id)  # also for the server, which logs errors when this has returned
        await self._app(scope, receive, send_with_id)

    def _proposed_id(self, scope: Scope) -> str:
        values = Headers(scope=scope).getlist(HEADER)
        return values[0] if len(values) == 1 and is_request_id(values[0]) and self._is_from_proxy(scope) else ""

    def _is_from_proxy(self, scope: Scope) -> bool:
        """Whether a trusted proxy sent the request. Forwarded addresses are read by a middleware inside of this one."""
        if self._trusts_all:
            return True
        try:
            address = ipaddress.ip_address((scope.get("client") or ("",))[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)
