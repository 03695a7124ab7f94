"""Invitations: the only way in. A link is made, handed on by people, and opens once."""

import secrets
from dataclasses import dataclass

from service.actions.accounts import settings, sign_in
from service.actions.accounts.passwords import Answer, Question
from service.actions.authorization import require, seen
from service.actions.membership import invitation_mail
from service.actions.membership.people import add_roles, join
from service.actions.validation import LONGEST_NAME, checked_email, checked_names, key_sha256, known_language
from service.domain.accounts.rules import FIRST_LINK_LIFE, INVITATION_LIFE, Invitation, check_invited, over
from service.domain.errors import N_, Conflict, Malformed, NotFound
from service.domain.membership.people import (
    OF_AN_ORGANISATION,
    SCOPES,
    SECRETARIAT,
    Actor,
    Names,
    Person,
    check_member,
    known_role,
)
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.membership import organisations as organisations_store

SHOWN = 100
"""How many invitations a list has."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new invitation; `link` is the secret end of its address, shown once and kept as a digest only."""

    id: str
    link: str
    expires_at: int


def invite(
    tx: Tx,
    actor: Actor,
    *,
    email: str,
    organisation: str | None,
    roles: tuple[str, ...],
    lang: str,
    secret: bytes,
    mails_go: bool,
) -> Made:
    """Invite whoever has this address, in `lang`; an earlier invitation to it stops working, and where mails go the new
    one is mailed. Whoever invites only into their own organisation is not told of people elsewhere: the answer is the
    same, and the mail tells the person instead.

    Raises Forbidden `not_yours_to_invite`, Malformed `no_role`, `role_needs_organisation`, Conflict `email_taken`.
    """
    require(actor, "person.invite")
    anywhere = actor.holds([SECRETARIAT])
    check_invited(anywhere=anywhere, own=actor.organisation, organisation=organisation, roles=roles)
    address = checked_email(email)
    _check_roles(tx, organisation, roles)
    person, elsewhere = _known(tx, address, organisation=organisation, anywhere=anywhere)
    for earlier in invitations_store.waiting_for(tx, address, organisation=None if anywhere else organisation):
        invitations_store.withdraw(tx, earlier)
    made = _make(
        tx,
        email=address,
        lang=known_language(lang),
        organisation=organisation,
        roles=roles,
        person=person.id if person else None,
        by=actor.person,
        secret=secret,
    )
    if mails_go:
        invitation_mail.invite(tx, seen(invitations_store.get(tx, made.id)), known=elsewhere)
    return made


def first_link(tx: Tx, *, person: str) -> Made:
    """The link by which the first person of the secretariat comes in: for half an hour. Nobody mails it, so nobody
    needs to make it again: its secret is thrown away."""
    found = seen(people_store.get(tx, person))
    return _make(
        tx,
        email=found.email,
        lang=found.lang,
        organisation=None,
        roles=(),
        person=person,
        by=None,
        secret=secrets.token_bytes(32),
        life=FIRST_LINK_LIFE,
    )


def withdraw(tx: Tx, actor: Actor, *, invitation: str) -> None:
    """The link stops working. Raises NotFound, Conflict `invitation_over`."""
    require(actor, "person.invite")
    found = seen(invitations_store.get(tx, invitation))
    if not actor.holds([SECRETARIAT]) and found.organisation != actor.organisation:
        raise NotFound()
    if not invitations_store.withdraw(tx, invitation):
        raise over()
    record_store.append(tx, act="invitation.withdraw", actor=actor.person, facts={"invitation": invitation})


def listed(tx: Tx, actor: Actor) -> list[Invitation]:
    """The last invitations, the newest first: all for the secretariat, a focal point's organisation's for them."""
    require(actor, "person.invite")
    all_of_them = actor.holds([SECRETARIAT])
    return invitations_store.newest(tx, organisation=None if all_of_them else actor.organisation, limit=SHOWN)


