"""Invitations of people who are in the coalition already, added or imported, and have not joined yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.actions import quotas
from service.actions.authorization import or_not_found, require
from service.actions.membership import directory, invitation_mail
from service.actions.membership.invitation_links import NewInvitation, create_invitation
from service.actions.membership.power_notices import tell_organisation
from service.domain.accounts.joining import Joining, joining_of
from service.domain.errors import N_, Conflict
from service.domain.membership.people import ORGANISATION_ROLES, Actor, Person, check_is_member
from service.domain.quotas import INVITATIONS
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.membership import joining as joining_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store

MAX_AT_ONCE = 200
"""People invited in one act; the others wait for the next one."""


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """A person and the invitation just made for them."""

    person: Person
    invitation: NewInvitation


def list_joining(tx: Tx, people: Sequence[Person]) -> Mapping[str, Joining]:
    """Return where each person stands, by id."""
    joined, newest = joining_store.list_joined(tx), invitations_store.list_newest_by_person(tx)
    return {
        one.id: joining_of(has_joined=one.id in joined, invitation=newest.get(one.id), now=tx.clock()) for one in people
    }


def invite_person(tx: Tx, actor: Actor, *, person: str, secret: bytes, mail_enabled: bool) -> InvitedPerson:
    """Invite a person who has not joined, and withdraw earlier invitations to their address.

    They keep the roles that they have or are proposed for. The link is emailed, or else shown to the inviter.

    Raises `NotFound`, `Conflict` `person_joined`, `organisation_left`, `RateLimited` `quota_reached`.
    """
    require(actor, "person.appoint")
    quotas.require_hourly(tx, actor, INVITATIONS)
    found = directory.get_person(tx, actor, person)
    if found.state != "active" or list_joining(tx, [found])[found.id].state == "joined":
        raise Conflict("person_joined", N_("This person has already joined, or has left. They need no invitation."))
    return _invite(tx, actor, found, secret=secret, mail_enabled=mail_enabled)


def invite_all(tx: Tx, actor: Actor, *, secret: bytes, mail_enabled: bool) -> list[InvitedPerson]:
    """Invite everyone the actor may see who has no valid invitation and has not joined.

    At most MAX_AT_ONCE people and as many as the quota leaves; the others stay as they are.

    Raises `Conflict` `nobody_to_invite`, `RateLimited` `quota_reached`.
    """
    require(actor, "person.appoint")
    waiting = list_uninvited(tx, actor)
    if not waiting:
        raise Conflict("nobody_to_invite", N_("Everyone here has joined or has an invitation."))
    quotas.require_hourly(tx, actor, INVITATIONS)
    usage = quotas.list_usage(tx, actor).get(INVITATIONS)
    left = MAX_AT_ONCE if usage is None or usage.left is None else min(MAX_AT_ONCE, usage.left)
    return [_invite(tx, actor, one, secret=secret, mail_enabled=mail_enabled) for one in waiting[:left]]


def list_uninvited(tx: Tx, actor: Actor) -> list[Person]:
    """Return the active people the actor may invite who have neither joined nor a valid invitation."""
    members = {one.id for _, one in organisations_store.list_members(tx)}
    visible = [
        one
        for one in directory.list_visible_people(tx, actor)
        if one.state == "active" and (one.organisation is None or one.organisation in members)
    ]
    joining = list_joining(tx, visible)
    return [one for one in visible if joining[one.id].state in ("not_invited", "expired")]


def _invite(tx: Tx, actor: Actor, person: Person, *, secret: bytes, mail_enabled: bool) -> InvitedPerson:
    if person.organisation is not None:
        check_is_member(or_not_found(organisations_store.get(tx, person.organisation)))
    for earlier in invitations_store.list_pending_by_email(tx, person.email, organisation=None):
        invitations_store.mark_withdrawn(tx, earlier)
    made = create_invitation(
        tx,
        email=person.email,
        lang=person.lang,
        organisation=person.organisation,
        roles=(),
        person=person.id,
        by=actor.person,
        secret=secret,
        link_shown=not mail_enabled,
    )
    if person.organisation is not None and _acts_for_organisation(tx, person.id):
        tell_organisation(tx, person.organisation, kind="power.person_invited", about=made.id)
    if mail_enabled:
        invitation_mail.send_invitation(tx, or_not_found(invitations_store.get(tx, made.id)), existing_member=None)
    return InvitedPerson(person, made)


def _acts_for_organisation(tx: Tx, person: str) -> bool:
    held = {one.role for one in people_store.list_grants(tx, person)}
    proposed = {one.role for one in proposals_store.list_open(tx, person=person)}
    return bool(ORGANISATION_ROLES & (held | proposed))
