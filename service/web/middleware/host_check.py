"""The Host header must name this instance: no other name leads to it (DNS rebinding, poisoned links).

Under an earlier public address every page leads to the same page of today's address, and nothing else is done.

Liveness and readiness answer under any name, for programs that watch the instance.
"""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.http.instance_origin import InstanceOrigin
from service.web.middleware.former_address import answer_at_former_address

OPEN_PATHS = frozenset({"/health", "/health/connection", "/ready"})

SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}
"""The scheme of a connection, by its type and the scheme of the origin."""


class HostCheck:
    """ASGI middleware that answers 421 (RFC 9110 section 15.5.20) to requests for another host.

    Others get the scheme of the stored origin, which a redirect to an absolute URL needs.

    The answer does not say what the right name is: those who scan addresses do not learn whose service this is.
    """

    def __init__(self, app: ASGIApp, *, origin: InstanceOrigin) -> None:
        self._app = app
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] in ("http", "websocket") and scope["path"] not in OPEN_PATHS:
            if self._origin.claim_read():
                await run_in_threadpool(self._origin.load)
            host = Headers(scope=scope).get("host", "")
            if not self._origin.accepts_host(host):
                if self._origin.was_host(host):
                    await answer_at_former_address(scope, receive, send, origin=self._origin.value)
                else:
                    await _refuse(scope, receive, send)
                return
            scope["scheme"] = SCHEMES[scope["type"]].get(self._origin.scheme, scope["scheme"])
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse("Misdirected Request\n", 421)(scope, receive, send)
