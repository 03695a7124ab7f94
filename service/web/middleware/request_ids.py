"""An id for each request: in its log lines, on its error pages, in its response, and with the jobs it queues."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.accounts.client_address import TrustedProxies
from service.logs.request_id import is_request_id, new_request_id, set_request_id

HEADER = "x-request-id"


class RequestIds:
    """ASGI middleware that gives each request an id: `scope["state"]["request_id"]`.

    A proxy that is trusted may have chosen it; anybody else could make two requests look like one.
    """

    def __init__(self, app: ASGIApp, *, trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

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
        """Return the id that a trusted proxy chose, if it looks like one; else nothing."""
        values = Headers(scope=scope).getlist(HEADER)
        peer = scope["client"][0] if scope.get("client") else ""
        return values[0] if len(values) == 1 and is_request_id(values[0]) and self._trusted.trusts_peer(peer) else ""
