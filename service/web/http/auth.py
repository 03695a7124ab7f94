"""Keys of a request: a bearer token, or the cookie of a browser session."""

from starlette.requests import HTTPConnection, Request

from service.domain.errors import N_, Forbidden

SESSION_COOKIE = "mithaq"
SECURE_SESSION_COOKIE = "__Host-mithaq"


def bearer_token(request: HTTPConnection) -> str | None:
    """The token of the Authorization header, never of the address."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" and value.strip() else None


def session_token(request: Request) -> str | None:
    """The session of a browser. Only reading requests may use it here: forms check their own origin."""
    if request.method != "GET" and not same_origin(request):
        return None
    return request.cookies.get(session_cookie_name(request))


def same_origin(request: Request) -> bool:
    """Whether a form was sent by a page of ours: browsers say so, and cannot be made to lie."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and origin == f"{request.url.scheme}://{request.url.netloc}"


def session_cookie_name(request: HTTPConnection) -> str:
    """`__Host-` needs TLS, where no other name is taken: a neighbour's page could set it. A sample on loopback has
    none."""
    return SECURE_SESSION_COOKIE if request.url.scheme in ("https", "wss") else SESSION_COOKIE


def websocket_credentials(socket: HTTPConnection) -> tuple[str | None, str | None]:
    """The bearer token, or else the session, that a WebSocket is opened with. Browsers send cookies along wherever a
    page opens one, so with a cookie it must be a page of ours. Raises Forbidden `foreign_origin`."""
    token = bearer_token(socket)
    if token:
        return token, None
    scheme = {"wss": "https", "ws": "http"}.get(socket.url.scheme, socket.url.scheme)
    if socket.headers.get("origin") != f"{scheme}://{socket.url.netloc}":
        raise Forbidden("foreign_origin", N_("This request did not come from our site, so nothing was done."))
    return None, socket.cookies.get(session_cookie_name(socket))
