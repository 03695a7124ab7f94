"""Access recovered by the administrator: for a person who holds a role, told to everyone, refused with one act."""

from dataclasses import dataclass

from service.actions import notifications
from service.actions.accounts.access import end_other_access
from service.actions.authorization import or_not_found, require
from service.actions.validation import validate_email
from service.domain.accounts.recovery import Recovery, restriction_end
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.membership.people import SECRETARIAT, Actor, Person
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.accounts import role_holders as role_holders_store
from service.store.db import Tx
from service.store.membership import invitations as invitations_store


@dataclass(frozen=True, slots=True)
class RecoveredPerson:
    """The person let in again, and until when (µs UTC) they act as a reader."""

    person: Person
    restricted_until: int


def recover(tx: Tx, *, email: str, shown: bool) -> RecoveredPerson:
    """Restrict the person with this address, end their sessions and keys, and tell everyone who holds a role.

    Only for an active person who holds a role now: nothing is created, no address and no role changes. The caller makes
    the link. Raises `NotFound` `no_role_holder`.
    """
    person = people_store.get_by_email(tx, validate_email(email))
    if person is None or person.state != "active" or not people_store.list_grants(tx, person.id):
        raise NotFound("no_role_holder", N_("No person with this address holds a role. Nothing was changed."))
    pending = next((one for one in _list_of_person(tx, person.id) if one.is_pending(now=tx.now)), None)
    until = restriction_end(pending, is_only_secretary=is_only_secretary(tx, person.id), now=tx.now)
    end_other_access(tx, person.id)
    withdraw_recovery_links(tx, person.id)
    id = tx.new_id("rec")
    recoveries_store.add(tx, id=id, person=person.id, shown=shown, restricted_until=until)
    facts = {"access_recovery": id, "person": person.id, "shown": shown, "restricted_until": until}
    record_store.append(tx, act="access.recover", actor=None, facts=facts)
    notifications.notify(
        tx, role_holders_store.list_holders_of_any_role(tx), kind="access.recovered", about=id, params={}, urgent=True
    )
    return RecoveredPerson(person, until)


def refuse(tx: Tx, actor: Actor, *, recovery: str) -> None:
    """Refuse a recovery: its link, the sessions and the password that came of it end; the person stays a reader.

    By any other person of the secretariat or focal point. Raises `NotFound`, `Forbidden` `own_recovery`, `Conflict`
    `recovery_over`.
    """
    require(actor, "access.refuse")
    found = or_not_found(recoveries_store.lock(tx, recovery))
    if found.person == actor.person:
        raise Forbidden("own_recovery", N_("You cannot decide about your own access."))
    if not found.is_pending(now=tx.now) or not recoveries_store.mark_refused(tx, recovery, by=actor.person):
        raise Conflict("recovery_over", N_("This is decided already, or the waiting time is over."))
    withdraw_recovery_links(tx, found.person)
    end_other_access(tx, found.person)
    accounts_store.delete_password_set_since(tx, found.person, since=found.requested_at)
    facts = {"access_recovery": recovery, "person": found.person}
    record_store.append(tx, act="access.refuse", actor=actor.person, facts=facts)
    notifications.notify(
        tx,
        role_holders_store.list_holders_of_any_role(tx),
        kind="access.refused",
        about=recovery,
        params={},
        urgent=True,
    )


def list_unfinished(tx: Tx, actor: Actor) -> list[Recovery]:
    """Return the recoveries whose restriction has not ended, for those who may refuse."""
    require(actor, "access.refuse")
    return recoveries_store.list_unfinished(tx)


def is_only_secretary(tx: Tx, person: str) -> bool:
    """Return whether the person is the only active one in the secretariat."""
    return [one.id for one in people_store.list_role_holders(tx, [SECRETARIAT])] == [person]


def withdraw_recovery_links(tx: Tx, person: str) -> None:
    """Withdraw the links of earlier recoveries: invitations of the person that give no role and that nobody sent."""
    for invitation in invitations_store.list_pending_links_of(tx, person):
        invitations_store.mark_withdrawn(tx, invitation)
        record_store.append(tx, act="invitation.withdraw", actor=None, facts={"invitation": invitation})


def _list_of_person(tx: Tx, person: str) -> list[Recovery]:
    return [one for one in recoveries_store.list_unfinished(tx) if one.person == person]
