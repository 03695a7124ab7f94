"""Authentication methods as rows of the account page."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.accounts.rules import AUTH_METHODS, auth_method_state
from service.domain.errors import N_
from service.store.accounts import accounts as accounts_store
from service.web.http.context import RequestContext, can_send_email

METHOD_LABELS: Mapping[str, tuple[str, str]] = {
    "password": (N_("Password"), N_("Used with your email address to sign in and to confirm your identity.")),
    "code": (
        N_("Codes by email"),
        N_("We email you an eight-digit code each time. Endorsements are confirmed in the same way."),
    ),
    "passkey": (N_("Passkeys"), N_("Your phone or computer confirms it is you, with your finger or its code.")),
    "totp": (
        N_("Authenticator app"),
        N_("Six digits that an app on your phone shows, as a second proof besides your password or mailbox."),
    ),
}
"""Label and description (message ids) by authentication method."""

METHOD_STATES: Mapping[str, tuple[str, str, str]] = {
    "ready": ("check", N_("Ready"), "yes"),
    "unset": ("dash", N_("Not set"), ""),
    "no_mails": ("dash", N_("This service cannot send email yet"), ""),
    "later": ("clock", N_("Available in a later release"), ""),
}
"""Icon, label (message id) and kind of tag by the state of a method."""


@dataclass(frozen=True)
class AuthMethodRow:
    """An authentication method and its state.

    `label`, `description` and `status` are message ids, `tag` is the kind of the tag.
    """

    name: str
    label: str
    description: str
    icon: str
    status: str
    tag: str


def list_auth_methods(context: RequestContext) -> list[AuthMethodRow]:
    """Return every authentication method, including planned ones, with its state for the user."""
    configured, can_send = accounts_store.list_proofs(context.tx, context.user.person), can_send_email(context)
    return [
        AuthMethodRow(
            name,
            *METHOD_LABELS[name],
            *METHOD_STATES[auth_method_state(name, configured=configured, mail_enabled=can_send)],
        )
        for name in AUTH_METHODS
    ]
