"""Cookies of ours: the session, and what the reader chose."""

import hashlib
import hmac
import ipaddress
import secrets

from starlette.requests import Request
from starlette.responses import Response

from service.actions.accounts import rate_limit
from service.actions.accounts.sign_in import Browser
from service.domain.accounts.rules import MAX_SESSION_AGE, RequestOrigin, describe_device
from service.domain.membership.people import Person
from service.store.accounts import people as people_store
from service.web.http.auth import session_cookie_name
from service.web.http.context import DIGITS_COOKIE, LANG_COOKIE, ZONE_COOKIE, RequestContext, redirect

PREFERENCE_MAX_AGE = 365 * 24 * 3600
"""Seconds a choice is kept."""

KNOWN_BROWSER_COOKIE = "known"
"""Cookie: this browser belongs to an address, by an earlier sign-in."""


def browser_of(context: RequestContext, *, own_device: bool, address: str = "") -> Browser:
    """What is kept of the browser that signs in; `address` is whom its tries are counted for."""
    return Browser(
        describe_device(context.request.headers.get("user-agent", "")),
        own_device,
        request_origin(context, address),
    )


def request_origin(context: RequestContext, address: str) -> RequestOrigin:
    """Where a try for this address comes from: a browser it belongs to, else a network, under a digest."""
    name, _, signature = context.request.cookies.get(KNOWN_BROWSER_COOKIE, "").partition(".")
    if name and hmac.compare_digest(
        signature.encode("utf-8", "replace"), _browser_signature(context, name, address).encode()
    ):
        return RequestOrigin(_hmac_digest(context, f"browser\n{name}"), True)
    return RequestOrigin(_hmac_digest(context, f"network\n{_client_network(context.request)}"))


def remember_browser(context: RequestContext, response: Response, *, address: str, own_device: bool) -> Response:
    """The browser is known from now on as one of whoever has this address, if it is their own. It holds no name."""
    if own_device:
        name = secrets.token_urlsafe(16)
        set_preference(context, response, KNOWN_BROWSER_COOKIE, f"{name}.{_browser_signature(context, name, address)}")
    return response


def sign_in_response(context: RequestContext, session_token: str, *, path: str, own_device: bool) -> Response:
    """Go on to `to`, signed in with the session of this key: on a device of one's own until it ends there, on another
    until the browser is closed."""
    response = redirect(path)
    max_age = MAX_SESSION_AGE // 1_000_000 if own_device else None
    _set_cookie(context.request, response, session_cookie_name(context.request), session_token, max_age)
    return response


def clear_session_cookie(context: RequestContext, response: Response) -> Response:
    """Without the session."""
    secure = context.request.url.scheme == "https"
    response.delete_cookie(session_cookie_name(context.request), path="/", httponly=True, secure=secure, samesite="lax")
    return response


def set_preference(context: RequestContext, response: Response, name: str, value: str) -> None:
    """Keep a choice for a year."""
    _set_cookie(context.request, response, name, value, PREFERENCE_MAX_AGE)


def apply_account_preferences(context: RequestContext, response: Response, person: Person) -> Response:
    """Speak to this browser as the person's account says, from now on."""
    for name, value in ((LANG_COOKIE, person.lang), (ZONE_COOKIE, person.zone), (DIGITS_COOKIE, person.digits)):
        if value:
            set_preference(context, response, name, value)
        else:
            response.delete_cookie(name, path="/")
    return response


def _client_network(request: Request) -> str:
    """The address a request comes from; of IPv6 the 64 bits that a household or an office has."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if found.version == 4 else str(ipaddress.ip_network(f"{host}/64", strict=False))


def _browser_signature(context: RequestContext, name: str, address: str) -> str:
    return _hmac_digest(context, f"known\n{name}\n{rate_limit.normalise_address(address)}")


def _hmac_digest(context: RequestContext, message_text: str) -> str:
    message = f"mithaq.origin.v1\n{message_text}".encode("utf-8", "surrogatepass")
    return hmac.new(context.app_state.secret, message, hashlib.sha256).hexdigest()[:32]


def _set_cookie(request: Request, response: Response, name: str, value: str, max_age: int | None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, secure=secure, samesite="lax")


def finish_sign_in(context: RequestContext, response: Response, *, address: str, own_device: bool) -> Response:
    """A browser that has chosen nothing yet is spoken to as the account says; one's own is known from now on."""
    remember_browser(context, response, address=address, own_device=own_device)
    person = people_store.get_by_email(context.tx, address.strip().lower())
    if person is None or LANG_COOKIE in context.request.cookies:
        return response
    return apply_account_preferences(context, response, person)
