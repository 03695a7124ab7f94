"""Who holds roles: for one document, for anything; and the lock on the holders of a role."""

from sqlalchemy import select

from service.domain.membership.people import Person
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.tables import person, role_grant


def list_holders_of_any_role(tx: Tx) -> list[Person]:
    """Return active persons who hold a role, for the coalition or a document, in order of joining."""
    query = select(person).where(person.c.state == "active", person.c.id.in_(select(role_grant.c.person)))
    return [people_store.person_of_row(row) for row in tx.connection.execute(query.order_by(person.c.seq))]


def list_document_roles(tx: Tx, document: str) -> list[tuple[Person, frozenset[str]]]:
    """Return who holds which roles for this document alone, in order of joining."""
    roles_by_person: dict[str, set[str]] = {}
    for row in tx.connection.execute(select(role_grant).where(role_grant.c.document == document)):
        roles_by_person.setdefault(row.person, set()).add(row.role)
    found = tx.connection.execute(select(person).where(person.c.id.in_(list(roles_by_person))).order_by(person.c.seq))
    return [(people_store.person_of_row(row), frozenset(roles_by_person[row.id])) for row in found]


def lock_role_holders(tx: Tx, role: str) -> None:
    """Lock the grants of this role for the whole coalition, always in the same order."""
    holder_ids = select(role_grant.c.person).where(role_grant.c.role == role, role_grant.c.document == "")
    tx.connection.execute(holder_ids.order_by(role_grant.c.person).with_for_update()).all()
    tx.refresh_now()
