"""Mandates and their confirmations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from service.domain.membership.people import Mandate
from service.store.db import Tx
from service.store.sequence import following
from service.store.tables import mandate, mandate_confirmation


def add(tx: Tx, *, id: str, organisation: str, person: str, by: str, expires_at: int | None) -> None:
    row = {"id": id, "seq": following(tx, mandate), "organisation": organisation, "person": person, "granted_by": by}
    tx.connection.execute(insert(mandate).values(**row, granted_at=tx.now, expires_at=expires_at, state="granted"))


def get(tx: Tx, id: str) -> Mandate | None:
    query = select(mandate).where(mandate.c.id == id).with_for_update()
    found = _mandates(tx, tx.connection.execute(query).all())
    return found[0] if found else None


def every(tx: Tx, *, organisation: str | None = None, after: int = 0, limit: int = 1000) -> list[tuple[int, Mandate]]:
    """Mandates with their seq, oldest first, of one organisation or of all."""
    query = select(mandate).where(mandate.c.seq > after).order_by(mandate.c.seq).limit(limit)
    if organisation is not None:
        query = query.where(mandate.c.organisation == organisation)
    rows = tx.connection.execute(query).all()
    return [(row.seq, one) for row, one in zip(rows, _mandates(tx, rows), strict=True)]


# Built once: to build a statement anew takes longer than SQLite takes to answer it.
_CONFIRMED = (
    select(mandate, mandate_confirmation.c.person.label("by"))
    .outerjoin(mandate_confirmation)
    .where(
        mandate.c.organisation == bindparam("organisation"),
        mandate.c.person == bindparam("person"),
        mandate.c.state == "confirmed",
    )
    .order_by(mandate.c.seq.desc(), mandate_confirmation.c.at)
)
_CONFIRMATIONS = (
    select(mandate_confirmation)
    .where(mandate_confirmation.c.mandate.in_(bindparam("mandates", expanding=True)))
    .order_by(mandate_confirmation.c.at)
)


def live(tx: Tx, *, organisation: str, person: str) -> Mandate | None:
    """The mandate under which `person` may sign for `organisation` now."""
    found: dict[str, list[Row[Any]]] = {}
    for row in tx.connection.execute(_CONFIRMED, {"organisation": organisation, "person": person}):
        found.setdefault(row.id, []).append(row)
    held = (_mandate(rows[0], [row.by for row in rows if row.by is not None]) for rows in found.values())
    return next((one for one in held if one.is_live(now=tx.now)), None)


def unrevoked(tx: Tx, *, person: str | None = None, organisation: str | None = None) -> list[Mandate]:
    """The mandates of a person, or of an organisation, that nobody revoked, oldest first."""
    whose = mandate.c.person == person if person is not None else mandate.c.organisation == organisation
    query = select(mandate).where(whose, mandate.c.state != "revoked").order_by(mandate.c.seq)
    return _mandates(tx, tx.connection.execute(query).all())


def confirm(tx: Tx, *, id: str, by: str) -> None:
    tx.connection.execute(insert(mandate_confirmation).values(mandate=id, person=by, at=tx.now))


def move(tx: Tx, id: str, *, before: str, after: str) -> bool:
    """Compare-and-swap of the state; False where someone got there first."""
    stamp = {"confirmed": "confirmed_at", "revoked": "revoked_at"}[after]
    query = update(mandate).where(mandate.c.id == id, mandate.c.state == before)
    return tx.connection.execute(query.values({"state": after, stamp: tx.now})).rowcount == 1


def _mandates(tx: Tx, rows: Sequence[Row[Any]]) -> list[Mandate]:
    """The mandates of these rows: one more read, however many they are."""
    by: dict[str, list[str]] = {row.id: [] for row in rows}
    for row in tx.connection.execute(_CONFIRMATIONS, {"mandates": list(by)}) if by else ():
        by[row.mandate].append(row.person)
    return [_mandate(row, by[row.id]) for row in rows]


def _mandate(row: Row[Any], confirmed: Sequence[str]) -> Mandate:
    expires = row.expires_at
    return Mandate(
        row.id, row.organisation, row.person, row.granted_by, row.granted_at, expires, row.state, tuple(confirmed)
    )
