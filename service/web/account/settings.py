"""Account settings of the user: profile, password, API tokens and sessions; and reauthentication."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions import quotas, validation
from service.actions.accounts import email_codes, rate_limit, settings, sign_in, totp
from service.actions.accounts.passwords import HashingRequest
from service.actions.authorization import or_not_found, require
from service.actions.membership import people
from service.domain.accounts.rules import DAY
from service.domain.errors import N_, at_field
from service.domain.membership.addresses import is_address_proved
from service.domain.membership.people import TOKEN_SCOPES
from service.domain.policy import Resource
from service.domain.quotas import LABELS
from service.store.accounts import accounts as accounts_store
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.publication import deliveries as deliveries_store
from service.web.account.auth_methods import list_auth_methods
from service.web.forms.account import (
    ChangePasswordForm,
    ConfirmIdentityForm,
    CreateTokenForm,
    FinishAddressForm,
    UpdateAccountForm,
)
from service.web.forms.handlers import form, page
from service.web.http.auth import session_token
from service.web.http.context import Form, RequestContext, can_send_email, redirect, safe_redirect_path
from service.web.http.cookies import apply_account_preferences, clear_session_cookie, sign_in_response
from service.web.http.form_state import submitted_values
from service.web.http.pages import offered_zones, render_page
from service.web.http.password_hashing import hash_before_write, hashing_result
from service.web.rendering import labels
from service.web.rendering.bounce_reasons import bounce_reason

TOKEN_DAYS = (7, 30, 90, 365)
"""Days after which a new API token can end."""

FIELD_ERRORS = ("wrong_password", "too_many_passwords", "scope_too_wide")
"""Error codes of the account page that are shown at their field."""

CONFIRMATION_ERRORS = (
    "wrong_password",
    "too_many_passwords",
    "too_many_codes",
    "wrong_code",
    "code_void",
    "wrong_totp",
    "totp_needed",
)
"""Error codes of the reauthentication page that are shown at their field."""


@page
def show_account(context: RequestContext) -> Response:
    """`/account`: show the account settings."""
    require(context.user, "account.own")
    tx, person_id = context.tx, context.user.person
    return render_page(
        context,
        "account/account.html",
        section="account",
        person=or_not_found(people_store.get(tx, person_id)),
        has_password=accounts_store.get_password_hash(tx, person_id) is not None,
        proofs=list_auth_methods(context),
        sessions=sessions_store.list_by_person(tx, person_id),
        this=validation.secret_sha256(session_token(context.request) or ""),
        keys=[one for one in people_store.list_tokens(tx, person_id) if one["revoked_at"] is None],
        scopes=[scope for scope in TOKEN_SCOPES if scope in context.user.scopes],
        token_days=[(days, context.formatter.n("{count} day", "{count} days", days)) for days in TOKEN_DAYS],
        invites=context.may("person.invite", Resource()),
        proved=is_address_proved(or_not_found(people_store.get(tx, person_id))),
        code_id=ConfirmIdentityForm.parse(submitted_values(context) or context.request.query_params).id,
        change=FinishAddressForm.parse(submitted_values(context) or context.request.query_params),
        new_address=addresses_store.get_waiting_change(tx, person_id),
        mails_go=can_send_email(context),
        returned=_last_returned(context),
        zone_options=_zone_options(context),
        quotas=[(LABELS[name], usage) for name, usage in quotas.list_usage(tx, context.user).items() if usage.used],
        digit_options=[(system, context.formatter.translate(label)) for system, label in labels.DIGITS.items()],
    )


def _last_returned(context: RequestContext) -> tuple[str, str] | None:
    """Return address and reason (message id) if the last email to the user came back."""
    found = deliveries_store.get_last_returned(context.tx, context.user.person)
    return (found[0], bounce_reason(found[1])) if found else None


@form(redisplay=show_account)
def update_account(context: RequestContext, form: Form) -> Response:
    """Save names, language, time zone and digits; they apply from the next response on."""
    account = UpdateAccountForm.parse(form)
    settings.update_profile(
        context.tx, context.user, names=account.names, lang=account.lang, zone=account.zone, digits=account.digits
    )
    return apply_account_preferences(
        context, redirect("/account"), or_not_found(people_store.get(context.tx, context.user.person))
    )


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """Return what to verify and hash before the write transaction of `change_password`."""
    passwords = ChangePasswordForm.parse(form)
    return settings.prepare_password_change(context.tx, context.user, current=passwords.current, new=passwords.new)


@form(redisplay=show_account, codes=FIELD_ERRORS, before_write=hash_before_write(password_hashing))
def change_password(context: RequestContext, _: Form) -> Response:
    """Set a new password and end the user's other sessions."""
    token = session_token(context.request) or ""
    renewed = settings.change_password(context.tx, context.user, hashed=hashing_result(context), session=token)
    return sign_in_response(context, renewed.id, path="/account#password", own_device=renewed.own_device)


