"""The ASGI application: routes, middleware, security headers and exception handlers."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.config import Settings
from service.domain.accounts.client_address import parse_proxies
from service.domain.errors import N_, DomainError, NotFound, OutcomeUnknown, Unavailable
from service.domain.publication.export import FORMATS
from service.i18n import Translator, negotiate_language
from service.store.db import CommitOutcomeUnknown, DatabaseUnavailable
from service.web.http.anonymous_places import AnonymousPlaces
from service.web.http.app_state import AppState
from service.web.http.csp import csp
from service.web.http.errors import CLIENT_CODES, MethodNotAllowed, problem_response, retry_headers
from service.web.http.instance_origin import InstanceOrigin
from service.web.http.pages import problem_page
from service.web.http.password_hashing import HashingPool
from service.web.middleware.access_log import AccessLog
from service.web.middleware.csrf import SameOriginOnly
from service.web.middleware.forwarded_address import ForwardedAddress
from service.web.middleware.host_check import HostCheck
from service.web.middleware.received_bodies import LargeBodyBudget, ReceivedBodies
from service.web.middleware.request_ids import RequestIds
from service.web.middleware.security_log import SecurityLog, SecurityLogMiddleware
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
}
"""Headers of every response that does not set them itself."""

UNCOMPRESSED_TYPES = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *(one.media_type for one in FORMATS.values()))
"""Media types that hardly shrink; without gzip a download also keeps its Content-Length."""


class GzipReads:
    """Gzips responses to GET requests only.

    Responses to forms stay uncompressed: some show a secret once, and the size of a compressed page can reveal its
    content (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gzip = GZipMiddleware(app, minimum_size=1024, compresslevel=4, exclude_content_types=UNCOMPRESSED_TYPES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a GET request with gzip, any other as it is."""
        is_get = scope["type"] == "http" and scope["method"] == "GET"
        await (self._gzip if is_get else self._app)(scope, receive, send)


class SecurityHeaders:
    """Adds SECURITY_HEADERS to every response, and that of HSTS where the public address is https.

    Wraps the whole application: Starlette produces its response to an unhandled exception outside of its middleware.
    """

    def __init__(self, app: ASGIApp, *, origin: InstanceOrigin, settings: Settings) -> None:
        self._app = app
        self._origin = origin
        subdomains = "; includeSubDomains" if settings.hsts_subdomains else ""
        self._hsts = (b"strict-transport-security", f"max-age={settings.hsts_seconds}{subdomains}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; headers the application set itself are kept."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in SECURITY_HEADERS.items() if name not in present),
                    *([self._hsts] if self._origin.scheme == "https" else []),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def create_app(
    app_state: AppState, *, extra_routes: Sequence[BaseRoute] = (), lifespan: Callable[[Starlette], Any] | None = None
) -> ASGIApp:
    """Create the web application over `app_state`; `extra_routes` precede its own, `lifespan` runs beside it."""
    security_log = SecurityLog(app_state)
    origin = InstanceOrigin(app_state.database, app_state.settings)
    app = Starlette(
        routes=[*extra_routes, *routes(str(STATIC_DIR))],
        lifespan=_run_beside(lifespan, security_log),
        middleware=[Middleware(HostCheck, origin=origin), Middleware(SameOriginOnly, error_page=problem_page)],
        exception_handlers={
            DomainError: _on_domain_error,
            ClientDisconnect: _on_disconnect,
            HTTPException: _on_http_error,
            CommitOutcomeUnknown: _on_outcome_unknown,
            DatabaseUnavailable: _on_database_unavailable,
            OSError: _on_os_error,
            Exception: _on_unexpected_error,
        },
    )
    app.state.app_state = app_state
    app.state.instance_origin = origin
    app.state.hashing_pool = HashingPool()
    app.state.anonymous_places = AnonymousPlaces()
    app.state.security_log = security_log
    guarded = ReceivedBodies(GzipReads(app), budget=LargeBodyBudget())
    answered: ASGIApp = SecurityHeaders(
        SecurityLogMiddleware(guarded, security_log=security_log), origin=origin, settings=app_state.settings
    )
    if app_state.settings.access_log:
        answered = AccessLog(answered)
    trusted = parse_proxies(app_state.settings.trusted_proxies)
    return RequestIds(ForwardedAddress(answered, origin=origin, trusted=trusted), trusted=trusted)


def _run_beside(
    lifespan: Callable[[Starlette], Any] | None, security_log: SecurityLog
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return a lifespan that also writes the security log."""

    @asynccontextmanager
    async def run(app: Starlette) -> AsyncIterator[None]:
        async with security_log.run(), lifespan(app) if lifespan else nullcontext():
            yield

    return run


async def _on_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    if error.code in CLIENT_CODES and not getattr(request.state, "sender", ""):
        return await _on_client_flood(request, error)
    return await _error_response(request, error)


async def _on_client_flood(request: Request, error: Exception) -> Response:
    """Answer on the event loop, without a page: a flood must cost less than what it is meant to stop."""
    assert isinstance(error, DomainError)
    request.state.refusal = error
    translator = Translator(negotiate_language(request.headers.get("accept-language")))
    return PlainTextResponse(f"{translator.error_message(error)} ({error.code})\n", 503, retry_headers(error))


async def _on_disconnect(request: Request, error: Exception) -> Response:
    """Nobody receives this: the client went away while it sent its body."""
    return Response(status_code=400)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        response = await _error_response(request, MethodNotAllowed())
        response.headers["allow"] = ", ".join(_allowed_methods(request))
        return response
    return await _error_response(request, NotFound())


def _allowed_methods(request: Request) -> list[str]:
    """Return the methods of all routes of this path; Starlette's own header has those of the first one."""
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    found = [one.methods or () for one in routes if one.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for methods in found for method in methods})


async def _on_database_unavailable(request: Request, error: Exception) -> Response:
    message = N_(
        "The database cannot save this now. Nothing was changed. Try again in a minute, or tell your administrator."
    )
    return await _error_response(request, Unavailable("database_away", message))


async def _on_outcome_unknown(request: Request, error: Exception) -> Response:
    log.error("connection to the database lost during a commit: %s", error)
    return await _error_response(request, OutcomeUnknown())


async def _on_os_error(request: Request, error: Exception) -> Response:
    log.error("operating system error, disk full or read-only: %s", error)
    message = N_("The disk is full or read-only. Nothing was changed. Tell your administrator.")
    return await _error_response(request, Unavailable("disk_refuses", message))


async def _on_unexpected_error(request: Request, error: Exception) -> Response:
    return await _error_response(
        request, Unavailable("internal", N_("Something went wrong on our side. Nothing was changed."))
    )


async def _error_response(request: Request, error: DomainError) -> Response:
    request.state.refusal = error
    if request.url.path.startswith("/api/"):
        return problem_response(error, request)
    response = await problem_page(request, error)
    response.headers.update(retry_headers(error))
    return response
