"""The way back in for whoever forgot their password: an address, a code by mail, a new password."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import password_reset
from service.actions.accounts.passwords import HashingRequest
from service.web.forms.handlers import form, page
from service.web.forms.redisplay import refused, typed
from service.web.http.context import Form, RequestContext, can_send_email, redirect
from service.web.http.cookies import OWN_DEVICE_FIELD, browser_of, finish_sign_in, request_origin, sign_in_response
from service.web.http.pages import render_page
from service.web.http.password_hashing import hash_before_write, hashing_result

FIELD_ERRORS = ("too_many_codes", "wrong_code", "code_void")
"""What is told at the field itself."""


@page
def show_form(context: RequestContext) -> Response:
    """`/forgotten`: whose password it is."""
    email = typed(context).get("email", context.query_param("email"))
    return render_page(
        context, "account/password_reset.html", email=email, mails_go=can_send_email(context), wrong=refused(context)
    )


@form(redisplay=show_form, codes=FIELD_ERRORS, allow_anonymous=True)
def send_code(context: RequestContext, form: Form) -> Response:
    """Mail a code, and ask for it; the same for an address nobody has."""
    address = form.get("email", "")
    id = password_reset.request_reset(
        context.tx, address=address, origin=request_origin(context, address), secret=context.app_state.secret
    )
    return redirect(f"/forgotten/code?{urlencode({'id': id})}")


@page
def show_code_form(context: RequestContext) -> Response:
    """`/forgotten/code`: the code and the new password."""
    fields = typed(context) or dict(context.request.query_params)
    own = OWN_DEVICE_FIELD in fields
    return render_page(
        context,
        "account/password_reset_code.html",
        id=fields.get("id", ""),
        code=fields.get("code", ""),
        own=own,
        wrong=refused(context),
    )


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    id, code, new = (form.get(name, "") for name in ("id", "code", "new"))
    return password_reset.prepare_reset(context.tx, id=id, code=code, new=new, secret=context.app_state.secret)


@form(
    redisplay=show_code_form, codes=FIELD_ERRORS, before_write=hash_before_write(password_hashing), allow_anonymous=True
)
def reset_password(context: RequestContext, form: Form) -> Response:
    """Signed in, with the new password, here alone."""
    token, person = password_reset.reset_password(
        context.tx,
        id=form.get("id", ""),
        code=form.get("code", ""),
        secret=context.app_state.secret,
        hashed=hashing_result(context),
        browser=browser_of(context, form),
    )
    return finish_sign_in(
        context, sign_in_response(context, token, path="/", form=form), address=person.email, form=form
    )
