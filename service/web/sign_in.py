"""The door: sign in with a key, sign out, choose the language and the zone."""

from starlette.responses import RedirectResponse, Response

from service.actions import people
from service.web.auth import cookie_name, session
from service.web.page import show
from service.web.visit import LANG, ZONE, Form, Visit, onward, own_path
from service.web.zones import ZONES
from service.words import LANGUAGES

YEAR = 365 * 24 * 3600
"""Seconds a choice of language is kept."""


def ask(visit: Visit) -> Response:
    """The page of the door."""
    if visit.actor:
        return onward(own_path(visit.query("next")))
    return show(visit, "sign_in.html", wrong=False, next=own_path(visit.query("next")))


def enter(visit: Visit, form: Form) -> Response:
    """A key is shown: a session, or the same page that says the key is not known."""
    onwards = own_path(form.get("next", ""))
    new = people.sign_in(visit.tx, token=form.get("key", ""))
    if new is None:
        return show(visit, "sign_in.html", status=403, wrong=True, next=onwards)
    response = onward(onwards)
    secure = visit.request.url.scheme == "https"
    response.set_cookie(cookie_name(visit.request), new, path="/", httponly=True, secure=secure, samesite="lax")
    return response


def leave(visit: Visit, _: Form) -> Response:
    """End the session, here and on the server."""
    key = session(visit.request)
    if key:
        people.sign_out(visit.tx, session=key)
    response = onward("/")
    secure = visit.request.url.scheme == "https"
    response.delete_cookie(cookie_name(visit.request), path="/", httponly=True, secure=secure, samesite="lax")
    return response


def choose(visit: Visit, form: Form) -> Response:
    """Keep the language and the zone the reader wants; what is not known is left as it was."""
    response = onward(own_path(form.get("next", "")))
    for name, known in ((LANG, LANGUAGES), (ZONE, ZONES)):
        if form.get(name, "") in known:
            _keep(visit, response, name, form[name])
    return response


def _keep(visit: Visit, response: RedirectResponse, name: str, value: str) -> None:
    secure = visit.request.url.scheme == "https"
    response.set_cookie(name, value, max_age=YEAR, path="/", httponly=True, secure=secure, samesite="lax")
