"""Cookies of ours: the session, and what the reader chose."""

from starlette.requests import Request
from starlette.responses import Response

from service.actions.entry import Browser
from service.domain.accounts import LONGEST_SESSION, device
from service.domain.people import Person
from service.web.auth import cookie_name
from service.web.visit import DIGITS, LANG, ZONE, Form, Visit, onward

YEAR = 365 * 24 * 3600
"""Seconds a choice is kept."""

OWN = "own"
"""The box that says: this is my own device."""


def browser(visit: Visit, form: Form) -> Browser:
    """What is kept of the browser that signs in."""
    return Browser(device(visit.request.headers.get("user-agent", "")), OWN in form)


def signed_in(visit: Visit, key: str, *, to: str, form: Form) -> Response:
    """Go on to `to`, signed in with the session of this key: on a device of one's own until it ends there, on another
    until the browser is closed."""
    response = onward(to)
    age = LONGEST_SESSION // 1_000_000 if OWN in form else None
    _set(visit.request, response, cookie_name(visit.request), key, age)
    return response


def signed_out(visit: Visit, response: Response) -> Response:
    """Without the session."""
    secure = visit.request.url.scheme == "https"
    response.delete_cookie(cookie_name(visit.request), path="/", httponly=True, secure=secure, samesite="lax")
    return response


def keep(visit: Visit, response: Response, name: str, value: str) -> None:
    """Keep a choice for a year."""
    _set(visit.request, response, name, value, YEAR)


def as_person_likes(visit: Visit, response: Response, person: Person) -> Response:
    """Speak to this browser as the person's account says, from now on."""
    for name, value in ((LANG, person.lang), (ZONE, person.zone), (DIGITS, person.digits)):
        if value:
            keep(visit, response, name, value)
        else:
            response.delete_cookie(name, path="/")
    return response


def _set(request: Request, response: Response, name: str, value: str, age: int | None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=age, path="/", httponly=True, secure=secure, samesite="lax")
