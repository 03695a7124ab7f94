"""Request context: current user, request, transaction, locale; and the transactions that page handlers run in."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.actions import authorization
from service.domain.errors import N_, InvalidInput, TooLarge, Unauthenticated
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.i18n import LANGUAGES, Translator, negotiate_language
from service.store.db import DatabaseUnavailable, Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition
from service.store.planning import run_planned
from service.web.http.app_state import AppState
from service.web.http.auth import session_token
from service.web.http.session_refresh import is_refresh_due, refresh_session
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.time_zones import OFFERED_ZONES

log = logging.getLogger(__name__)

LANG_COOKIE, ZONE_COOKIE, DIGITS_COOKIE = "lang", "zone", "digits"
"""Cookies: language, time zone and digits that the user chose."""

MAX_FORM_BYTES = 64 * 1024
"""Bytes: holds a reservation of full length in two languages."""

MAX_FORM_FIELDS = 500

DEFAULT_ZONE = "Asia/Damascus"
"""Used until the coalition is set up."""


@dataclass(frozen=True)
class RequestContext:
    """One request with its user, transaction and locale. `actor` is None for an anonymous request."""

    request: Request
    app_state: AppState
    tx: Tx
    actor: Actor | None
    coalition: Coalition | None
    formatter: LocaleFormatter

    @property
    def user(self) -> Actor:
        """The signed-in user. Raises Unauthenticated."""
        if self.actor is None:
            raise Unauthenticated()
        return self.actor

    @property
    def is_sample(self) -> bool:
        """Whether this instance, or its coalition, is a sample."""
        return self.app_state.settings.sample or bool(self.coalition and self.coalition.sample)

    def path_param(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.request.path_params[name])

    def query_param(self, name: str) -> str:
        """Return a parameter of the query string, empty if it is absent."""
        return self.request.query_params.get(name, "")

    def defer_write(self, write: Callable[[Tx], None]) -> None:
        """Run `write` after the page is rendered, in a write transaction of its own."""
        self.request.state.after = [*getattr(self.request.state, "after", []), write]

    def may(self, verb: str, resource: Resource) -> bool:
        """Whether the user may do `verb` on `resource`; never for an anonymous request."""
        return self.actor is not None and may(self.actor, verb, resource)


class AfterCommit(Response):
    """Stands for a page that is rendered once the transaction is committed, in a read transaction of its own."""

    def __init__(self, render: Callable[[RequestContext], Response]) -> None:
        super().__init__()
        self.render_page = render


Form = Mapping[str, str]
BeforeWrite = Callable[[Request, Form], None]


async def read_form(request: Request, *, max_bytes: int) -> Form:
    """Read the URL-encoded form of a request and store it in `request.state.form`.

    Raises TooLarge `form_too_large`, InvalidInput `bad_form`.
    """
    request.state.form = form = await _parse_form(request, max_bytes=max_bytes)
    return form


def plan_before_write(plan: Callable[[RequestContext, Form], object]) -> BeforeWrite:
    """Return a hook that runs `plan` in a read transaction, before the write lock is taken."""

    def before(request: Request, form: Form) -> None:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            request.state.plan = plan(build_context(request, app_state, tx), form)

    return before


def build_context(request: Request, app_state: AppState, tx: Tx, *, lang: str | None = None) -> RequestContext:
    """Build the context of `request`; `lang` overrides the language that the user chose."""
    actor = authorization.authenticate(tx, token=None, session=session_token(request))
    coalition = organisations_store.get_coalition(tx)
    return RequestContext(
        request, app_state, tx, actor, coalition, formatter_for(request, coalition, actor=actor, lang=lang)
    )


def formatter_for(
    request: Request, coalition: Coalition | None, *, actor: Actor | None, lang: str | None = None
) -> LocaleFormatter:
    """Return the formatter of the response: the chosen language, else the one negotiated by Accept-Language."""
    chosen = lang or request.cookies.get(LANG_COOKIE, "")
    if chosen not in LANGUAGES:
        chosen = negotiate_language(
            request.headers.get("accept-language"), fallback=actor.lang if actor else coalition_languages(coalition)[0]
        )
    settings = coalition.settings if coalition else {}
    home_zone, digits = str(settings.get("zone", DEFAULT_ZONE)), settings.get("digits", {})
    zone = request.cookies.get(ZONE_COOKIE, "")
    own_digits = {"latn": "latn", "arab": LANGUAGES[chosen].digits}.get(request.cookies.get(DIGITS_COOKIE, ""))
    return LocaleFormatter(
        Translator(chosen, digits=own_digits or digits.get(chosen)),
        home_zone,
        zone if zone in OFFERED_ZONES else home_zone,
        digits,
    )


def coalition_languages(coalition: Coalition | None) -> list[str]:
    """Return the languages of the coalition, the primary one first; without a coalition, all of them."""
    return list(coalition.settings.get("langs") or LANGUAGES) if coalition else list(LANGUAGES)


def redirect(path: str) -> RedirectResponse:
    """Redirect to `path`, a path of this site, with 303 See Other."""
    return RedirectResponse(path, 303)


def safe_redirect_path(path: str) -> str:
    """Return `path` if it is a local path, else `/`. Prevents open redirects."""
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_local else "/"


def run_in_read_transaction(handler: Callable[[RequestContext], Response], request: Request) -> Response:
    """Run `handler` inside one read transaction, then its deferred writes in a write transaction."""
    app_state = cast(AppState, request.app.state.app_state)
    with app_state.database.read() as tx:
        context = build_context(request, app_state, tx)
        response = handler(context)
        refresh_due = is_refresh_due(context.actor, tx)
    deferred: list[Callable[[Tx], None]] = getattr(request.state, "after", [])
    if refresh_due or deferred:
        _run_deferred_writes(context, request, deferred)
    return response


def _run_deferred_writes(context: RequestContext, request: Request, deferred: Sequence[Callable[[Tx], None]]) -> None:
    """Refresh the session and run the deferred writes; if the database rejects writes, the page is served anyway."""

    def work(tx: Tx) -> None:
        refresh_session(tx, context.actor, request)
        for write in deferred:
            write(tx)

    try:
        run_planned(context.app_state.database, context.app_state.dispatcher, work)
    except DatabaseUnavailable as error:
        log.warning("deferred writes of a page were dropped: %s", error)


def run_in_write_transaction(
    handler: Callable[[RequestContext, Form], Response],
    request: Request,
    form: Form,
    before_write: BeforeWrite | None = None,
    *,
    allow_anonymous: bool = False,
) -> Response:
    """Run `handler` inside one write transaction, after `before_write`. Raises Unauthenticated.

    It runs again if it asked for a result that must not be computed under the write lock; see `planning`.
    """
    app_state = cast(AppState, request.app.state.app_state)
    if not allow_anonymous:
        _require_authenticated(request, app_state)
    if before_write:
        before_write(request, form)

    def work(tx: Tx) -> Response:
        context = build_context(request, app_state, tx)
        refresh_session(tx, context.actor, request)
        return handler(context, form)

    response = run_planned(app_state.database, app_state.dispatcher, work)
    if not isinstance(response, AfterCommit):
        return response
    with app_state.database.read() as tx:
        return response.render_page(build_context(request, app_state, tx))


def _require_authenticated(request: Request, app_state: AppState) -> None:
    """Reject an anonymous request before it takes the write lock. Raises Unauthenticated."""
    with app_state.database.read() as tx:
        if authorization.authenticate(tx, token=None, session=session_token(request)) is None:
            raise Unauthenticated()


async def _parse_form(request: Request, *, max_bytes: int) -> Form:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > max_bytes:
            raise TooLarge("form_too_large", N_("This is too large."))
    try:
        return dict(
            parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
        )
    except (UnicodeDecodeError, ValueError):
        raise InvalidInput("bad_form", N_("This form could not be read.")) from None


def can_send_email(context: RequestContext) -> bool:
    """Whether email is delivered: by an SMTP server, or on the outbox page of a sample."""
    return context.is_sample or bool(context.app_state.settings.smtp_url)
