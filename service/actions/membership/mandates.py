"""Mandates: granted by an organisation, confirmed by the secretariat, revoked by either."""

from service.actions import notice_matters, notifications
from service.actions.authorization import or_not_found, require
from service.actions.membership.addresses import require_proved_address
from service.actions.membership.approvals import is_founding, list_confirmers
from service.actions.membership.power_notices import list_active_people, tell_everyone, tell_organisation
from service.actions.membership.roles import apply_grant
from service.domain.accounts.rules import DAY
from service.domain.errors import N_, Conflict, InvalidInput, NotFound
from service.domain.membership.addresses import is_address_proved
from service.domain.membership.approvals import validate_channel
from service.domain.membership.mandates import check_parties, confirmation_marks, confirmations_needed, start_time
from service.domain.membership.people import (
    FOCAL_POINT,
    SECRETARIAT,
    SIGNATORY,
    Actor,
    Mandate,
    Person,
    check_confirmation,
    check_is_member,
    eligible_confirmers,
)
from service.domain.policy import Resource, may
from service.domain.publication.notice_matters import GRANT_KINDS, MANDATE_KINDS, REQUEST_KINDS
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store


def grant_mandate(tx: Tx, actor: Actor, *, organisation: str, person: str, expires_at: int | None = None) -> str:
    """Grant a person a mandate to sign for the actor's organisation, pending confirmation, and return its id.

    Raises `InvalidInput` `not_of_organisation`, `bad_deadline`, `Forbidden` `address_not_proved`, and as
    `check_parties` and `eligible_confirmers` do.
    """
    require(actor, "mandate.grant", Resource(organisation=organisation))
    member = or_not_found(organisations_store.get(tx, organisation))
    check_is_member(member)
    holder = or_not_found(people_store.get(tx, person))
    if holder.organisation != organisation or holder.state != "active":
        raise InvalidInput("not_of_organisation", N_("You can only grant a mandate to someone in that organisation."))
    if expires_at is not None and expires_at <= tx.now:
        raise InvalidInput("bad_deadline", N_("The end date of a mandate must be in the future."))
    granter = require_proved_address(tx, actor)
    check_parties(granter, holder, people=_count_proved_people(tx, organisation))
    _list_confirmers(tx, granted_by=actor.person, holder=person)
    id = tx.new_id("man")
    mandates_store.add(tx, id=id, organisation=organisation, person=person, by=actor.person, expires_at=expires_at)
    _make_signatory(tx, person, by=actor.person)
    notice_matters.settle(tx, REQUEST_KINDS, about=person)
    notice_matters.settle(tx, GRANT_KINDS, about=organisation)
    facts = {"mandate": id, "organisation": organisation, "person": person}
    values = {"mandate.expires_at": expires_at}
    record_store.append(tx, act="mandate.grant", actor=actor.person, facts=facts, values=values)
    notifications.notify(
        tx, people_store.list_role_holders(tx, [SECRETARIAT]), kind="mandate.granted", about=id, params={}
    )
    tell_organisation(tx, organisation, kind="power.mandate_granted", about=id)
    return id


def confirm_mandate(tx: Tx, actor: Actor, *, mandate: str, channel: str | None = None) -> Mandate:
    """Confirm a mandate; with the last confirmation needed it is live. Its granter and its holder cannot confirm it.

    Where only one person may confirm, it starts a day later and everybody is told. `channel` is how the actor checked
    the person, None if they were not asked. Raises as `check_confirmation` and `validate_channel` do.
    """
    require(actor, "mandate.confirm")
    found = or_not_found(mandates_store.lock(tx, mandate))
    eligible = _list_confirmers(tx, granted_by=found.granted_by, holder=found.person)
    check_confirmation(found, by=actor.person)
    checked_by = "" if channel is None else validate_channel(channel)
    mandates_store.add_confirmation(tx, id=mandate, by=actor.person, channel=checked_by)
    facts = {"mandate": mandate, "channel": checked_by}
    record_store.append(tx, act="mandate.confirm", actor=actor.person, facts=facts)
    notice_matters.settle(tx, MANDATE_KINDS, about=mandate, persons=[actor.person])
    given = len(found.confirmations) + 1
    if given >= _count_needed(tx, found, confirmers=len(eligible)):
        _bring_into_force(tx, found, confirmations=given, confirmers=len(eligible))
    return or_not_found(mandates_store.lock(tx, mandate))


