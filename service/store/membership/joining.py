"""Who has joined: people who ever had a session, a password or an API token; and the counts that setting up needs."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from service.domain.membership.people import SECRETARIAT
from service.store.db import Tx
from service.store.tables import document, mandate, organisation, password, person, role_grant, session, token


@dataclass(frozen=True, slots=True)
class JoiningCounts:
    """Counts of active people and member organisations; see `SetupFacts`."""

    secretaries: int
    organisations: int
    organisations_joined: int
    organisations_mandated: int
    documents: int


def list_joined(tx: Tx) -> frozenset[str]:
    """Return the ids of all persons who have joined."""
    return frozenset(tx.connection.execute(select(person.c.id).where(_has_joined())).scalars())


def load_counts(tx: Tx) -> JoiningCounts:
    """Return the counts, with one query."""
    is_active, is_member = person.c.state == "active", organisation.c.state == "member"
    is_secretary = exists().where(
        role_grant.c.person == person.c.id, role_grant.c.role == SECRETARIAT, role_grant.c.document == ""
    )
    in_force = and_(
        mandate.c.state == "confirmed",
        or_(mandate.c.expires_at.is_(None), mandate.c.expires_at > tx.now),
        mandate.c.organisation == organisation.c.id,
        mandate.c.person == person.c.id,
        is_active,
    )
    joined = and_(person.c.organisation == organisation.c.id, is_active, _has_joined())
    count = func.count
    row = tx.connection.execute(
        select(
            select(count()).select_from(person).where(is_active, is_secretary, _has_joined()).scalar_subquery(),
            select(count()).select_from(organisation).where(is_member).scalar_subquery(),
            select(count()).select_from(organisation).where(is_member, exists().where(joined)).scalar_subquery(),
            select(count()).select_from(organisation).where(is_member, exists().where(in_force)).scalar_subquery(),
            select(count()).select_from(document).scalar_subquery(),
        )
    ).one()
    return JoiningCounts(*row)


def _has_joined() -> ColumnElement[bool]:
    return or_(*(exists().where(table.c.person == person.c.id) for table in (session, password, token)))