@form(redisplay=show_account, codes=FIELD_ERRORS)
def create_token(context: RequestContext, form: Form) -> Response:
    """Create an API token; it is shown in this response only."""
    token = CreateTokenForm.parse(form)
    days = token.days if token.days in TOKEN_DAYS else TOKEN_DAYS[0]
    issued = people.issue_token(
        context.tx, context.user, label=token.label, scopes=token.scopes, expires_at=context.tx.now + days * DAY
    )
    return render_page(context, "account/token_created.html", section="account", key=issued.token)


@form()
def revoke_token(context: RequestContext, _: Form) -> Response:
    """Revoke an API token of the user."""
    people.revoke_token(context.tx, context.user, token=context.path_param("token"))
    context.tell("key_ended")
    return redirect("/account#keys")


@form()
def end_session(context: RequestContext, _: Form) -> Response:
    """End one session of the user."""
    settings.end_session(context.tx, context.user, session=context.path_param("session"))
    context.tell("session_ended")
    return redirect("/account#sessions")


@form()
def sign_out_everywhere(context: RequestContext, _: Form) -> Response:
    """End all sessions of the user, including this one."""
    settings.sign_out_everywhere(context.tx, context.user)
    return clear_session_cookie(context, redirect("/"))


@page
def show_confirmation(context: RequestContext) -> Response:
    """`/confirm`: ask for the password or a code by email again."""
    require(context.user, "account.own")
    fields = ConfirmIdentityForm.parse(submitted_values(context) or context.request.query_params)
    return render_page(
        context,
        "account/confirm.html",
        next=safe_redirect_path(fields.next),
        id=fields.id,
        has_password=accounts_store.get_password_hash(context.tx, context.user.person) is not None,
        has_totp=totp.is_set_up(context.tx, context.user.person),
        person=fields.person,
        mails_go=can_send_email(context) and not fields.person,
    )


def confirmation_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """Return the given password and the stored hash to verify it against; nothing if a code is used instead."""
    confirmation = ConfirmIdentityForm.parse(form)
    if confirmation.id or confirmation.totp:
        return HashingRequest()
    address = or_not_found(people_store.get(context.tx, context.user.person)).email
    with at_field("password"):
        password_hash = sign_in.get_password_hash(
            context.tx, address=address, origin=rate_limit.get_person_origin(context.user)
        )
    return HashingRequest(candidate=confirmation.password, stored_hash=password_hash)


@form(redisplay=show_confirmation, codes=CONFIRMATION_ERRORS, before_write=hash_before_write(confirmation_hashing))
def confirm_identity(context: RequestContext, form: Form) -> Response:
    """Reauthenticate with a code or the password and redirect to the page that required it."""
    token, confirmation = session_token(context.request) or "", ConfirmIdentityForm.parse(form)
    if confirmation.totp:
        renewed = sign_in.reauthenticate_with_totp(
            context.tx, context.user, session=token, code=confirmation.totp, secret=context.app_state.secret
        )
    elif confirmation.id:
        renewed = sign_in.reauthenticate_with_code(
            context.tx,
            context.user,
            session=token,
            id=confirmation.id,
            code=confirmation.code,
            secret=context.app_state.secret,
        )
    else:
        with at_field("password"):
            renewed = sign_in.reauthenticate_with_password(
                context.tx, context.user, session=token, is_correct=hashing_result(context).is_correct
            )
    path = safe_redirect_path(confirmation.next)
    return sign_in_response(context, renewed.id, path=path, own_device=renewed.own_device)


@form(redisplay=show_confirmation, codes=CONFIRMATION_ERRORS)
def send_confirmation_code(context: RequestContext, form: Form) -> Response:
    """Send a code to the user's own email address and redirect to its form."""
    address = or_not_found(people_store.get(context.tx, context.user.person)).email
    origin, secret = rate_limit.get_person_origin(context.user), context.app_state.secret
    id = email_codes.send_code(context.tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=secret)
    next_path = safe_redirect_path(ConfirmIdentityForm.parse(form).next)
    return redirect(f"/confirm?{urlencode({'id': id, 'next': next_path})}")


def _zone_options(context: RequestContext) -> list[tuple[str, str]]:
    """Return the coalition's time zone as the default choice, then all time zones offered."""
    zones = offered_zones(context.formatter)
    own = context.formatter.translate(N_("Same as the coalition: {city}"), city=zones[context.formatter.home_zone])
    return [("", own), *zones.items()]
