"""Cookies of ours: the session, and what the reader chose."""

import hashlib
import hmac
import ipaddress
import secrets

from starlette.requests import Request
from starlette.responses import Response

from service.actions.accounts import rate_limit
from service.actions.accounts.sign_in import Browser
from service.domain.accounts.rules import LONGEST_SESSION, Origin, device
from service.domain.membership.people import Person
from service.store.accounts import people as people_store
from service.web.http.auth import cookie_name
from service.web.http.context import DIGITS, LANG, ZONE, Form, Visit, onward

YEAR = 365 * 24 * 3600
"""Seconds a choice is kept."""

KNOWN = "known"
"""Cookie: this browser belongs to an address, by an earlier sign-in."""

OWN = "own"
"""The box that says: this is my own device."""


def browser(visit: Visit, form: Form, *, address: str = "") -> Browser:
    """What is kept of the browser that signs in; `address` is whom its tries are counted for."""
    return Browser(device(visit.request.headers.get("user-agent", "")), OWN in form, origin_of(visit, address))


def origin_of(visit: Visit, address: str) -> Origin:
    """Where a try for this address comes from: a browser it belongs to, else a network, under a digest."""
    name, _, proof = visit.request.cookies.get(KNOWN, "").partition(".")
    if name and hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(visit, name, address).encode()):
        return Origin(_digest(visit, f"browser\n{name}"), True)
    return Origin(_digest(visit, f"network\n{_network(visit.request)}"))


def remember(visit: Visit, response: Response, *, address: str, form: Form) -> Response:
    """The browser is known from now on as one of whoever has this address, if it is their own. It holds no name."""
    if OWN in form:
        name = secrets.token_urlsafe(16)
        keep(visit, response, KNOWN, f"{name}.{_proof(visit, name, address)}")
    return response


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


def _network(request: Request) -> str:
    """The address a request comes from; of IPv6 the 64 bits that a household or an office has."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if found.version == 4 else str(ipaddress.ip_network(f"{host}/64", strict=False))


def _proof(visit: Visit, name: str, address: str) -> str:
    return _digest(visit, f"known\n{name}\n{rate_limit.plain(address)}")


def _digest(visit: Visit, what: str) -> str:
    message = f"mithaq.origin.v1\n{what}".encode("utf-8", "surrogatepass")
    return hmac.new(visit.house.secret, message, hashlib.sha256).hexdigest()[:32]


def _set(request: Request, response: Response, name: str, value: str, age: int | None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=age, path="/", httponly=True, secure=secure, samesite="lax")


def greeted(visit: Visit, response: Response, *, address: str, form: Form) -> Response:
    """A browser that has chosen nothing yet is spoken to as the account says; one's own is known from now on."""
    remember(visit, response, address=address, form=form)
    person = people_store.by_email(visit.tx, address.strip().lower())
    if person is None or LANG in visit.request.cookies:
        return response
    return as_person_likes(visit, response, person)
