"""Invitation emails.

The link is an HMAC of the invitation's id under the instance's secret, so it cannot be recovered from the database:
neither from the invitation, which stores its SHA-256, nor from the queued email, whose placeholder is replaced when it
is sent (or shown, in a sample). An invitation that has ended by then is not sent.
"""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import replace

from service import jobs
from service.actions import notifications
from service.actions.accounts import code_mail
from service.actions.validation import secret_sha256
from service.domain.accounts.rules import Invitation
from service.domain.errors import N_
from service.domain.membership.people import Person
from service.i18n import Translator
from service.store import jobs as jobs_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.publication import notices as notices_store
from service.store.publication.notices import Email

LINK_PLACEHOLDER = "{link}"
"""Where the link goes in a stored email."""

INVITATION_TEXT = N_(
    "You are invited to write and make decisions with others.\n\nThe link works once, until {moment}:\n\n{link}\n\n"
    "Ask the person who invited you what it is about. If you do not expect an invitation, ignore this email."
)

RECOVERY_TEXT = N_(
    "Your administrator let you in again.\n\nThe link works once, until {moment}:\n\n{link}\n\n"
    "Your earlier sessions and keys have ended. For up to 72 hours you can only read, and everyone who holds a role "
    "was told. If you did not ask for this, do not open the link, and tell your secretariat."
)

ALREADY_MEMBER_TEXT = N_(
    "Someone invited this email address to another organisation. You already have an account here, and an address "
    "can belong to one organisation only. Nothing has changed. To move, tell the secretariat. Otherwise ignore this "
    "email."
)


def derive_link(invitation: str, *, secret: bytes) -> str:
    """Return the secret end of an invitation's URL: 256 bits, derived with the instance's secret.

    Letters and digits only: programs that detect links drop a dash at the end.
    """
    digest = hmac.new(secret, f"mithaq.invitation.v1\n{invitation}".encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().rstrip("=").lower()


def link_url(tx: Tx, link: str) -> str:
    """Return the full URL of a link; its secret is the fragment, which browsers send to no server."""
    return f"{notifications.get_origin(tx)}/join#{link}"


def send_invitation(tx: Tx, invitation: Invitation, *, existing_member: Person | None) -> None:
    """Write the email of an invitation, once; an `existing_member` of another organisation gets another text."""
    if existing_member:
        translator = Translator(existing_member.lang)
        notifications.send_email(
            tx, existing_member, subject=translator.t("An invitation"), body=translator.t(ALREADY_MEMBER_TEXT)
        )
        return
    _send_link(tx, invitation, subject=N_("An invitation"), text=INVITATION_TEXT)


def send_recovery_link(tx: Tx, invitation: Invitation) -> None:
    """Write the email with the link of a recovered access, once."""
    _send_link(tx, invitation, subject=N_("Your access"), text=RECOVERY_TEXT)


def _send_link(tx: Tx, invitation: Invitation, *, subject: str, text: str) -> None:
    translator, id = Translator(invitation.lang), tx.new_id("mail")
    moment = translator.format_moment(invitation.expires_at, zone=notifications.get_coalition_zone(tx))
    notices_store.add_email(
        tx,
        id=id,
        person_id=None,
        subject=translator.t(subject),
        body=translator.t(text, moment=moment),
        address=invitation.email,
        lang=invitation.lang,
        invitation=invitation.id,
    )
    jobs_store.enqueue(tx, jobs.DELIVER_EMAIL, ref=id, effect_key=f"{jobs.DELIVER_EMAIL}:{invitation.id}")


def fill_in_link(tx: Tx, email: Email, *, secret: bytes) -> Email | None:
    """Return the email as it is sent or shown, with its link or its code.

    Returns None if it is not to be sent: it has no recipient, its invitation has ended, or the secret has changed
    since.
    """
    if email.invitation is None:
        return code_mail.fill_in_code(tx, email, secret=secret) if email.to else None
    found, link = invitations_store.get(tx, email.invitation), derive_link(email.invitation, secret=secret)
    if found is None or found.state(now=tx.clock()) != "waiting":
        return None
    if invitations_store.get_by_link_digest(tx, secret_sha256(link)) != found:
        return None
    return replace(email, body=email.body.replace(LINK_PLACEHOLDER, link_url(tx, link)))
