"""Cookies: the session, the known browser, and preferences (language, time zone, digits)."""

import hashlib
import hmac
import secrets
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from service.actions.accounts import rate_limit
from service.actions.accounts.sign_in import Browser
from service.domain.accounts.rules import MAX_SESSION_AGE, RequestOrigin, describe_device
from service.domain.membership.people import Person
from service.store.accounts import people as people_store
from service.web.http.app_state import AppState
from service.web.http.auth import session_cookie_name
from service.web.http.client_network import client_network
from service.web.http.context import (
    ACT_RESULT_COOKIE,
    DIGITS_COOKIE,
    LANG_COOKIE,
    ZONE_COOKIE,
    RequestContext,
    redirect,
)
from service.web.http.instance_origin import cookie_name, is_secure
from service.web.rendering.act_results import ActResult, encode_result

ACT_RESULT_MAX_AGE = 60
"""Seconds."""

PREFERENCE_MAX_AGE = 365 * 24 * 3600
"""Seconds."""

KNOWN_BROWSER_COOKIE = "known"
"""Cookie: an earlier sign-in linked this browser to an email address."""


TOUR_COOKIE = "tour"
"""Cookie: the tour was ended in this browser."""

OPENED_LINK_COOKIE = "join"
"""Cookie: the secret end of the invitation link that was opened in this browser."""

OPENED_LINK_MAX_AGE = 30 * 60
"""Seconds."""


def browser_of(context: RequestContext, *, own_device: bool, address: str = "") -> Browser:
    """Describe the browser that signs in; its attempts are counted for `address` (an email address)."""
    return Browser(
        describe_device(context.request.headers.get("user-agent", "")),
        own_device,
        request_origin(context, address),
    )


def request_origin(context: RequestContext, address: str) -> RequestOrigin:
    """Return the origin to rate-limit by, as a keyed digest: a browser known for `address`, else the network."""
    if name := _known_name(context.request, address):
        return RequestOrigin(_hmac_digest(context.request, f"browser\n{name}"), True)
    return RequestOrigin(_hmac_digest(context.request, f"network\n{client_network(context.request)}"))


def is_known_browser(request: Request, address: str) -> bool:
    """Whether somebody signed in with this email address in this browser before."""
    return bool(_known_name(request, address))


def remember_browser(context: RequestContext, response: Response, *, address: str, own_device: bool) -> Response:
    """Mark the user's own browser as known for `address`, by a signed random id that contains no address."""
    if own_device:
        name = secrets.token_urlsafe(16)
        set_preference(
            context, response, KNOWN_BROWSER_COOKIE, f"{name}.{_browser_signature(context.request, name, address)}"
        )
    return response


def sign_in_response(context: RequestContext, session_token: str, *, path: str, own_device: bool) -> Response:
    """Redirect to `path` with the session cookie set.

    On the user's own device the cookie lasts as long as the session; elsewhere until the browser is closed.
    """
    response = redirect(path)
    max_age = MAX_SESSION_AGE // 1_000_000 if own_device else None
    _set_cookie(context.request, response, session_cookie_name(context.request), session_token, max_age)
    return response


def clear_session_cookie(context: RequestContext, response: Response) -> Response:
    """Delete the session cookie, and what the browser has stored of pages.

    Not its storage: the editor keeps words there that were not sent yet (encrypted), and sends them after the next
    sign-in. Not its cookies: they make a browser known and choose the language.
    """
    response.headers["clear-site-data"] = '"cache"'
    _delete_cookie(context.request, response, session_cookie_name(context.request))
    return response


def opened_link(request: Request) -> str:
    """Return the invitation link that was opened in this browser; empty if there is none."""
    return request.cookies.get(cookie_name(request, OPENED_LINK_COOKIE), "")


def keep_opened_link(context: RequestContext, response: Response, *, link: str) -> Response:
    """Keep an invitation link for OPENED_LINK_MAX_AGE."""
    name = cookie_name(context.request, OPENED_LINK_COOKIE)
    _set_cookie(context.request, response, name, link, OPENED_LINK_MAX_AGE)
    return response


def forget_opened_link(context: RequestContext, response: Response) -> None:
    """Delete the invitation link that was opened in this browser."""
    _delete_cookie(context.request, response, cookie_name(context.request, OPENED_LINK_COOKIE))


def keep_act_result(request: Request, response: Response, result: ActResult) -> None:
    """Keep what an act did for the page that it redirects to."""
    name, value = (
        cookie_name(request, ACT_RESULT_COOKIE),
        encode_result(result, person=getattr(request.state, "sender", "")),
    )
    if value:
        _set_cookie(request, response, name, value, ACT_RESULT_MAX_AGE)


def set_preference(context: RequestContext, response: Response, name: str, value: str) -> None:
    """Set a cookie for PREFERENCE_MAX_AGE."""
    _set_cookie(context.request, response, cookie_name(context.request, name), value, PREFERENCE_MAX_AGE)


def apply_account_preferences(context: RequestContext, response: Response, person: Person) -> Response:
    """Set the preference cookies from the account; delete those the account has no value for."""
    for name, value in ((LANG_COOKIE, person.lang), (ZONE_COOKIE, person.zone), (DIGITS_COOKIE, person.digits)):
        if value:
            set_preference(context, response, name, value)
        else:
            _delete_cookie(context.request, response, cookie_name(context.request, name))
    return response


def _known_name(request: Request, address: str) -> str:
    """Return the random id in the cookie of a browser known for `address`; empty if it is not."""
    name, _, signature = request.cookies.get(cookie_name(request, KNOWN_BROWSER_COOKIE), "").partition(".")
    expected = _browser_signature(request, name, address).encode()
    return name if name and hmac.compare_digest(signature.encode("utf-8", "replace"), expected) else ""


def _browser_signature(request: Request, name: str, address: str) -> str:
    return _hmac_digest(request, f"known\n{name}\n{rate_limit.normalise_address(address)}")


def _hmac_digest(request: Request, text: str) -> str:
    message = f"mithaq.origin.v1\n{text}".encode("utf-8", "surrogatepass")
    return hmac.new(cast(AppState, request.app.state.app_state).secret, message, hashlib.sha256).hexdigest()[:32]


def _set_cookie(request: Request, response: Response, name: str, value: str, max_age: int | None) -> None:
    secure = is_secure(request)
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, secure=secure, samesite="lax")


def _delete_cookie(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", httponly=True, secure=is_secure(request), samesite="lax")


def finish_sign_in(context: RequestContext, response: Response, *, address: str, own_device: bool) -> Response:
    """Mark the browser as known, and apply the account's preferences unless a language cookie is set."""
    remember_browser(context, response, address=address, own_device=own_device)
    person = people_store.get_by_email(context.tx, address)
    if person is None or cookie_name(context.request, LANG_COOKIE) in context.request.cookies:
        return response
    return apply_account_preferences(context, response, person)
