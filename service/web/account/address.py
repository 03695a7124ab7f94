"""The email address of the user: prove it, or change it."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import email_codes, rate_limit, sign_in
from service.actions.authorization import or_not_found
from service.actions.membership import address_changes
from service.store.accounts import people as people_store
from service.web.account.settings import CONFIRMATION_ERRORS, show_account
from service.web.forms.account import ChangeAddressForm, ConfirmIdentityForm, FinishAddressForm
from service.web.forms.handlers import form
from service.web.http.auth import session_token
from service.web.http.context import Form, RequestContext, redirect


@form(redisplay=show_account, codes=CONFIRMATION_ERRORS)
def send_code(context: RequestContext, _: Form) -> Response:
    """Send a code that proves the user's own email address and redirect to its form."""
    address = or_not_found(people_store.get(context.tx, context.user.person)).email
    origin, secret = rate_limit.get_person_origin(context.user), context.app_state.secret
    id = email_codes.send_code(context.tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=secret)
    return redirect(f"/account?{urlencode({'id': id})}#address")


@form(redisplay=show_account, codes=CONFIRMATION_ERRORS)
def prove(context: RequestContext, form: Form) -> Response:
    """Prove the user's address with the code that was sent to it."""
    given, token = ConfirmIdentityForm.parse(form), session_token(context.request) or ""
    sign_in.reauthenticate_with_code(
        context.tx, context.user, session=token, id=given.id, code=given.code, secret=context.app_state.secret
    )
    return redirect("/account#address")


@form(redisplay=show_account, codes=CONFIRMATION_ERRORS)
def start_change(context: RequestContext, form: Form) -> Response:
    """Send a code to the present and to the new address and redirect to the form for both."""
    address = ChangeAddressForm.parse(form).address
    change, old, new = address_changes.start_own(
        context.tx, context.user, address=address, secret=context.app_state.secret
    )
    return redirect(f"/account?{urlencode({'change': change, 'old': old, 'new': new})}#address")


@form(redisplay=show_account, codes=(*CONFIRMATION_ERRORS, "email_taken"))
def finish_change(context: RequestContext, form: Form) -> Response:
    """Change the address with both codes."""
    given, token = FinishAddressForm.parse(form), session_token(context.request) or ""
    address_changes.finish_own(
        context.tx,
        context.user,
        change=given.change,
        old=(given.old, given.old_code),
        new=(given.new, given.new_code),
        session=token,
        secret=context.app_state.secret,
    )
    return redirect("/account#address")
