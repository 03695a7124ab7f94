"""Invitations: a link that people pass on and that works once."""

from service.actions import quotas
from service.actions.accounts import address_proof, settings, sign_in, totp
from service.actions.accounts.passwords import HashingRequest, HashingResult
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals, invitation_mail, proposals
from service.actions.membership.invitation_links import NewInvitation, create_invitation
from service.actions.membership.people import create_person
from service.actions.membership.power_notices import tell_organisation
from service.actions.membership.roles import give_roles
from service.actions.validation import MAX_NAME_LENGTH, secret_sha256, validate_email, validate_language, validate_names
from service.domain.accounts.rules import (
    CODE,
    LINK,
    PASSWORD,
    ROLES_TOKENS_INVITE,
    Invitation,
    check_may_invite,
    invitation_unusable,
)
from service.domain.errors import N_, Conflict, InvalidInput, NotFound, at_field
from service.domain.membership.addresses import BY_MAIL
from service.domain.membership.people import (
    ORGANISATION_ROLES,
    SCOPES,
    SECRETARIAT,
    Actor,
    Names,
    Person,
    check_is_member,
    validate_role,
)
from service.domain.quotas import INVITATIONS
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.membership import organisations as organisations_store

MAX_LISTED = 100
"""Invitations in a list."""


def invite(
    tx: Tx,
    actor: Actor,
    *,
    email: str,
    organisation: str | None,
    roles: tuple[str, ...],
    lang: str,
    secret: bytes,
    mail_enabled: bool,
    show_link: bool = True,
) -> NewInvitation:
    """Invite the person with this address, in `lang`; withdraw earlier invitations to it and email the new one.

    Unless the inviter is shown the link (`show_link`), using it proves that the person reads the address.

    An inviter of one organisation does not learn about members of others (no user enumeration): the result is the same,
    and the email tells the person instead. Nothing is emailed if `mail_enabled` is False.

    Raises `Forbidden` `not_yours_to_invite`, `InvalidInput` `no_role`, `role_needs_organisation`, `Conflict`
    `email_taken`, `RateLimited` `quota_reached`.
    """
    require(actor, "person.invite")
    if not set(roles) <= ROLES_TOKENS_INVITE:
        require(actor, "person.appoint")
    quotas.require_hourly(tx, actor, INVITATIONS)
    any_organisation = actor.has_role([SECRETARIAT])
    check_may_invite(
        anywhere=any_organisation, own_organisation=actor.organisation, organisation=organisation, roles=roles
    )
    with at_field("email"):
        address = validate_email(email)
    _check_roles(tx, organisation, roles)
    person, member_elsewhere = _find_addressee(
        tx, address, organisation=organisation, any_organisation=any_organisation
    )
    for earlier in invitations_store.list_pending_by_email(
        tx, address, organisation=None if any_organisation else organisation
    ):
        invitations_store.mark_withdrawn(tx, earlier)
    made = create_invitation(
        tx,
        email=address,
        lang=validate_language(lang),
        organisation=organisation,
        roles=roles,
        person=person.id if person else None,
        by=actor.person,
        secret=secret,
        link_shown=show_link or not mail_enabled,
    )
    if organisation is not None and ORGANISATION_ROLES & set(roles):
        tell_organisation(tx, organisation, kind="power.person_invited", about=made.id)
    if mail_enabled:
        invitation_mail.send_invitation(
            tx, or_not_found(invitations_store.get(tx, made.id)), existing_member=member_elsewhere
        )
    return made


def withdraw(tx: Tx, actor: Actor, *, invitation: str) -> None:
    """Withdraw an invitation. Raises `NotFound`, `Conflict` `invitation_over`."""
    require(actor, "person.invite")
    found = or_not_found(invitations_store.get(tx, invitation))
    if not actor.has_role([SECRETARIAT]) and found.organisation != actor.organisation:
        raise NotFound()
    if not invitations_store.mark_withdrawn(tx, invitation):
        raise invitation_unusable()
    record_store.append(tx, act="invitation.withdraw", actor=actor.person, facts={"invitation": invitation})


def list_invitations(tx: Tx, actor: Actor) -> list[Invitation]:
    """Return the newest invitations, newest first.

    The secretariat sees all, a focal point those of their organisation.
    """
    require(actor, "person.invite")
    sees_all = actor.has_role([SECRETARIAT])
    return invitations_store.list_newest(tx, organisation=None if sees_all else actor.organisation, limit=MAX_LISTED)


