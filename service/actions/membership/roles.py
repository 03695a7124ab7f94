"""Giving and taking roles without authorization: what other actions do once it is settled that they may."""

from collections.abc import Iterable

from service.actions.authorization import or_not_found
from service.actions.membership import approvals, proposals
from service.actions.membership.power_notices import tell_everyone, tell_organisation
from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.membership.approvals import ROLE_GRANT, RoleProposal
from service.domain.membership.people import (
    ORGANISATION_ROLES,
    SECRETARIAT,
    Person,
    check_is_member,
    validate_role,
)
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import role_holders as role_holders_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def give_roles(tx: Tx, *, person: str, roles: Iterable[str], by: str | None) -> list[RoleProposal]:
    """Give a person roles in the whole coalition, as far as `by` alone may.

    Focal point and signatory are only proposed, and the proposals returned, for `proposals.settle`. The secretariat
    waits for a second person. `by` is None for the first person of a new coalition.
    """
    found = or_not_found(people_store.get(tx, person))
    proposed = []
    for role in roles:
        check_may_hold(tx, found, role)
        if role in ORGANISATION_ROLES:
            proposed += proposals.propose(tx, found, role, by=by)
        elif role != SECRETARIAT or by is None or ask_for_secretariat(tx, found, document="", by=by):
            apply_grant(tx, person=person, role=role, document="", by=by)
    return proposed


def ask_for_secretariat(tx: Tx, person: Person, *, document: str, by: str) -> bool:
    """Return whether the role may be given now; otherwise it waits for a second member of the secretariat."""
    params = {"person": person.id, "role": SECRETARIAT, "document": document}
    return approvals.ask(tx, by, act=ROLE_GRANT, subject=person.id, params=params) is None


def check_may_hold(tx: Tx, person: Person, role: str) -> None:
    """Check that a person may hold a role.

    Raises `InvalidInput` `unknown_role`, `role_needs_organisation`, `Conflict` `organisation_left`.
    """
    if validate_role(role) not in ORGANISATION_ROLES:
        return
    if person.organisation is None:
        raise InvalidInput(
            "role_needs_organisation", N_("This role belongs to an organisation, and this person has none.")
        )
    check_is_member(or_not_found(organisations_store.get(tx, person.organisation)))


def apply_grant(tx: Tx, *, person: str, role: str, document: str, by: str | None) -> None:
    """Give a role at once, and tell everybody if it is the secretariat."""
    if not people_store.grant_role(tx, person_id=person, role=role, document=document, by=by):
        return
    facts = {"person": person, "role": role, "document": document}
    record_store.append(tx, act="role.grant", actor=by, facts=facts)
    if role == SECRETARIAT and by is not None:
        tell_everyone(tx, kind="coalition.secretariat", about=f"{person}.{tx.now}", but=(person, by))


def apply_take(tx: Tx, *, person: Person, role: str, document: str, by: str) -> None:
    """Take a role at once, and tell the organisation, or everybody if it is the secretariat.

    Raises `NotFound`, `Conflict` `last_secretary`.
    """
    if (role, document) == (SECRETARIAT, ""):
        check_not_last_secretary(tx, person.id)
    or_not_found(people_store.revoke_role(tx, person_id=person.id, role=role, document=document) or None)
    facts = {"person": person.id, "role": role, "document": document}
    record_store.append(tx, act="role.take", actor=by, facts=facts)
    if role == SECRETARIAT:
        tell_everyone(tx, kind="coalition.secretariat", about=f"{person.id}.{tx.now}")
    elif role in ORGANISATION_ROLES and person.organisation:
        tell_organisation(tx, person.organisation, kind="power.role_taken", about=f"{person.id}.{role}.{tx.now}")


def check_not_last_secretary(tx: Tx, person: str) -> None:
    """Raise `Conflict` `last_secretary` if `person` is the only one in the secretariat.

    All grants of the role are locked: of two persons who close each other at the same time, the second fails here.
    """
    role_holders_store.lock_role_holders(tx, SECRETARIAT)
    if [one.id for one in people_store.list_role_holders(tx, [SECRETARIAT])] == [person]:
        raise Conflict("last_secretary", N_("This is the last person in the secretariat. Appoint another first."))
