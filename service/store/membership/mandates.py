"""Mandates and their confirmations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from service.domain.membership.people import Mandate
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import mandate, mandate_confirmation


def add(tx: Tx, *, id: str, organisation: str, person: str, by: str, expires_at: int | None) -> None:
    """Add a mandate that waits for confirmation."""
    row = {"id": id, "seq": next_seq(tx, mandate), "organisation": organisation, "person": person, "granted_by": by}
    tx.connection.execute(insert(mandate).values(**row, granted_at=tx.now, expires_at=expires_at, state="granted"))


def get(tx: Tx, id: str) -> Mandate | None:
    """Return a mandate by id."""
    found = _load_mandates(tx, tx.connection.execute(select(mandate).where(mandate.c.id == id)).all())
    return found[0] if found else None


def lock(tx: Tx, id: str) -> Mandate | None:
    """Return the mandate, its row locked until the end of the transaction."""
    query = select(mandate).where(mandate.c.id == id).with_for_update()
    found = _load_mandates(tx, tx.connection.execute(query).all())
    return found[0] if found else None


def list_all(
    tx: Tx, *, organisation: str | None = None, after: int = 0, limit: int = 1000
) -> list[tuple[int, Mandate]]:
    """Return mandates with their seq, oldest first, of one organisation or of all."""
    query = select(mandate).where(mandate.c.seq > after).order_by(mandate.c.seq).limit(limit)
    if organisation is not None:
        query = query.where(mandate.c.organisation == organisation)
    rows = tx.connection.execute(query).all()
    return [(row.seq, one) for row, one in zip(rows, _load_mandates(tx, rows), strict=True)]


# Built once: building a statement takes longer than running it on SQLite.
_CONFIRMED_OF_HOLDER = (
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


def get_live(tx: Tx, *, organisation: str, person: str) -> Mandate | None:
    """Return the mandate under which `person` may sign for `organisation` now."""
    rows_by_mandate: dict[str, list[Row[Any]]] = {}
    for row in tx.connection.execute(_CONFIRMED_OF_HOLDER, {"organisation": organisation, "person": person}):
        rows_by_mandate.setdefault(row.id, []).append(row)
    candidates = (
        _mandate(rows[0], [row.by for row in rows if row.by is not None]) for rows in rows_by_mandate.values()
    )
    return next((one for one in candidates if one.is_live(now=tx.now)), None)


def list_unrevoked(tx: Tx, *, person: str | None = None, organisation: str | None = None) -> list[Mandate]:
    """Return the mandates of a person, or of an organisation, that are not revoked, oldest first."""
    condition = mandate.c.person == person if person is not None else mandate.c.organisation == organisation
    query = select(mandate).where(condition, mandate.c.state != "revoked").order_by(mandate.c.seq)
    return _load_mandates(tx, tx.connection.execute(query).all())


def add_confirmation(tx: Tx, *, id: str, by: str, channel: str = "") -> None:
    """Add a confirmation of a mandate by a person, who checked by `channel`."""
    tx.connection.execute(insert(mandate_confirmation).values(mandate=id, person=by, at=tx.now, channel=channel))


def mark_confirmed(tx: Tx, id: str, *, starts_at: int | None, marks: Sequence[str]) -> bool:
    """Compare-and-swap granted → confirmed; return False if it is not waiting. It starts at `starts_at` (µs UTC)."""
    query = update(mandate).where(mandate.c.id == id, mandate.c.state == "granted")
    values = {"state": "confirmed", "confirmed_at": tx.now, "starts_at": starts_at, "marks": list(marks)}
    return tx.connection.execute(query.values(**values)).rowcount == 1


def change_state(tx: Tx, id: str, *, from_state: str, to_state: str) -> bool:
    """Compare-and-swap the state; return False if it is no longer `from_state`."""
    timestamp_column = {"confirmed": "confirmed_at", "revoked": "revoked_at"}[to_state]
    query = update(mandate).where(mandate.c.id == id, mandate.c.state == from_state)
    return tx.connection.execute(query.values({"state": to_state, timestamp_column: tx.now})).rowcount == 1


def _load_mandates(tx: Tx, rows: Sequence[Row[Any]]) -> list[Mandate]:
    """Return the mandates of these rows with one more query, however many there are."""
    confirmations: dict[str, list[str]] = {row.id: [] for row in rows}
    for row in tx.connection.execute(_CONFIRMATIONS, {"mandates": list(confirmations)}) if confirmations else ():
        confirmations[row.mandate].append(row.person)
    return [_mandate(row, confirmations[row.id]) for row in rows]


def _mandate(row: Row[Any], confirmations: Sequence[str]) -> Mandate:
    return Mandate(
        row.id,
        row.organisation,
        row.person,
        row.granted_by,
        row.granted_at,
        row.expires_at,
        row.state,
        tuple(confirmations),
        row.confirmed_at,
        row.starts_at,
        tuple(row.marks),
    )
