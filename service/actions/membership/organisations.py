"""Organisations: rename, leave, readmit. Rolls, statements and seals that name one do not change."""

from collections.abc import Mapping

from service.actions import notice_matters, quotas
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals
from service.actions.membership.power_notices import remember_contacts, tell_organisation
from service.actions.validation import (
    check_printable,
    validate_names,
)
from service.domain.errors import N_, Conflict, at_field
from service.domain.membership.approvals import ORGANISATION_LEAVE, ORGANISATION_REJOIN
from service.domain.membership.people import (
    COALITION_ROLES,
    OBSERVER,
    Actor,
    Organisation,
    RoleGrant,
    check_is_member,
    organisation_left,
)
from service.domain.policy import can_see_document
from service.domain.publication.notice_matters import MANDATE_KINDS, PROPOSAL_KINDS
from service.domain.quotas import ORGANISATIONS
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import invitations as invitations_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store


def rename_organisation(tx: Tx, actor: Actor, *, organisation: str, names: Mapping[str, str]) -> None:
    """Replace an organisation's names and tell its people. Sealed texts and open rounds keep the earlier names."""
    require(actor, "organisation.edit")
    before = or_not_found(organisations_store.get(tx, organisation))
    new = validate_names(names)
    for lang, name in new.items():
        with at_field(f"name_{lang}"):
            check_printable(name)
    if new == dict(before.names):
        return
    organisations_store.rename(tx, organisation, names=new)
    record_store.append(
        tx, act="organisation.rename", actor=actor.person, facts={"organisation": organisation, "names": new}
    )
    tell_organisation(tx, organisation, kind="power.organisation_renamed", about=f"{organisation}.{tx.now}")
    _tell_namesakes(tx, organisation, names=new)


def _tell_namesakes(tx: Tx, organisation: str, *, names: Mapping[str, str]) -> None:
    """Tell the members that already bear one of `names`, in any language: one of them may be impersonated."""
    given = {name.casefold() for name in names.values()}
    for other in organisations_store.list_all(tx):
        if other.id != organisation and given & {name.casefold() for name in other.names.values()}:
            about = f"{organisation}.{other.id}.{tx.now}"
            tell_organisation(tx, other.id, kind="power.organisation_namesake", about=about)


def mark_left(tx: Tx, actor: Actor, *, organisation: str) -> bool:
    """Mark an organisation as left, or ask a second person for it; return whether it has left now.

    Raises `Conflict` `organisation_left`, `already_asked`.
    """
    require(actor, "organisation.leave")
    found = or_not_found(organisations_store.get(tx, organisation))
    check_is_member(found)
    if _waits_for_second_person(tx, actor, found, act=ORGANISATION_LEAVE):
        return False
    apply_leave(tx, organisation=organisation, by=actor.person)
    return True


def apply_leave(tx: Tx, *, organisation: str, by: str) -> None:
    """Mark an organisation as left: mandates are revoked, invitations withdrawn, roles revoked except coalition roles.

    Its people can still read what was approved while it was on the roll. In an open round it stays on the roll and its
    answer stays valid; the rule says how silence counts. Raises `Conflict` `organisation_left`.
    """
    or_not_found(organisations_store.get(tx, organisation))
    remember_contacts(tx, organisation)
    if not organisations_store.change_state(tx, organisation, from_state="member", to_state="left"):
        raise organisation_left()
    record_store.append(tx, act="organisation.leave", actor=by, facts={"organisation": organisation})
    for mandate in mandates_store.list_unrevoked(tx, organisation=organisation):
        mandates_store.change_state(tx, mandate.id, from_state=mandate.state, to_state="revoked")
        notice_matters.settle(tx, MANDATE_KINDS, about=mandate.id)
        record_store.append(tx, act="mandate.revoke", actor=by, facts={"mandate": mandate.id})
    for invitation in invitations_store.list_pending_by_organisation(tx, organisation):
        invitations_store.mark_withdrawn(tx, invitation)
        record_store.append(tx, act="invitation.withdraw", actor=by, facts={"invitation": invitation})
    for one in proposals_store.list_open(tx, organisation=organisation):
        proposals_store.end(tx, one.id, state="withdrawn", by=by)
        notice_matters.settle(tx, PROPOSAL_KINDS, about=one.id)
    tell_organisation(tx, organisation, kind="organisation.left", about=f"{organisation}.{tx.now}")
    passed_documents = [one.document for one in rounds_store.list_passed(tx) if organisation in one.organisations]
    for _, person in people_store.list_all(tx, organisation=organisation):
        _reduce_to_observer(tx, person.id, passed_documents=passed_documents, by=by)


