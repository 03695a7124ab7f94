"""Request context: current user, request, transaction, locale; and the transactions that page handlers run in."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.actions import authorization
from service.domain.errors import Unauthenticated
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.i18n import LANGUAGES, Translator, negotiate_language
from service.store.db import DatabaseUnavailable, Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition
from service.store.planning import run_planned
from service.web.http.app_state import AppState
from service.web.http.auth import session_token
from service.web.http.form_parser import Form as Form  # handlers take it from here
from service.web.http.instance_origin import cookie_name
from service.web.http.session_refresh import is_refresh_due, refresh_session
from service.web.rendering.act_results import ActResult, Undo
from service.web.rendering.formatting import LocaleFormatter
from service.web.rendering.time_zones import OFFERED_ZONES

log = logging.getLogger(__name__)

LANG_COOKIE, ZONE_COOKIE, DIGITS_COOKIE = "lang", "zone", "digits"
"""Cookies: language, time zone and digits that the user chose."""

ACT_RESULT_COOKIE = "done"
"""Cookie: what the last act did, for the next page."""

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

    def tell(self, code: str, *, undo: Undo | None = None, **values: str | int) -> None:
        """Show the message `code` of `act_messages` on the next page, with a button that undoes the act.

        For form handlers that redirect.
        """
        self.request.state.act_result = ActResult(code, values, undo)

    def may(self, verb: str, resource: Resource) -> bool:
        """Whether the user may do `verb` on `resource`; never for an anonymous request."""
        return self.actor is not None and may(self.actor, verb, resource)


class AfterCommit(Response):
    """Stands for a page that is rendered once the transaction is committed, in a read transaction of its own."""

    def __init__(self, render: Callable[[RequestContext], Response]) -> None:
        super().__init__()
        self.render_page = render


BeforeWrite = Callable[[Request, Form], Awaitable[None]]
"""What runs between reading a form and its write transaction."""


def plan_before_write(plan: Callable[[RequestContext, Form], object]) -> BeforeWrite:
    """Return a hook that runs `plan` in a read transaction, before the write lock is taken."""

    def run_plan(request: Request, form: Form) -> object:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            return plan(build_context(request, app_state, tx), form)

    async def before(request: Request, form: Form) -> None:
        request.state.plan = await run_in_threadpool(run_plan, request, form)

    return before


def build_context(request: Request, app_state: AppState, tx: Tx, *, lang: str | None = None) -> RequestContext:
    """Build the context of `request`; `lang` overrides the language that the user chose."""
    actor = authorization.authenticate(tx, token=None, session=session_token(request))
    coalition = organisations_store.get_coalition(tx)
    request.state.sender = actor.person if actor else ""
    return RequestContext(
        request, app_state, tx, actor, coalition, formatter_for(request, coalition, actor=actor, lang=lang)
    )


def formatter_for(
    request: Request, coalition: Coalition | None, *, actor: Actor | None, lang: str | None = None
) -> LocaleFormatter:
    """Return the formatter of the response: the chosen language, else the one negotiated by Accept-Language."""
    chosen = lang or _preference(request, LANG_COOKIE)
    if chosen not in LANGUAGES:
        chosen = negotiate_language(
            request.headers.get("accept-language"), fallback=actor.lang if actor else coalition_languages(coalition)[0]
        )
    settings = coalition.settings if coalition else {}
    home_zone, digits = str(settings.get("zone", DEFAULT_ZONE)), settings.get("digits", {})
    zone = _preference(request, ZONE_COOKIE)
    own_digits = {"latn": "latn", "arab": LANGUAGES[chosen].digits}.get(
        request.cookies.get(cookie_name(request, DIGITS_COOKIE), "")
    )
    return LocaleFormatter(
        Translator(chosen, digits=own_digits or digits.get(chosen)),
        home_zone,
        zone if zone in OFFERED_ZONES else home_zone,
        digits,
    )


def _preference(request: Request, name: str) -> str:
    return request.cookies.get(cookie_name(request, name), "")


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
    handler: Callable[[RequestContext, Form], Response], request: Request, form: Form
) -> Response:
    """Run `handler` inside one write transaction.

    It runs again if it asked for a result that must not be computed under the write lock; see `planning`.
    """
    app_state = cast(AppState, request.app.state.app_state)

    def work(tx: Tx) -> Response:
        context = build_context(request, app_state, tx)
        refresh_session(tx, context.actor, request)
        response = handler(context, form)
        request.state.acts = tx.acts
        return response

    response = run_planned(app_state.database, app_state.dispatcher, work)
    if not isinstance(response, AfterCommit):
        return response
    with app_state.database.read() as tx:
        return response.render_page(build_context(request, app_state, tx))


def can_send_email(context: RequestContext) -> bool:
    """Whether email is delivered: by an SMTP server, or on the outbox page of a sample."""
    return context.is_sample or bool(context.app_state.settings.smtp_url)
