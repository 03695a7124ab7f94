"""The user's authenticator app: set up with a QR code, recovery codes, removal."""

from starlette.responses import Response

from service.actions.accounts import totp
from service.actions.authorization import require
from service.store.accounts import totp as totp_store
from service.web.forms.account import TotpForm
from service.web.forms.handlers import form, page
from service.web.http.auth import session_token
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page
from service.web.rendering.qr_code import draw_qr_code

FIELD_ERRORS = ("wrong_totp", "too_many_passwords", "totp_in_use", "no_totp")
"""Error codes that are shown at their field."""


@page
def show_authenticator(context: RequestContext) -> Response:
    """`/account/app`: what is set up, or the QR code and the secret of an app that waits for its first code."""
    require(context.user, "account.own")
    person = context.user.person
    uri = totp.provisioning_uri(context.tx, context.user, secret=context.app_state.secret)
    return render_page(
        context,
        "account/app.html",
        section="account",
        in_use=totp.is_set_up(context.tx, person),
        signs=totp.signs(context.tx, person),
        codes_left=totp_store.count_recovery_codes(context.tx, person),
        qr=draw_qr_code(uri) if uri else None,
        app_secret=totp.secret_of(uri) if uri else "",
    )


@form(redisplay=show_authenticator, codes=FIELD_ERRORS)
def request_app(context: RequestContext, _: Form) -> Response:
    """Begin to set up an app."""
    totp.request(context.tx, context.user)
    return redirect("/account/app")


@form(redisplay=show_authenticator, codes=FIELD_ERRORS)
def confirm_app(context: RequestContext, form: Form) -> Response:
    """Put the app into use, and show the recovery codes in this response only."""
    codes = totp.confirm(
        context.tx,
        context.user,
        code=TotpForm.parse(form).totp,
        session=session_token(context.request) or "",
        secret=context.app_state.secret,
    )
    return render_page(context, "account/recovery_codes.html", section="account", codes=codes)


@form(redisplay=show_authenticator, codes=FIELD_ERRORS)
def renew_recovery_codes(context: RequestContext, form: Form) -> Response:
    """Make new recovery codes, shown in this response only."""
    codes = totp.renew_recovery_codes(
        context.tx, context.user, code=TotpForm.parse(form).totp, secret=context.app_state.secret
    )
    return render_page(context, "account/recovery_codes.html", section="account", codes=codes)


@form(redisplay=show_authenticator, codes=FIELD_ERRORS)
def remove_app(context: RequestContext, form: Form) -> Response:
    """Remove the app, given one of its codes or a recovery code."""
    totp.remove(
        context.tx,
        context.user,
        code=TotpForm.parse(form).totp,
        session=session_token(context.request) or "",
        secret=context.app_state.secret,
    )
    return redirect("/account/app")


@form()
def remove_app_of_other(context: RequestContext, _: Form) -> Response:
    """Remove the app of somebody who lost it."""
    totp.remove_of_other(context.tx, context.user, person=context.path_param("person"))
    return redirect("/people")
