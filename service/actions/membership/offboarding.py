"""Offboarding by the secretariat: close a person, take a role, revoke a token. Past acts stay valid.

What takes power from an organisation that ever had people, or from a member of the secretariat, needs a second person.
"""

from service.actions import notice_matters
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals, proposals
from service.actions.membership.people import revoke_token_tree
from service.actions.membership.power_notices import remember_contacts, tell_everyone, tell_organisation
from service.actions.membership.roles import apply_take, check_not_last_secretary
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.approvals import PERSON_CLOSE, ROLE_TAKE
from service.domain.membership.people import ORGANISATION_ROLES, SECRETARIAT, Actor, Person, RoleGrant
from service.domain.publication.notice_matters import MANDATE_KINDS
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.drafts import last_seen as last_seen_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def close_person(tx: Tx, actor: Actor, *, person: str) -> bool:
    """Close a person's account, or ask a second person for it; return whether it is closed now.

    Raises `Conflict` `person_closed`, `last_secretary`, `already_asked`.
    """
    require(actor, "person.close")
    found = or_not_found(people_store.get(tx, person))
    check_not_last_secretary(tx, person)
    if found.state != "active":
        raise _person_closed()
    is_secretary = _is_secretary(tx, person)
    if (is_secretary and person != actor.person) or _acts_for_organisation(tx, found):
        params = {"person": person, "organisation": found.organisation}
        if approvals.ask(tx, actor.person, act=PERSON_CLOSE, subject=person, params=params) is not None:
            return False
    apply_close(tx, person=person, by=actor.person)
    return True


def apply_close(tx: Tx, *, person: str, by: str) -> None:
    """Close a person: tokens and sessions end, mandates are revoked, read markers are deleted; tell whom it concerns.

    Raises `Conflict` `person_closed`, `last_secretary`.
    """
    found = or_not_found(people_store.get(tx, person))
    check_not_last_secretary(tx, person)
    is_secretary, acts_for_organisation = _is_secretary(tx, person), _acts_for_organisation(tx, found)
    if found.organisation:
        remember_contacts(tx, found.organisation)
    if not people_store.close(tx, person):
        raise _person_closed()
    last_seen_store.delete_by_person(tx, person=person)
    record_store.append(tx, act="person.close", actor=by, facts={"person": person})
    for one in mandates_store.list_unrevoked(tx, person=person):
        mandates_store.change_state(tx, one.id, from_state=one.state, to_state="revoked")
        notice_matters.settle(tx, MANDATE_KINDS, about=one.id)
        record_store.append(tx, act="mandate.revoke", actor=by, facts={"mandate": one.id})
    proposals.withdraw_all(tx, person, by=by)
    if found.organisation and acts_for_organisation:
        tell_organisation(tx, found.organisation, kind="power.person_closed", about=person)
    if is_secretary:
        tell_everyone(tx, kind="coalition.secretariat", about=f"{person}.{tx.now}")


def revoke_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> bool:
    """Take a role, of the whole coalition or of one document, or ask a second person for it; return whether it ended.

    Raises `NotFound`, `Conflict` `last_secretary`, `already_asked`.
    """
    require(actor, "role.take")
    found = or_not_found(people_store.get(tx, person))
    if RoleGrant(role, document) not in people_store.list_grants(tx, person):
        raise NotFound()
    if (role, document) == (SECRETARIAT, ""):
        check_not_last_secretary(tx, person)
    if _needs_second_person(tx, found, role) and not (role == SECRETARIAT and person == actor.person):
        params = {"person": person, "organisation": found.organisation, "role": role, "document": document}
        if approvals.ask(tx, actor.person, act=ROLE_TAKE, subject=person, params=params) is not None:
            return False
    take_role(tx, person=person, role=role, document=document, by=actor.person)
    return True


def take_role(tx: Tx, *, person: str, role: str, document: str, by: str) -> None:
    """Take a role once it is settled that `by` may. Raises `NotFound`, `Conflict` `last_secretary`."""
    found = or_not_found(people_store.get(tx, person))
    if found.organisation and role in ORGANISATION_ROLES:
        remember_contacts(tx, found.organisation)
    apply_take(tx, person=found, role=role, document=document, by=by)


def revoke_token_of_other(tx: Tx, actor: Actor, *, person: str, token: str) -> None:
    """Revoke an API token of any person at once, with the sessions and tokens made with it."""
    require(actor, "token.others")
    revoke_token_tree(tx, person=person, token=token, by=actor.person)


def _needs_second_person(tx: Tx, person: Person, role: str) -> bool:
    return role == SECRETARIAT or (role in ORGANISATION_ROLES and _has_had_people(tx, person.organisation))


def _acts_for_organisation(tx: Tx, person: Person) -> bool:
    """Return whether the person is focal point or signatory of an organisation that ever had people."""
    held = {one.role for one in people_store.list_grants(tx, person.id)}
    return bool(held & ORGANISATION_ROLES) and _has_had_people(tx, person.organisation)


def _has_had_people(tx: Tx, organisation: str | None) -> bool:
    found = organisations_store.get(tx, organisation) if organisation else None
    return found is not None and found.first_person_at is not None


def _is_secretary(tx: Tx, person: str) -> bool:
    return any(one.role == SECRETARIAT for one in people_store.list_grants(tx, person))


def _person_closed() -> Conflict:
    return Conflict("person_closed", N_("This person has already left."))
