"""The security log: failed proofs, refusals and changes of power, without addresses and for a limited time."""

from collections.abc import Mapping

from sqlalchemy import and_, delete, func, insert, or_, select

from service.domain.accounts.security_event import CHANGE_OF_POWER, SecurityEvent
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import security_event

MAX_ROWS = 50_000
"""Rows that are kept besides changes of power, so that a flood of refusals cannot fill the disk or hide those."""


def add(
    tx: Tx, *, kind: str, network: str, subject: str, person: str | None, detail: Mapping[str, object], at: int
) -> None:
    """Add an event."""
    row = {"id": tx.new_id("sec"), "seq": next_seq(tx, security_event), "at": at, "kind": kind, "network": network}
    tx.connection.execute(insert(security_event).values(**row, subject=subject, person=person, detail=dict(detail)))


def list_newest(tx: Tx, *, before: int = 0, limit: int) -> list[SecurityEvent]:
    """Return the newest events first, those with a smaller seq than `before` if it is given."""
    query = select(security_event).order_by(security_event.c.seq.desc()).limit(limit)
    if before:
        query = query.where(security_event.c.seq < before)
    return [
        SecurityEvent(row.id, row.seq, row.at, row.kind, row.network, row.subject, row.person, row.detail)
        for row in tx.connection.execute(query)
    ]


def delete_old(tx: Tx, *, before: int) -> None:
    """Delete the events before a time (µs UTC), and the oldest beyond MAX_ROWS unless they are changes of power."""
    newest = tx.connection.execute(select(func.max(security_event.c.seq))).scalar_one_or_none() or 0
    surplus = and_(security_event.c.seq <= newest - MAX_ROWS, security_event.c.kind != CHANGE_OF_POWER)
    tx.connection.execute(delete(security_event).where(or_(security_event.c.at < before, surplus)))
