"""A visit: one reader, one request of theirs, one transaction. How a handler of a page is called."""

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.actions import authorization
from service.domain.errors import N_, Forbidden, Malformed, Stranger, TooLarge
from service.domain.membership.people import Actor
from service.domain.policy import Thing, may
from service.i18n import LANGUAGES, Words, pick
from service.store.db import DatabaseAway, Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition
from service.web.http.app_state import House
from service.web.http.auth import same_origin, session
from service.web.http.session_refresh import is_due, keep_awake
from service.web.rendering.formatting import Voice
from service.web.rendering.time_zones import ZONES

log = logging.getLogger(__name__)

LANG, ZONE, DIGITS = "lang", "zone", "digits"
"""Cookies: what the reader chose."""

LARGEST_FORM = 64 * 1024
"""Bytes: a reservation of full length in two languages fits."""

MOST_FIELDS = 500

HOME_ZONE = "Asia/Damascus"
"""Before there is a coalition."""


@dataclass(frozen=True)
class Visit:
    """Who reads, what they asked for, and how to speak to them. `actor` is None for a stranger."""

    request: Request
    house: House
    tx: Tx
    actor: Actor | None
    coalition: Coalition | None
    voice: Voice

    @property
    def reader(self) -> Actor:
        """Who is signed in. Raises Stranger."""
        if self.actor is None:
            raise Stranger()
        return self.actor

    @property
    def sample(self) -> bool:
        return self.house.settings.sample or bool(self.coalition and self.coalition.sample)

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def after(self, act: Callable[[Tx], None]) -> None:
        """Have `act` done once the page is made, in a writing transaction of its own."""
        self.request.state.after = [*getattr(self.request.state, "after", []), act]

    def may(self, verb: str, thing: Thing) -> bool:
        """Whether the reader may try `verb`; a stranger never."""
        return self.actor is not None and may(self.actor, verb, thing)


Form = Mapping[str, str]
Before = Callable[[Request, Form], None]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def reading(handler: Callable[[Visit], Response]) -> Endpoint:
    """A page that only reads: `handler` runs in a thread, inside one read transaction."""

    async def serve(request: Request) -> Response:
        return await run_in_threadpool(_read, handler, request)

    return serve


def acting(
    handler: Callable[[Visit, Form], Response],
    *,
    largest: int = LARGEST_FORM,
    before: Before | None = None,
    for_strangers: bool = False,
) -> Endpoint:
    """A form of ours, of at most `largest` bytes: `handler` runs in a thread, inside one transaction, after `before`,
    which runs outside of it. Forms of other sites are refused, and those of strangers unless they are `for_strangers`:
    who may not act never waits with those who write."""

    async def serve(request: Request) -> Response:
        form = await sent(request, largest=largest)
        return await run_in_threadpool(act, handler, request, form, before, for_strangers=for_strangers)

    return serve


def looking(handler: Callable[[Visit, Form], Response], *, largest: int = LARGEST_FORM) -> Endpoint:
    """A form of ours that changes nothing: like `acting`, inside one read transaction."""

    async def serve(request: Request) -> Response:
        form = await sent(request, largest=largest)
        return await run_in_threadpool(_read, lambda visit: handler(visit, form), request)

    return serve


async def sent(request: Request, *, largest: int) -> Form:
    """The form of a request, kept with it. Raises Forbidden `foreign_form` for one of another site."""
    if not same_origin(request):
        raise Forbidden("foreign_form", N_("This form was not sent from a page of ours, so nothing was done."))
    request.state.form = form = await _form(request, largest=largest)
    return form


def planning(plan: Callable[[Visit, Form], object]) -> Before:
    """What runs before a form is acted on: `plan`, inside one read transaction, works out what takes long."""

    def before(request: Request, form: Form) -> None:
        house = cast(House, request.app.state.house)
        with house.database.read() as tx:
            request.state.plan = plan(enter(request, house, tx), form)

    return before


def enter(request: Request, house: House, tx: Tx, *, lang: str | None = None) -> Visit:
    """The visit of `request`; `lang` outweighs the reader's choice."""
    actor = authorization.whoami(tx, token=None, session=session(request))
    coalition = organisations_store.the_coalition(tx)
    return Visit(request, house, tx, actor, coalition, voice_of(request, coalition, actor=actor, lang=lang))


def voice_of(request: Request, coalition: Coalition | None, *, actor: Actor | None, lang: str | None = None) -> Voice:
    """The voice this request is answered in: the language chosen, else what the browser prefers."""
    chosen = lang or request.cookies.get(LANG, "")
    if chosen not in LANGUAGES:
        chosen = pick(request.headers.get("accept-language"), default=actor.lang if actor else languages(coalition)[0])
    settings = coalition.settings if coalition else {}
    home, digits = str(settings.get("zone", HOME_ZONE)), settings.get("digits", {})
    zone = request.cookies.get(ZONE, "")
    own = {"latn": "latn", "arab": LANGUAGES[chosen].digits}.get(request.cookies.get(DIGITS, ""))
    return Voice(Words(chosen, digits=own or digits.get(chosen)), home, zone if zone in ZONES else home, digits)


def languages(coalition: Coalition | None) -> list[str]:
    """The languages the coalition writes in, its first one at the head; before there is a coalition all of them."""
    return list(coalition.settings.get("langs") or LANGUAGES) if coalition else list(LANGUAGES)


def onward(path: str) -> RedirectResponse:
    """See the page at `path`, a path of ours."""
    return RedirectResponse(path, 303)


def own_path(path: str) -> str:
    """`path` if it leads to a page of ours, else the first page: nobody is sent elsewhere by a link of theirs."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"


def _read(handler: Callable[[Visit], Response], request: Request) -> Response:
    house = cast(House, request.app.state.house)
    with house.database.read() as tx:
        visit = enter(request, house, tx)
        response = handler(visit)
        due = is_due(visit.actor, tx)
    later: list[Callable[[Tx], None]] = getattr(request.state, "after", [])
    if due or later:
        _note(visit, request, later)
    return response


def _note(visit: Visit, request: Request, later: Sequence[Callable[[Tx], None]]) -> None:
    """What is kept of a visit; a database that takes nothing now keeps nobody from reading."""
    try:
        with visit.house.database.write(visit.house.bell) as tx:
            keep_awake(tx, visit.actor, request)
            for act in later:
                act(tx)
    except DatabaseAway as error:
        log.warning("what was read was not noted: %s", error)


def act(
    handler: Callable[[Visit, Form], Response],
    request: Request,
    form: Form,
    before: Before | None = None,
    *,
    for_strangers: bool = False,
) -> Response:
    """Run `handler` inside one writing transaction."""
    house = cast(House, request.app.state.house)
    if not for_strangers:
        _knock(request, house)
    if before:
        before(request, form)
    with house.database.write(house.bell) as tx:
        visit = enter(request, house, tx)
        keep_awake(tx, visit.actor, request)
        return handler(visit, form)


def _knock(request: Request, house: House) -> None:
    """Raises Stranger. Who is signed in is asked again inside the transaction that acts."""
    with house.database.read() as tx:
        if authorization.whoami(tx, token=None, session=session(request)) is None:
            raise Stranger()


async def _form(request: Request, *, largest: int) -> Form:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > largest:
            raise TooLarge("form_too_large", N_("This is larger than can be taken."))
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except (UnicodeDecodeError, ValueError):
        raise Malformed("bad_form", N_("This form could not be read.")) from None


def mails_go(visit: Visit) -> bool:
    """Whether a mail reaches anybody: by a server, or in a sample on the page of mails."""
    return visit.sample or bool(visit.house.settings.smtp_url)
