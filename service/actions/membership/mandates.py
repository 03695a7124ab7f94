"""Mandates: granted by an organisation, confirmed by the secretariat, revoked by either."""

from service.actions import notifications
from service.actions.authorization import or_not_found, require
from service.domain.errors import N_, Conflict, InvalidInput, NotFound
from service.domain.membership.people import (
    SECRETARIAT,
    SIGNATORY,
    Actor,
    Mandate,
    check_confirmation,
    check_is_member,
    confirmations_needed,
    eligible_confirmers,
)
from service.domain.policy import Resource
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def grant_mandate(tx: Tx, actor: Actor, *, organisation: str, person: str, expires_at: int | None = None) -> str:
    """Grant a person a mandate to sign for the actor's organisation, pending confirmation, and return its id."""
    require(actor, "mandate.grant", Resource(organisation=organisation))
    member = or_not_found(organisations_store.get(tx, organisation))
    check_is_member(member)
    holder = or_not_found(people_store.get(tx, person))
    if holder.organisation != organisation:
        raise InvalidInput("not_of_organisation", N_("You can only grant a mandate to someone in that organisation."))
    if expires_at is not None and expires_at <= tx.now:
        raise InvalidInput("bad_deadline", N_("The end date of a mandate must be in the future."))
    _list_confirmers(tx, granted_by=actor.person, holder=person)
    id = tx.new_id("man")
    mandates_store.add(tx, id=id, organisation=organisation, person=person, by=actor.person, expires_at=expires_at)
    if people_store.grant_role(tx, person_id=person, role=SIGNATORY, document="", by=actor.person):
        facts = {"person": person, "role": SIGNATORY, "document": ""}
        record_store.append(tx, act="role.grant", actor=actor.person, facts=facts)
    facts = {"mandate": id, "organisation": organisation, "person": person}
    values = {"mandate.expires_at": expires_at}
    record_store.append(tx, act="mandate.grant", actor=actor.person, facts=facts, values=values)
    notifications.notify(
        tx, people_store.list_role_holders(tx, [SECRETARIAT]), kind="mandate.granted", about=id, params={}
    )
    return id


def confirm_mandate(tx: Tx, actor: Actor, *, mandate: str) -> Mandate:
    """Confirm a mandate; with the last confirmation needed it is live. Its granter and its holder cannot confirm it."""
    require(actor, "mandate.confirm")
    found = or_not_found(mandates_store.lock(tx, mandate))
    eligible = _list_confirmers(tx, granted_by=found.granted_by, holder=found.person)
    check_confirmation(found, by=actor.person)
    mandates_store.add_confirmation(tx, id=mandate, by=actor.person)
    record_store.append(tx, act="mandate.confirm", actor=actor.person, facts={"mandate": mandate})
    coalition = or_not_found(organisations_store.get_coalition(tx))
    needed = confirmations_needed(int(coalition.settings["mandate_confirmations"]), confirmers=len(eligible))
    if len(found.confirmations) + 1 >= needed:
        mandates_store.change_state(tx, mandate, from_state="granted", to_state="confirmed")
        notifications.notify(
            tx, [or_not_found(people_store.get(tx, found.person))], kind="mandate.confirmed", about=mandate, params={}
        )
    return or_not_found(mandates_store.lock(tx, mandate))


def count_missing_confirmations(tx: Tx, mandate: Mandate) -> int:
    """Return how many confirmations a mandate still needs; 0 if there is no one who could give one."""
    secretariat = frozenset(one.id for one in people_store.list_role_holders(tx, [SECRETARIAT]))
    eligible = secretariat - {mandate.granted_by, mandate.person}
    setting = int(or_not_found(organisations_store.get_coalition(tx)).settings["mandate_confirmations"])
    return max(0, confirmations_needed(setting, confirmers=len(eligible)) - len(mandate.confirmations))


def revoke_mandate(tx: Tx, actor: Actor, *, mandate: str) -> None:
    """Revoke a mandate at once: by a focal point of its organisation, or by the secretariat."""
    require(actor, "mandate.revoke")
    found = or_not_found(mandates_store.lock(tx, mandate))
    if not actor.has_role([SECRETARIAT]) and found.organisation != actor.organisation:
        raise NotFound()
    if (
        not mandates_store.change_state(tx, mandate, from_state=found.state, to_state="revoked")
        or found.state == "revoked"
    ):
        raise Conflict("mandate_ended", N_("This mandate has already ended."))
    record_store.append(tx, act="mandate.revoke", actor=actor.person, facts={"mandate": mandate})


def _list_confirmers(tx: Tx, *, granted_by: str, holder: str) -> frozenset[str]:
    secretariat = [one.id for one in people_store.list_role_holders(tx, [SECRETARIAT])]
    return eligible_confirmers(secretariat, granted_by=granted_by, holder=holder)
