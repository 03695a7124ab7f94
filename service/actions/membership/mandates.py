"""Mandates: granted by an organisation, confirmed by the secretariat, revoked by either."""

from service.actions import notifications
from service.actions.authorization import require, seen
from service.domain.errors import N_, Conflict, Malformed, NotFound
from service.domain.membership.people import (
    SECRETARIAT,
    SIGNATORY,
    Actor,
    Mandate,
    check_confirmation,
    check_member,
    confirmations_needed,
    confirmers,
)
from service.domain.policy import Thing
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def grant(tx: Tx, actor: Actor, *, organisation: str, person: str, expires_at: int | None = None) -> str:
    """Entrust a person with signing for the actor's own organisation; waits for confirmation. Its id."""
    require(actor, "mandate.grant", Thing(organisation=organisation))
    its = seen(organisations_store.get(tx, organisation))
    check_member(its)
    holder = seen(people_store.get(tx, person))
    if holder.organisation != organisation:
        raise Malformed("not_of_organisation", N_("A mandate goes to a person of the organisation."))
    if expires_at is not None and expires_at <= tx.now:
        raise Malformed("bad_deadline", N_("A mandate must end in the future."))
    _confirmers(tx, granted_by=actor.person, holder=person)
    id = tx.new_id("man")
    mandates_store.add(tx, id=id, organisation=organisation, person=person, by=actor.person, expires_at=expires_at)
    if people_store.grant(tx, person_id=person, role=SIGNATORY, document="", by=actor.person):
        facts = {"person": person, "role": SIGNATORY, "document": ""}
        record_store.append(tx, act="role.grant", actor=actor.person, facts=facts)
    facts = {"mandate": id, "organisation": organisation, "person": person}
    record_store.append(tx, act="mandate.grant", actor=actor.person, facts=facts)
    notifications.tell(tx, people_store.holders(tx, [SECRETARIAT]), kind="mandate.granted", about=id, params={})
    return id


def confirm(tx: Tx, actor: Actor, *, mandate: str) -> Mandate:
    """One confirmation; with the last one needed the mandate is live. Nobody confirms what they granted or hold."""
    require(actor, "mandate.confirm")
    found = seen(mandates_store.get(tx, mandate))
    able = _confirmers(tx, granted_by=found.granted_by, holder=found.person)
    check_confirmation(found, by=actor.person)
    mandates_store.confirm(tx, id=mandate, by=actor.person)
    record_store.append(tx, act="mandate.confirm", actor=actor.person, facts={"mandate": mandate})
    coalition = seen(organisations_store.the_coalition(tx))
    needed = confirmations_needed(int(coalition.settings["mandate_confirmations"]), confirmers=len(able))
    if len(found.confirmations) + 1 >= needed:
        mandates_store.move(tx, mandate, before="granted", after="confirmed")
        notifications.tell(
            tx, [seen(people_store.get(tx, found.person))], kind="mandate.confirmed", about=mandate, params={}
        )
    return seen(mandates_store.get(tx, mandate))


def missing(tx: Tx, mandate: Mandate) -> int:
    """How many confirmations a mandate still waits for; 0 where nobody could give one."""
    secretariat = frozenset(one.id for one in people_store.holders(tx, [SECRETARIAT]))
    able = secretariat - {mandate.granted_by, mandate.person}
    setting = int(seen(organisations_store.the_coalition(tx)).settings["mandate_confirmations"])
    return max(0, confirmations_needed(setting, confirmers=len(able)) - len(mandate.confirmations))


def revoke(tx: Tx, actor: Actor, *, mandate: str) -> None:
    """End a mandate at once: by a focal point of its organisation, or by the secretariat."""
    require(actor, "mandate.revoke")
    found = seen(mandates_store.get(tx, mandate))
    if not actor.holds([SECRETARIAT]) and found.organisation != actor.organisation:
        raise NotFound()
    if not mandates_store.move(tx, mandate, before=found.state, after="revoked") or found.state == "revoked":
        raise Conflict("mandate_ended", N_("This mandate has ended already."))
    record_store.append(tx, act="mandate.revoke", actor=actor.person, facts={"mandate": mandate})


def _confirmers(tx: Tx, *, granted_by: str, holder: str) -> frozenset[str]:
    secretariat = [one.id for one in people_store.holders(tx, [SECRETARIAT])]
    return confirmers(secretariat, granted_by=granted_by, holder=holder)
