"""Cross-site request forgery: unsafe requests to pages must come from a page of the same origin.

Browsers send the origin of a request (Sec-Fetch-Site, else Origin) and pages cannot forge it, so no token is needed.
The API is exempt: it ignores the session cookie of a cross-origin request (`auth.session_token`).
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.domain.errors import N_, DomainError, Forbidden
from service.web.http.auth import same_origin

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110 section 9.2.1, without TRACE."""

API_PREFIX = "/api/"

ErrorPage = Callable[[Request, DomainError], Awaitable[Response]]


class SameOriginOnly:
    """ASGI middleware that rejects unsafe cross-origin requests to pages with 403 `foreign_form`.

    It does so for every route, and before the body is read.
    """

    def __init__(self, app: ASGIApp, *, error_page: ErrorPage) -> None:
        self._app = app
        self._error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or the error page."""
        if scope["type"] == "http" and _is_guarded(scope):
            request = Request(scope, receive)
            if not same_origin(request):
                error = Forbidden("foreign_form", N_("This form did not come from our site, so nothing was done."))
                request.state.refusal = error
                response = await self._error_page(request, error)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_guarded(scope: Scope) -> bool:
    return scope["method"] not in SAFE_METHODS and not scope["path"].startswith(API_PREFIX)
