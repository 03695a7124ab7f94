"""The application: routes, security headers, error answers."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.errors import N_, Conflict, DomainError, NotFound, OutcomeUnknown, Unavailable
from service.domain.publication.export import FORMATS
from service.store.db import CommitOutcomeUnknown as CommitUnsure
from service.store.db import DatabaseUnavailable
from service.web.http.app_state import AppState
from service.web.http.csp import csp
from service.web.http.csrf import SameOriginOnly
from service.web.http.errors import problem_response
from service.web.http.pages import problem_page
from service.web.routes import routes

log = logging.getLogger(__name__)

STATIC_DIR = Path(__file__).parent / "static"

SECURITY_HEADERS = {
    b"content-security-policy": csp().encode(),
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)",
    b"strict-transport-security": b"max-age=63072000; includeSubDomains",
}


UNCOMPRESSED_TYPES = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *(one.media_type for one in FORMATS.values()))
"""Not worth squeezing, and a download should say how long it is."""


class GzipReads:
    """What is read travels compressed: a long text in a quarter of the time. Answers to forms do not: some show a
    secret once, and how far a page shrinks can tell of what is in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gzip = GZipMiddleware(app, minimum_size=1024, compresslevel=4, exclude_content_types=UNCOMPRESSED_TYPES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["type"] == "http" and scope["method"] == "GET"
        await (self._gzip if reads else self._app)(scope, receive, send)


class SecurityHeaders:
    """Adds SECURITY_HEADERS to every response. It stands outside the application: Starlette answers what broke outside
    of all middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in SECURITY_HEADERS.items() if name not in given),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def create_app(
    app_state: AppState, *, extra_routes: Sequence[BaseRoute] = (), lifespan: Callable[[Starlette], Any] | None = None
) -> ASGIApp:
    """The web application over an open house, with `more` routes than its own, and what runs beside it."""
    app = Starlette(
        routes=[*extra_routes, *routes(str(STATIC_DIR))],
        lifespan=lifespan,
        middleware=[Middleware(SameOriginOnly, error_page=problem_page)],
        exception_handlers={
            DomainError: _on_domain_error,
            HTTPException: _on_http_error,
            CommitUnsure: _on_outcome_unknown,
            DatabaseUnavailable: _on_database_away,
            OSError: _on_os_error,
            Exception: _on_unexpected_error,
        },
    )
    app.state.app_state = app_state
    return SecurityHeaders(GzipReads(app))


async def _on_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return await _error_response(request, error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        method_error = Conflict("method_not_allowed", N_("This address does not accept this kind of request."))
        response = await _error_response(request, method_error)
        response.status_code = 405
        response.headers.update(error.headers or {})
        return response
    return await _error_response(request, NotFound())


async def _on_database_away(request: Request, error: Exception) -> Response:
    log.error("the database did not take it: %s", error)
    message = N_(
        "The database cannot save this now. Nothing was changed. Try again in a minute, or tell your administrator."
    )
    return await _error_response(request, Unavailable("database_away", message))


async def _on_outcome_unknown(request: Request, error: Exception) -> Response:
    log.error("the database went away during a commit: %s", error)
    return await _error_response(request, OutcomeUnknown())


async def _on_os_error(request: Request, error: Exception) -> Response:
    log.error("the disk did not take it: %s", error)
    message = N_("The disk is full or read-only. Nothing was changed. Tell your administrator.")
    return await _error_response(request, Unavailable("disk_refuses", message))


async def _on_unexpected_error(request: Request, error: Exception) -> Response:
    return await _error_response(
        request, Unavailable("internal", N_("Something went wrong on our side. Nothing was changed."))
    )


async def _error_response(request: Request, error: DomainError) -> Response:
    if request.url.path.startswith("/api/"):
        return problem_response(error, request)
    return await problem_page(request, error)