def opened(tx: Tx, *, link: str) -> Invitation:
    """The invitation of a link that still opens; looking uses nothing up. Raises Conflict `invitation_over`."""
    found = invitations_store.by_link(tx, key_sha256(link))
    if found is None or found.state(now=tx.clock()) != "waiting":
        raise over()
    by = people_store.get(tx, found.invited_by) if found.invited_by else None
    if by and by.state != "active":
        raise over()
    return found


def asked(tx: Tx, *, link: str, names: Names, password: str, mails_go: bool) -> Question:
    """What is to be hashed before `accept`. Without a password one signs in by codes by mail, where mails go.

    Raises Malformed `password_needed` and as `accounts.check_password`.
    """
    found = opened(tx, link=link)
    if not password and mails_go:
        return Question()
    if not password:
        raise Malformed("password_needed", N_("Choose a password: this instance sends no mails yet."))
    settings.check_password(
        tx, password, besides=(*(one[:LONGEST_NAME] for one in names.values()), found.email.partition("@")[0])
    )
    return Question(new=password)


def accept(tx: Tx, *, link: str, names: Names, lang: str, hashed: Answer, browser: sign_in.Browser) -> tuple[str, str]:
    """Use the invitation up: the person is there, with their roles, and signed in; their id, the session's key.

    Raises Conflict `invitation_over`, and `address_known` where somebody has the address meanwhile, or had it before.
    """
    found = opened(tx, link=link)
    if found.person is None and people_store.by_email(tx, found.email):
        raise Conflict(
            "address_known",
            N_("Somebody with this address is here already. If it is you, sign in; the secretariat can move you."),
        )
    person = found.person or join(
        tx,
        names=names,
        email=found.email,
        organisation=found.organisation,
        lang=lang,
        roles=(),
        by=found.invited_by,
    )
    if not invitations_store.use(tx, found.id, person_id=person):
        raise over()
    if found.person:
        accounts_store.change_person(tx, person, names=checked_names(names), lang=known_language(lang))
    add_roles(tx, person=person, roles=found.roles, by=found.invited_by)
    if hashed.new:
        accounts_store.set_password(tx, person, hash_=hashed.new)
    record_store.append(tx, act="invitation.use", actor=person, facts={"invitation": found.id, "person": person})
    return person, sign_in.begin(tx, seen(people_store.actor(tx, person, scopes=SCOPES)), browser=browser)


def _known(tx: Tx, address: str, *, organisation: str | None, anywhere: bool) -> tuple[Person | None, Person | None]:
    """(who has the address and is awaited in this organisation, who has it and belongs elsewhere). Raises Conflict
    `email_taken` where the one who invites sees that person anyway."""
    found = people_store.by_email(tx, address)
    if found and found.organisation != organisation and not anywhere:
        return None, found
    if found and (found.organisation != organisation or accounts_store.has_come_in(tx, found.id)):
        raise Conflict("email_taken", N_("There is a person with this address already."))
    return found, None


def _check_roles(tx: Tx, organisation: str | None, roles: tuple[str, ...]) -> None:
    if not roles:
        raise Malformed("no_role", N_("Choose at least one role."))
    if organisation is not None:
        check_member(seen(organisations_store.get(tx, organisation)))
    if OF_AN_ORGANISATION & {known_role(role) for role in roles} and organisation is None:
        raise Malformed("role_needs_organisation", N_("This role is held for an organisation; this person has none."))


def _make(
    tx: Tx,
    *,
    email: str,
    lang: str,
    organisation: str | None,
    roles: tuple[str, ...],
    person: str | None,
    by: str | None,
    secret: bytes,
    life: int = INVITATION_LIFE,
) -> Made:
    id, expires_at = tx.new_id("inv"), tx.now + life
    link = invitation_mail.link_of(id, secret=secret)
    invitations_store.add(
        tx,
        id=id,
        sha256=key_sha256(link),
        email=email,
        lang=lang,
        organisation=organisation,
        roles=roles,
        person_id=person,
        by=by,
        expires_at=expires_at,
    )
    facts = {"invitation": id, "organisation": organisation, "roles": sorted(roles)}
    record_store.append(tx, act="invitation.make", actor=by, facts=facts)
    return Made(id, link, expires_at)
