"""Checks before an invitation: who has the address, and which roles it may grant."""

from service.actions.authorization import or_not_found
from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.membership.people import ORGANISATION_ROLES, Person, check_is_member, validate_role
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def find_addressee(
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


def check_roles(tx: Tx, organisation: str | None, roles: tuple[str, ...]) -> None:
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
