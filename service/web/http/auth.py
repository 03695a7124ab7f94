"""Credentials of a request: a bearer token (RFC 6750), or the cookie of a browser session."""

from starlette.requests import HTTPConnection, Request

from service.domain.errors import N_, Forbidden
from service.web.http.instance_origin import cookie_name, origin_of

SESSION_COOKIE = "mithaq"


def bearer_token(request: HTTPConnection) -> str | None:
    """Return the token of the Authorization header; a token in the URL is ignored."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" and value.strip() else None


def session_token(request: Request) -> str | None:
    """Return the session token of the cookie; None for an unsafe request from another origin (CSRF)."""
    if request.method != "GET" and not same_origin(request):
        return None
    return request.cookies.get(session_cookie_name(request))


def same_origin(request: Request) -> bool:
    """Whether the request comes from a page of this origin: by Sec-Fetch-Site, else by Origin.

    If a browser sends both, both must say so.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or origin == "null":
        return site is not None
    return _comes_from_instance(request)


def session_cookie_name(request: HTTPConnection) -> str:
    """Return the name of the session cookie: with the `__Host-` prefix over TLS, where no other name is accepted."""
    return cookie_name(request, SESSION_COOKIE)


def websocket_credentials(socket: HTTPConnection) -> tuple[str | None, str | None]:
    """Return the credentials of a WebSocket handshake: (bearer token, None) or (None, session token).

    Browsers send cookies with a WebSocket opened by any page, so a session needs the Origin of this site (cross-site
    WebSocket hijacking). Raises Forbidden `foreign_origin`.
    """
    token = bearer_token(socket)
    if token:
        return token, None
    if not _comes_from_instance(socket):
        error = Forbidden("foreign_origin", N_("This request did not come from our site, so nothing was done."))
        socket.state.refusal = error
        raise error
    return None, socket.cookies.get(session_cookie_name(socket))


def _comes_from_instance(request: HTTPConnection) -> bool:
    origin = request.headers.get("origin")
    return origin is not None and origin_of(request).is_origin(origin, host=request.headers.get("host", ""))