def _bring_into_force(tx: Tx, mandate: Mandate, *, confirmations: int, confirmers: int) -> None:
    holder, granter = (or_not_found(people_store.get(tx, id)) for id in (mandate.person, mandate.granted_by))
    starts_at = start_time(confirmers=confirmers, founding=is_founding(tx), now=tx.now)
    marks = confirmation_marks(confirmations=confirmations, parties=(granter, holder))
    mandates_store.mark_confirmed(tx, mandate.id, starts_at=starts_at, marks=marks)
    facts = {"mandate": mandate.id, "starts_at": starts_at, "marks": list(marks)}
    record_store.append(tx, act="mandate.start", actor=None, facts=facts)
    notice_matters.settle(tx, MANDATE_KINDS, about=mandate.id)
    notice_matters.settle(tx, REQUEST_KINDS, about=mandate.person)
    notice_matters.settle(tx, GRANT_KINDS, about=mandate.organisation)
    notifications.notify(tx, [holder], kind="mandate.confirmed", about=mandate.id, params={})
    tell_organisation(tx, mandate.organisation, kind="power.mandate_confirmed", about=mandate.id)
    if starts_at is not None:
        tell_everyone(tx, kind="coalition.mandate_by_one", about=mandate.id, params={"moment": starts_at})


def list_asked_for_mandate(tx: Tx, actor: Actor) -> list[Person]:
    """Return whom the actor, a signatory who cannot sign, may ask for a mandate; none if they need none.

    The secretariat for a mandate that waits for its confirmation; else the focal points of the organisation, or the
    secretariat if nobody else is one.
    """
    organisation = actor.organisation
    if organisation is None or not may(actor, "endorsement.cast", Resource(organisation=organisation)):
        return []
    found = [one for one in mandates_store.list_unrevoked(tx, person=actor.person) if one.organisation == organisation]
    if any(one.state == "confirmed" and (one.expires_at is None or one.expires_at > tx.now) for one in found):
        return []
    secretariat = [one for one in people_store.list_role_holders(tx, [SECRETARIAT]) if one.id != actor.person]
    if any(one.state == "granted" for one in found):
        return secretariat
    holders = {one.id for one in people_store.list_role_holders(tx, [FOCAL_POINT])} - {actor.person}
    return [one for one in list_active_people(tx, organisation) if one.id in holders] or secretariat


def ask_for_mandate(tx: Tx, actor: Actor) -> list[Person]:
    """Ask for a mandate or its confirmation, by notice and email, each person at most once a day; return whom.

    Raises `Conflict` `mandate_not_needed`.
    """
    require(actor, "endorsement.cast", Resource(organisation=actor.organisation))
    asked = list_asked_for_mandate(tx, actor)
    if not asked:
        raise Conflict("mandate_not_needed", N_("You hold a mandate, or nobody can give you one now."))
    params, day = {"organisation": actor.organisation}, str(tx.now // DAY)
    notifications.notify(
        tx, asked, kind="mandate.wanted", about=actor.person, params=params, by_email=True, repeat_key=day
    )
    return asked


def count_missing_confirmations(tx: Tx, mandate: Mandate) -> int:
    """Return how many confirmations a mandate still needs; 0 if there is no one who could give one."""
    eligible = list_confirmers(tx) - {mandate.granted_by, mandate.person}
    return max(0, _count_needed(tx, mandate, confirmers=len(eligible)) - len(mandate.confirmations))


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
    notice_matters.settle(tx, MANDATE_KINDS, about=mandate)
    tell_organisation(tx, found.organisation, kind="power.mandate_revoked", about=mandate)


def _count_needed(tx: Tx, mandate: Mandate, *, confirmers: int) -> int:
    setting = int(or_not_found(organisations_store.get_coalition(tx)).settings["mandate_confirmations"])
    return confirmations_needed(setting, confirmers=confirmers, own=mandate.granted_by == mandate.person)


def _count_proved_people(tx: Tx, organisation: str) -> int:
    return len([one for one in list_active_people(tx, organisation) if is_address_proved(one)])


def _make_signatory(tx: Tx, person: str, *, by: str) -> None:
    """Give the holder of a mandate the role, which settles a proposal of it."""
    for one in proposals_store.list_open(tx, person=person):
        if one.role == SIGNATORY:
            proposals_store.end(tx, one.id, state="accepted", by=by)
    apply_grant(tx, person=person, role=SIGNATORY, document="", by=by)


def _list_confirmers(tx: Tx, *, granted_by: str, holder: str) -> frozenset[str]:
    return eligible_confirmers(list_confirmers(tx), granted_by=granted_by, holder=holder)
