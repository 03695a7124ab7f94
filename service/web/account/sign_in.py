"""Sign-in by password, email code or API token; sign-out; choice of language and time zone."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import email_codes
from service.actions.accounts import sign_in as sign_in_actions
from service.actions.accounts.passwords import HashingRequest
from service.actions.accounts.second_factor import Ticket
from service.domain.errors import at_field
from service.i18n import LANGUAGES
from service.store.accounts import people as people_store
from service.web.account import sample_users
from service.web.forms.account import CodeForm, PreferencesForm, SampleSignInForm, SendCodeForm, SignInForm, TotpForm
from service.web.forms.handlers import form, page
from service.web.http.auth import session_token
from service.web.http.context import (
    LANG_COOKIE,
    ZONE_COOKIE,
    Form,
    RequestContext,
    can_send_email,
    redirect,
    safe_redirect_path,
)
from service.web.http.cookies import (
    browser_of,
    clear_session_cookie,
    finish_sign_in,
    request_origin,
    set_preference,
    sign_in_response,
)
from service.web.http.form_state import rejected_error, submitted_values
from service.web.http.pages import render_page
from service.web.http.password_hashing import hash_before_write, hashing_result
from service.web.rendering.time_zones import OFFERED_ZONES

FIELD_ERRORS = ("wrong_password", "unknown_key", "too_many_passwords", "too_many_codes", "wrong_code", "code_void")
"""Error codes that are shown at their field."""


@page
def show_form(context: RequestContext) -> Response:
    """Show the sign-in page; redirect a signed-in user to `next`."""
    next_path = safe_redirect_path(context.query_param("next") or submitted_values(context).get("next", ""))
    if context.actor and not rejected_error(context):
        return redirect(next_path)
    return render_page(
        context,
        "account/sign_in.html",
        next=next_path,
        groups=sample_users.list_sample_users(context) if context.is_sample else [],
        mails_go=can_send_email(context),
    )


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """Return the given password and the stored hash to verify it against; nothing if an API token is used."""
    fields = SignInForm.parse(form)
    if fields.key:
        return HashingRequest()
    with at_field("password"):
        password_hash = sign_in_actions.get_password_hash(
            context.tx, address=fields.email, origin=request_origin(context, fields.email)
        )
    return HashingRequest(candidate=fields.password, stored_hash=password_hash)


@form(redisplay=show_form, codes=FIELD_ERRORS, before_write=hash_before_write(password_hashing), allow_anonymous=True)
def sign_in(context: RequestContext, form: Form) -> Response:
    """Sign in with an API token or a password and redirect to `next`."""
    fields = SignInForm.parse(form)
    next_path = safe_redirect_path(fields.next)
    client = browser_of(context, own_device=fields.own, address=fields.email)
    if fields.key:
        token = sign_in_actions.sign_in_with_token(context.tx, token=fields.key, browser=client)
        return sign_in_response(context, token, path=next_path, own_device=fields.own)
    with at_field("password"):
        found = sign_in_actions.sign_in_with_password(
            context.tx,
            address=fields.email,
            is_correct=hashing_result(context).is_correct,
            browser=client,
            secret=context.app_state.secret,
        )
    if isinstance(found, Ticket):
        return _ask_for_totp(context, found, next_path=next_path, own=fields.own)
    response = sign_in_response(context, found, path=next_path, own_device=fields.own)
    return finish_sign_in(context, response, address=fields.email, own_device=fields.own)


def _ask_for_totp(context: RequestContext, ticket: Ticket, *, next_path: str, own: bool) -> Response:
    """Show the form for a code of the authenticator app. The ticket is in no address."""
    return render_page(context, "account/sign_in_app.html", ticket=ticket.text, next=next_path, own=own)


def _address_of(context: RequestContext, ticket: str) -> str:
    """Return the address of the person of a ticket; "" if it is void."""
    person = people_store.get(context.tx, ticket.partition(".")[0])
    return person.email if person else ""


@page
def show_totp_form(context: RequestContext) -> Response:
    """`/sign-in/app`: ask for a code of the authenticator app again; without a ticket go back to the start."""
    fields = TotpForm.parse(submitted_values(context))
    if not fields.ticket and not rejected_error(context):
        return redirect("/sign-in")
    return render_page(
        context, "account/sign_in_app.html", ticket=fields.ticket, next=safe_redirect_path(fields.next), own=fields.own
    )


@form(redisplay=show_totp_form, codes=("wrong_totp", "too_many_passwords", "ticket_void"), allow_anonymous=True)
def sign_in_with_totp(context: RequestContext, form: Form) -> Response:
    """Finish signing in with a code of the authenticator app and redirect to `next`."""
    fields = TotpForm.parse(form)
    token, person = sign_in_actions.finish_with_totp(
        context.tx,
        ticket=fields.ticket,
        code=fields.totp,
        browser=browser_of(context, own_device=fields.own, address=_address_of(context, fields.ticket)),
        secret=context.app_state.secret,
    )
    response = sign_in_response(context, token, path=safe_redirect_path(fields.next), own_device=fields.own)
    return finish_sign_in(context, response, address=person.email, own_device=fields.own)


@form(allow_anonymous=True)
def sign_in_as_sample_user(context: RequestContext, form: Form) -> Response:
    """Sign in as a person of the sample instance."""
    sample, fields = context.app_state.settings.sample, SampleSignInForm.parse(form)
    token = sign_in_actions.sign_in_as_sample_person(
        context.tx, person=fields.person, sample=sample, browser=browser_of(context, own_device=False)
    )
    return sign_in_response(context, token, path=safe_redirect_path(fields.next), own_device=False)


@form(redisplay=show_form, codes=FIELD_ERRORS, allow_anonymous=True)
def send_code(context: RequestContext, form: Form) -> Response:
    """Send a code by email and redirect to its form."""
    fields = SendCodeForm.parse(form)
    origin, secret = request_origin(context, fields.email), context.app_state.secret
    with at_field("email"):
        id = email_codes.send_code(
            context.tx, address=fields.email, purpose=email_codes.SIGN_IN, origin=origin, secret=secret
        )
    query = {"id": id, "next": safe_redirect_path(fields.next)} | ({"own": "on"} if fields.own else {})
    return redirect(f"/sign-in/code?{urlencode(query)}")


@page
def show_code_form(context: RequestContext) -> Response:
    """`/sign-in/code`: ask for the code from the email; the page is the same for an unknown address."""
    fields = CodeForm.parse(submitted_values(context) or context.request.query_params)
    next_path = safe_redirect_path(fields.next)
    return render_page(context, "account/sign_in_code.html", id=fields.id, next=next_path, own=fields.own)


@form(redisplay=show_code_form, codes=FIELD_ERRORS, allow_anonymous=True)
def sign_in_with_code(context: RequestContext, form: Form) -> Response:
    """Sign in with a code from an email and redirect to `next`."""
    fields = CodeForm.parse(form)
    found, person = sign_in_actions.sign_in_with_code(
        context.tx,
        id=fields.id,
        code=fields.code,
        secret=context.app_state.secret,
        browser=browser_of(context, own_device=fields.own, address=email_codes.get_address(context.tx, fields.id)),
    )
    if isinstance(found, Ticket):
        return _ask_for_totp(context, found, next_path=safe_redirect_path(fields.next), own=fields.own)
    response = sign_in_response(context, found, path=safe_redirect_path(fields.next), own_device=fields.own)
    return finish_sign_in(context, response, address=person.email, own_device=fields.own)


@form(allow_anonymous=True)
def sign_out(context: RequestContext, _: Form) -> Response:
    """End the session on the server and delete its cookie."""
    token = session_token(context.request)
    if token:
        sign_in_actions.sign_out(context.tx, session=token)
    return clear_session_cookie(context, redirect("/"))


@form(allow_anonymous=True)
def set_preferences(context: RequestContext, form: Form) -> Response:
    """Keep the chosen language and time zone in cookies; unknown values are ignored.

    The language of emails stays that of the account page.
    """
    fields = PreferencesForm.parse(form)
    response = redirect(safe_redirect_path(fields.next))
    lang = fields.lang if fields.lang in LANGUAGES else ""
    zone = fields.zone if fields.zone in OFFERED_ZONES else ""
    for name, value in ((LANG_COOKIE, lang), (ZONE_COOKIE, zone)):
        if value:
            set_preference(context, response, name, value)
    return response
