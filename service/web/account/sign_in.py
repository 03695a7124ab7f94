"""The door: sign in by password, by a code by mail, by key; sign out; choose the language and the zone."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import email_codes, settings
from service.actions.accounts import sign_in as sign_in_actions
from service.actions.accounts.passwords import HashingRequest
from service.i18n import LANGUAGES
from service.web.account import sample_users
from service.web.forms.handlers import form, page
from service.web.forms.redisplay import refused, typed
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
    OWN_DEVICE_FIELD,
    browser_of,
    clear_session_cookie,
    finish_sign_in,
    request_origin,
    set_preference,
    sign_in_response,
)
from service.web.http.pages import render_page
from service.web.http.password_hashing import hash_before_write, hashing_result
from service.web.rendering.time_zones import OFFERED_ZONES

FIELD_ERRORS = ("wrong_password", "unknown_key", "too_many_passwords", "too_many_codes", "wrong_code", "code_void")
"""What is told at the field itself."""


@page
def show_form(context: RequestContext) -> Response:
    """The page of the door."""
    next_path = safe_redirect_path(context.query_param("next") or typed(context).get("next", ""))
    if context.actor and not refused(context):
        return redirect(next_path)
    return render_page(
        context,
        "account/sign_in.html",
        next=next_path,
        wrong=refused(context),
        typed=typed(context),
        groups=sample_users.list_sample_users(context) if context.is_sample else [],
        mails_go=can_send_email(context),
    )


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """The password that was typed, and what it should match."""
    if form.get("key"):
        return HashingRequest()
    address = form.get("email", "")
    password_hash = sign_in_actions.get_password_hash(
        context.tx, address=address, origin=request_origin(context, address)
    )
    return HashingRequest(candidate=form.get("password", ""), stored_hash=password_hash)


@form(redisplay=show_form, codes=FIELD_ERRORS, before_write=hash_before_write(password_hashing), allow_anonymous=True)
def sign_in(context: RequestContext, form: Form) -> Response:
    """A key or a password was given: go on where the reader wanted to go."""
    next_path, address = safe_redirect_path(form.get("next", "")), form.get("email", "")
    client = browser_of(context, form, address=address)
    if form.get("key"):
        return sign_in_response(
            context,
            sign_in_actions.sign_in_with_token(context.tx, token=form["key"], browser=client),
            path=next_path,
            form=form,
        )
    token = sign_in_actions.sign_in_with_password(
        context.tx, address=address, is_correct=hashing_result(context).is_correct, browser=client
    )
    return finish_sign_in(
        context, sign_in_response(context, token, path=next_path, form=form), address=address, form=form
    )


@form(allow_anonymous=True)
def sign_in_as_sample_user(context: RequestContext, form: Form) -> Response:
    """In a sample: come in as one of its people."""
    sample = context.app_state.settings.sample
    key = sign_in_actions.sign_in_as_sample_person(
        context.tx, person=form.get("person", ""), sample=sample, browser=browser_of(context, form)
    )
    return sign_in_response(context, key, path=safe_redirect_path(form.get("next", "")), form=form)


@form(redisplay=show_form, codes=FIELD_ERRORS, allow_anonymous=True)
def send_code(context: RequestContext, form: Form) -> Response:
    """Mail a code, and ask for it."""
    address = form.get("email", "")
    origin = request_origin(context, address)
    id = email_codes.send_code(
        context.tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=context.app_state.secret
    )
    query = {"id": id, "next": safe_redirect_path(form.get("next", ""))} | (
        {OWN_DEVICE_FIELD: "on"} if OWN_DEVICE_FIELD in form else {}
    )
    return redirect(f"/sign-in/code?{urlencode(query)}")


@page
def show_code_form(context: RequestContext) -> Response:
    """The page where the mailed code is typed. It looks the same whether or not anybody has the address."""
    fields = typed(context) or dict(context.request.query_params)
    own, next_path = OWN_DEVICE_FIELD in fields, safe_redirect_path(fields.get("next", ""))
    return render_page(
        context, "account/sign_in_code.html", id=fields.get("id", ""), next=next_path, own=own, wrong=refused(context)
    )


@form(redisplay=show_code_form, codes=FIELD_ERRORS, allow_anonymous=True)
def sign_in_with_code(context: RequestContext, form: Form) -> Response:
    token, person = sign_in_actions.sign_in_with_code(
        context.tx,
        id=form.get("id", ""),
        code=form.get("code", ""),
        secret=context.app_state.secret,
        browser=browser_of(context, form),
    )
    next_path = safe_redirect_path(form.get("next", ""))
    return finish_sign_in(
        context, sign_in_response(context, token, path=next_path, form=form), address=person.email, form=form
    )


@form(allow_anonymous=True)
def sign_out(context: RequestContext, _: Form) -> Response:
    """End the session, here and on the server."""
    token = session_token(context.request)
    if token:
        sign_in_actions.sign_out(context.tx, session=token)
    return clear_session_cookie(context, redirect("/"))


@form(allow_anonymous=True)
def set_preferences(context: RequestContext, form: Form) -> Response:
    """Keep the language and the zone the reader wants; what is not known is left as it was."""
    response = redirect(safe_redirect_path(form.get("next", "")))
    chosen = {
        name: form[name]
        for name, known in ((LANG_COOKIE, LANGUAGES), (ZONE_COOKIE, OFFERED_ZONES))
        if form.get(name, "") in known
    }
    settings.save_locale(context.tx, context.actor, lang=chosen.get(LANG_COOKIE, ""), zone=chosen.get(ZONE_COOKIE, ""))
    for name, value in chosen.items():
        set_preference(context, response, name, value)
    return response
