"""Answers under an earlier public address of the instance.

Neither cookies nor keys admit anybody there, and the target is always the stored origin with the path of the request:
what a request says of hosts goes nowhere.
"""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from service.domain.errors import N_, Gone
from service.domain.membership.origin import is_same_origin
from service.web.http.bodies import read_misdirected_form
from service.web.http.errors import problem_response
from service.web.http.pages import moved_page

API_PREFIX = "/api/"

SAFE_CHARACTERS = "/%:@!$&'()*+,;=-._~"
"""Of a path and its query (RFC 3986), and the percent sign: both are encoded already."""


async def answer_at_former_address(scope: Scope, receive: Receive, send: Send, *, origin: str) -> None:
    """Redirect a page to `origin`; answer anything else with 410 `address_moved`."""
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.send_denial_response(problem_response(_moved_error(origin), socket))
        return
    response = _redirect(scope, origin) if _is_page(scope) else await _refuse(Request(scope, receive), origin)
    await response(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and not scope["path"].startswith(API_PREFIX)


def _redirect(scope: Scope, origin: str) -> Response:
    """Redirect to the same path. No browser stores the answer: the instance may come back to this address."""
    path, query = bytes(scope.get("raw_path") or scope["path"].encode()), bytes(scope["query_string"])
    target = quote(path, safe=SAFE_CHARACTERS) if path.startswith(b"/") else "/"
    target += f"?{quote(query, safe=SAFE_CHARACTERS + '/?')}" if query else ""
    return RedirectResponse(f"{origin}{target}", 308, {"cache-control": "no-store"})


async def _refuse(request: Request, origin: str) -> Response:
    error = _moved_error(origin)
    if request.url.path.startswith(API_PREFIX):
        return problem_response(error, request)
    if _is_own_form(request):
        await read_misdirected_form(request)
    return moved_page(request, error, origin=origin)


def _is_own_form(request: Request) -> bool:
    """Whether a page under the same earlier address sent a form without a file. What others send is not shown."""
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    return (
        request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        and is_same_origin(origin, f"{urlsplit(origin).scheme}://{host}")
    )


def _moved_error(origin: str) -> Gone:
    return Gone(
        "address_moved",
        N_(
            "This service has a new address: {origin}. Nothing was saved here. If you wrote something, copy it before "
            "you sign in at the new address."
        ),
        extra={"origin": origin},
        origin=origin,
    )
