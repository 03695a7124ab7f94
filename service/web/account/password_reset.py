"""Password reset: an address, a code by email, a new password."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import email_codes, password_reset
from service.actions.accounts.passwords import HashingRequest
from service.domain.errors import at_field
from service.web.forms.account import ResetPasswordForm, SendCodeForm
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, can_send_email, redirect
from service.web.http.cookies import browser_of, finish_sign_in, request_origin, sign_in_response
from service.web.http.form_state import submitted_values
from service.web.http.pages import render_page
from service.web.http.password_hashing import hash_before_write, hashing_result

FIELD_ERRORS = ("too_many_codes", "wrong_code", "code_void", "totp_needed", "wrong_totp", "too_many_passwords")
"""Error codes that are shown at their field."""


@page
def show_form(context: RequestContext) -> Response:
    """`/forgotten`: ask for the email address of the account."""
    email = context.query_param("email")
    return render_page(context, "account/password_reset.html", email=email, mails_go=can_send_email(context))


@form(redisplay=show_form, codes=FIELD_ERRORS, allow_anonymous=True)
def send_code(context: RequestContext, form: Form) -> Response:
    """Send a code by email and redirect to its form.

    The response is the same for an unknown address, so that it does not reveal who has an account.
    """
    address = SendCodeForm.parse(form).email
    with at_field("email"):
        id = password_reset.request_reset(
            context.tx, address=address, origin=request_origin(context, address), secret=context.app_state.secret
        )
    return redirect(f"/forgotten/code?{urlencode({'id': id})}")


@page
def show_code_form(context: RequestContext) -> Response:
    """`/forgotten/code`: ask for the code and the new password."""
    fields = ResetPasswordForm.parse(submitted_values(context) or context.request.query_params)
    return render_page(context, "account/password_reset_code.html", id=fields.id, code=fields.code, own=fields.own)


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """Return what to hash before the write transaction of `reset_password`."""
    reset = ResetPasswordForm.parse(form)
    return password_reset.prepare_reset(
        context.tx, id=reset.id, code=reset.code, new=reset.new, secret=context.app_state.secret
    )


@form(
    redisplay=show_code_form, codes=FIELD_ERRORS, before_write=hash_before_write(password_hashing), allow_anonymous=True
)
def reset_password(context: RequestContext, form: Form) -> Response:
    """Set the new password, end all sessions and sign in with a new one."""
    reset = ResetPasswordForm.parse(form)
    token, person = password_reset.reset_password(
        context.tx,
        id=reset.id,
        code=reset.code,
        totp_code=reset.totp,
        secret=context.app_state.secret,
        hashed=hashing_result(context),
        browser=browser_of(context, own_device=reset.own, address=email_codes.get_address(context.tx, reset.id)),
    )
    response = sign_in_response(context, token, path="/", own_device=reset.own)
    return finish_sign_in(context, response, address=person.email, own_device=reset.own)