def get_by_link(tx: Tx, *, link: str) -> Invitation:
    """Return the invitation of a valid link, without using it up. Raises `Conflict` `invitation_over`."""
    found = invitations_store.get_by_link_digest(tx, secret_sha256(link))
    if found is None or found.state(now=tx.clock()) != "waiting":
        raise invitation_unusable()
    inviter = people_store.get(tx, found.invited_by) if found.invited_by else None
    if inviter and inviter.state != "active":
        raise invitation_unusable()
    return found


def prepare_acceptance(tx: Tx, *, link: str, names: Names, password: str, mail_enabled: bool) -> HashingRequest:
    """Return what to hash before `accept`. Without a password a person signs in by codes, if email is enabled.

    Raises `InvalidInput` `password_needed` and as `settings.check_password` does.
    """
    found = get_by_link(tx, link=link)
    if not password and mail_enabled:
        return HashingRequest()
    if not password:
        raise InvalidInput(
            "password_needed", N_("Choose a password. This service cannot send email yet."), field="password"
        )
    with at_field("password"):
        settings.check_password(
            tx,
            password,
            forbidden_words=(*(one[:MAX_NAME_LENGTH] for one in names.values()), found.email.partition("@")[0]),
        )
    return HashingRequest(new_password=password)


def accept(
    tx: Tx, *, link: str, names: Names, lang: str, hashed: HashingResult, browser: sign_in.Browser
) -> tuple[str, str]:
    """Use the invitation up, add the person with their roles, and sign them in; return their id and the session id.

    Raises `Conflict` `invitation_over`, and `address_known` if the address has an account by now.
    """
    approvals.lock_secretariat(tx)
    found = get_by_link(tx, link=link)
    if found.person is None and people_store.get_by_email(tx, found.email):
        raise Conflict(
            "address_known",
            N_(
                "This email address already has an account. If it is yours, sign in. The secretariat can move you "
                "to another organisation."
            ),
        )
    person = found.person or create_person(
        tx,
        names=names,
        email=found.email,
        organisation=found.organisation,
        lang=lang,
        by=found.invited_by,
    )
    if not invitations_store.mark_used(tx, found.id, person_id=person):
        raise invitation_unusable()
    validated_names = validate_names(names)
    if found.person:
        accounts_store.update_person(tx, person, names=validated_names, lang=validate_language(lang))
    proposed = give_roles(tx, person=person, roles=found.roles, by=found.invited_by)
    had_access = found.person is not None and accounts_store.has_ever_had_access(tx, person)
    if had_access:
        totp.remove_at_recovery(tx, person)
    if hashed.new_hash:
        accounts_store.set_password(tx, person, hash_=hashed.new_hash, by_mail=had_access)
    facts = {"invitation": found.id, "person": person}
    record_store.append(tx, act="invitation.use", actor=person, facts=facts, values={"person.names": validated_names})
    if not found.link_shown:
        address_proof.mark_proved(tx, person, proof=BY_MAIL, by=person)
    signed_in = or_not_found(people_store.load_actor(tx, person, scopes=SCOPES))
    method = PASSWORD if hashed.new_hash else CODE if had_access else LINK
    session = sign_in.start_session(tx, signed_in, browser=browser, started_with=method)
    proposals.settle(tx, proposed, by=found.invited_by)
    return person, session


def _find_addressee(
    tx: Tx, address: str, *, organisation: str | None, any_organisation: bool
) -> tuple[Person | None, Person | None]:
    """Return (the person expected in this organisation, the member of another organisation) with this address.

    Raises `Conflict` `email_taken` if the inviter may see that person anyway.
    """
    found = people_store.get_by_email(tx, address)
    if found and found.organisation != organisation and not any_organisation:
        return None, found
    if found and (found.organisation != organisation or accounts_store.has_ever_had_access(tx, found.id)):
        raise Conflict("email_taken", N_("Someone with this email address already exists."), field="email")
    return found, None


def _check_roles(tx: Tx, organisation: str | None, roles: tuple[str, ...]) -> None:
    """Check the roles and the organisation of an invitation.

    Raises `InvalidInput` `no_role`, `role_needs_organisation`, `NotFound`, `Conflict` `organisation_left`.
    """
    if not roles:
        raise InvalidInput("no_role", N_("Choose at least one role."))
    if organisation is not None:
        check_is_member(or_not_found(organisations_store.get(tx, organisation)))
    if ORGANISATION_ROLES & {validate_role(role) for role in roles} and organisation is None:
        raise InvalidInput(
            "role_needs_organisation", N_("This role belongs to an organisation, and this person has none.")
        )
