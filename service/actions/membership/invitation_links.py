"""New links: of invitations, of the first person, of recovered access. A link is shown once and stored as a digest."""

import secrets
from dataclasses import dataclass

from service.actions.authorization import or_not_found
from service.actions.membership import invitation_mail
from service.actions.validation import secret_sha256
from service.domain.accounts.recovery import LINK_LIFETIME
from service.domain.accounts.rules import FIRST_LINK_LIFETIME, INVITATION_LIFETIME
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A new invitation; `link` is the secret end of its URL, shown once and stored as a digest only."""

    id: str
    link: str
    expires_at: int


def create_invitation(
    tx: Tx,
    *,
    email: str,
    lang: str,
    organisation: str | None,
    roles: tuple[str, ...],
    person: str | None,
    by: str | None,
    secret: bytes,
    lifetime: int = INVITATION_LIFETIME,
    link_shown: bool = True,
) -> NewInvitation:
    """Create an invitation, without authorization."""
    id, expires_at = tx.new_id("inv"), tx.now + lifetime
    link = invitation_mail.derive_link(id, secret=secret)
    invitations_store.add(
        tx,
        id=id,
        sha256=secret_sha256(link),
        email=email,
        lang=lang,
        organisation=organisation,
        roles=roles,
        person_id=person,
        by=by,
        expires_at=expires_at,
        link_shown=link_shown,
    )
    facts = {"invitation": id, "organisation": organisation, "roles": sorted(roles)}
    record_store.append(tx, act="invitation.make", actor=by, facts=facts)
    return NewInvitation(id, link, expires_at)


def create_first_link(tx: Tx, *, person: str) -> NewInvitation:
    """Create the link for the first person of the secretariat, valid for half an hour.

    It is not emailed, so it need not be derived again: its secret is discarded.
    """
    found = or_not_found(people_store.get(tx, person))
    return create_invitation(
        tx,
        email=found.email,
        lang=found.lang,
        organisation=None,
        roles=(),
        person=person,
        by=None,
        secret=secrets.token_bytes(32),
        lifetime=FIRST_LINK_LIFETIME,
    )


def create_recovery_link(tx: Tx, *, person: str, secret: bytes) -> NewInvitation:
    """Create and email the link of a recovered access, which gives no role."""
    found = or_not_found(people_store.get(tx, person))
    made = create_invitation(
        tx,
        email=found.email,
        lang=found.lang,
        organisation=None,
        roles=(),
        person=person,
        by=None,
        secret=secret,
        lifetime=LINK_LIFETIME,
    )
    invitation_mail.send_recovery_link(tx, or_not_found(invitations_store.get(tx, made.id)))
    return made