def readmit(tx: Tx, actor: Actor, *, organisation: str) -> bool:
    """Readmit an organisation, or ask a second person for it; return whether it is a member now.

    Raises `Conflict` `not_left`, `already_asked`.
    """
    require(actor, "organisation.readmit")
    found = or_not_found(organisations_store.get(tx, organisation))
    if found.state != "left":
        raise _not_left()
    if _waits_for_second_person(tx, actor, found, act=ORGANISATION_REJOIN):
        return False
    apply_rejoin(tx, organisation=organisation, by=actor.person)
    return True


def apply_rejoin(tx: Tx, *, organisation: str, by: str) -> None:
    """Readmit an organisation to the roll of later rounds; roles and mandates must be granted again.

    Raises `Conflict` `not_left`.
    """
    remember_contacts(tx, organisation)
    if not organisations_store.change_state(tx, organisation, from_state="left", to_state="member"):
        raise _not_left()
    record_store.append(tx, act="organisation.rejoin", actor=by, facts={"organisation": organisation})
    tell_organisation(tx, organisation, kind="power.organisation_rejoined", about=f"{organisation}.{tx.now}")


def _waits_for_second_person(tx: Tx, actor: Actor, organisation: Organisation, *, act: str) -> bool:
    if organisation.first_person_at is None:
        return False
    params = {"organisation": organisation.id}
    return approvals.ask(tx, actor.person, act=act, subject=organisation.id, params=params) is not None


def _not_left() -> Conflict:
    return Conflict("not_left", N_("This organisation is already in the coalition."))


def _reduce_to_observer(tx: Tx, person: str, *, passed_documents: list[str], by: str) -> None:
    """Revoke the person's roles, leaving them an observer of those `passed_documents` that they could read."""
    actor_before = people_store.load_actor(tx, person, scopes=())
    observer_grants = {
        RoleGrant(OBSERVER, id) for id in passed_documents if actor_before and _can_read(tx, actor_before, id)
    }
    for one in sorted(people_store.list_grants(tx, person), key=lambda one: (one.role, one.document)):
        if one.role not in COALITION_ROLES and one not in observer_grants:
            people_store.revoke_role(tx, person_id=person, role=one.role, document=one.document)
            facts = {"person": person, "role": one.role, "document": one.document}
            record_store.append(tx, act="role.take", actor=by, facts=facts)
    for one in sorted(observer_grants, key=lambda one: one.document):
        if people_store.grant_role(tx, person_id=person, role=one.role, document=one.document, by=by):
            facts = {"person": person, "role": one.role, "document": one.document}
            record_store.append(tx, act="role.grant", actor=by, facts=facts)


def _can_read(tx: Tx, actor: Actor, document: str) -> bool:
    found = or_not_found(documents_store.get(tx, document))
    return can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared)


def add_organisation(tx: Tx, actor: Actor, *, names: Mapping[str, str], from_table: bool = False) -> str:
    """Add a member organisation and return its id. One `from_table` is not limited by a quota.

    Raises `RateLimited` `quota_reached`.
    """
    require(actor, "organisation.add")
    if not from_table:
        quotas.require_hourly(tx, actor, ORGANISATIONS)
    id, validated = tx.new_id("org"), validate_names(names)
    organisations_store.add(tx, id=id, names=validated)
    record_store.append(tx, act="organisation.add", actor=actor.person, facts={"organisation": id, "names": validated})
    _tell_namesakes(tx, id, names=validated)
    return id
