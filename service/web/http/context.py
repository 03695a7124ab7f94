"""A visit: one reader, one request of theirs, one transaction. How a handler of a page is called."""

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
from service.web.http.app_state import AppState
from service.web.http.auth import session_token
from service.web.http.session_refresh import is_refresh_due, refresh_session
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.time_zones import OFFERED_ZONES

log = logging.getLogger(__name__)

LANG_COOKIE, ZONE_COOKIE, DIGITS_COOKIE = "lang", "zone", "digits"
"""Cookies: what the reader chose."""

MAX_FORM_BYTES = 64 * 1024
"""Bytes: a reservation of full length in two languages fits."""

MAX_FORM_FIELDS = 500

DEFAULT_ZONE = "Asia/Damascus"
"""Before there is a coalition."""


@dataclass(frozen=True)
class RequestContext:
    """Who reads, what they asked for, and how to speak to them. `actor` is None for a stranger."""

    request: Request
    app_state: AppState
    tx: Tx
    actor: Actor | None
    coalition: Coalition | None
    formatter: LocaleFormatter

    @property
    def user(self) -> Actor:
        """Who is signed in. Raises Stranger."""
        if self.actor is None:
            raise Unauthenticated()
        return self.actor

    @property
    def is_sample(self) -> bool:
        return self.app_state.settings.sample or bool(self.coalition and self.coalition.sample)

    def path_param(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query_param(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def defer_write(self, write: Callable[[Tx], None]) -> None:
        """Have `act` done once the page is made, in a writing transaction of its own."""
        self.request.state.after = [*getattr(self.request.state, "after", []), write]

    def may(self, verb: str, resource: Resource) -> bool:
        """Whether the reader may try `verb`; a stranger never."""
        return self.actor is not None and may(self.actor, verb, resource)


Form = Mapping[str, str]
BeforeWrite = Callable[[Request, Form], None]


async def read_form(request: Request, *, max_bytes: int) -> Form:
    """Read the URL-encoded form of a request and keep it in `request.state.form`. Raises TooLarge `form_too_large`,
    InvalidInput `bad_form`."""
    request.state.form = form = await _parse_form(request, max_bytes=max_bytes)
    return form


def plan_before_write(plan: Callable[[RequestContext, Form], object]) -> BeforeWrite:
    """What runs before a form is acted on: `plan`, inside one read transaction, works out what takes long."""

    def before(request: Request, form: Form) -> None:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            request.state.plan = plan(build_context(request, app_state, tx), form)

    return before


def build_context(request: Request, app_state: AppState, tx: Tx, *, lang: str | None = None) -> RequestContext:
    """The visit of `request`; `lang` outweighs the reader's choice."""
    actor = authorization.authenticate(tx, token=None, session=session_token(request))
    coalition = organisations_store.get_coalition(tx)
    return RequestContext(
        request, app_state, tx, actor, coalition, formatter_for(request, coalition, actor=actor, lang=lang)
    )


def formatter_for(
    request: Request, coalition: Coalition | None, *, actor: Actor | None, lang: str | None = None
) -> LocaleFormatter:
    """The voice this request is answered in: the language chosen, else what the browser prefers."""
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
    """The languages the coalition writes in, its first one at the head; before there is a coalition all of them."""
    return list(coalition.settings.get("langs") or LANGUAGES) if coalition else list(LANGUAGES)


def redirect(path: str) -> RedirectResponse:
    """See the page at `path`, a path of ours."""
    return RedirectResponse(path, 303)


def safe_redirect_path(path: str) -> str:
    """`path` if it leads to a page of ours, else the first page: nobody is sent elsewhere by a link of theirs."""
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_local else "/"


def run_in_read_transaction(handler: Callable[[RequestContext], Response], request: Request) -> Response:
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
    """What is kept of a visit; a database that takes nothing now keeps nobody from reading."""
    try:
        with context.app_state.database.write(context.app_state.dispatcher) as tx:
            refresh_session(tx, context.actor, request)
            for write in deferred:
                write(tx)
    except DatabaseUnavailable as error:
        log.warning("what was read was not noted: %s", error)


def run_in_write_transaction(
    handler: Callable[[RequestContext, Form], Response],
    request: Request,
    form: Form,
    before_write: BeforeWrite | None = None,
    *,
    allow_anonymous: bool = False,
) -> Response:
    """Run `handler` inside one writing transaction."""
    app_state = cast(AppState, request.app.state.app_state)
    if not allow_anonymous:
        _require_authenticated(request, app_state)
    if before_write:
        before_write(request, form)
    with app_state.database.write(app_state.dispatcher) as tx:
        context = build_context(request, app_state, tx)
        refresh_session(tx, context.actor, request)
        return handler(context, form)


def _require_authenticated(request: Request, app_state: AppState) -> None:
    """Raises Stranger. Who is signed in is asked again inside the transaction that acts."""
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
    """Whether a mail reaches anybody: by a server, or in a sample on the page of mails."""
    return context.is_sample or bool(context.app_state.settings.smtp_url)
