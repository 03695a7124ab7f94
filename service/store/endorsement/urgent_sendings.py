"""Urgent sendings: one row for each request to send out an urgent statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.endorsement.urgent_sending import (
    FAILED,
    OPENED,
    PROVING,
    REQUESTED,
    UNDER_WAY,
    SendingOptions,
    UrgentSending,
    options_from_json,
)
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import urgent_sending


def add(tx: Tx, *, id: str, document: str, version: str, by: str, options: SendingOptions) -> None:
    """Add a sending, requested."""
    row = {"id": id, "seq": next_seq(tx, urgent_sending), "document": document, "version": version, "requested_by": by}
    other_columns = {"requested_at": tx.now, "options": options.to_json(), "state": REQUESTED}
    tx.connection.execute(insert(urgent_sending).values(**row, **other_columns))


def get(tx: Tx, id: str) -> UrgentSending | None:
    """Return a sending by id."""
    row = tx.connection.execute(select(urgent_sending).where(urgent_sending.c.id == id)).one_or_none()
    return _sending(row) if row else None


def get_latest(tx: Tx, document: str) -> UrgentSending | None:
    """Return the newest sending of a document."""
    query = select(urgent_sending).where(urgent_sending.c.document == document)
    row = tx.connection.execute(query.order_by(urgent_sending.c.seq.desc()).limit(1)).one_or_none()
    return _sending(row) if row else None


def list_by_document(tx: Tx, document: str) -> list[UrgentSending]:
    """Return the sendings of a document, oldest first."""
    query = select(urgent_sending).where(urgent_sending.c.document == document).order_by(urgent_sending.c.seq)
    return [_sending(row) for row in tx.connection.execute(query)]


def list_under_way(tx: Tx) -> list[str]:
    """Return the documents with a sending that has not ended, oldest first."""
    query = select(urgent_sending.c.document).where(urgent_sending.c.state.in_(UNDER_WAY))
    return list(tx.connection.execute(query.order_by(urgent_sending.c.seq)).scalars())


def mark_proving(tx: Tx, id: str) -> bool:
    """Compare-and-swap requested → proving; return False if it was not requested."""
    query = update(urgent_sending).where(urgent_sending.c.id == id, urgent_sending.c.state == REQUESTED)
    return tx.connection.execute(query.values(state=PROVING)).rowcount == 1


def mark_opened(tx: Tx, id: str, *, round_id: str) -> bool:
    """Compare-and-swap → opened; return False if it has ended."""
    return _end(tx, id, {"state": OPENED, "round": round_id})


def mark_failed(tx: Tx, id: str, *, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap → failed; return False if it has ended."""
    return _end(tx, id, {"state": FAILED, "failure": dict(failure)})


def mark_cancelled(tx: Tx, id: str, *, by: str) -> bool:
    """Compare-and-swap → cancelled; return False if it has ended."""
    return _end(tx, id, {"state": "cancelled", "ended_by": by})


def _end(tx: Tx, id: str, values: Mapping[str, object]) -> bool:
    query = update(urgent_sending).where(urgent_sending.c.id == id, urgent_sending.c.state.in_(UNDER_WAY))
    return tx.connection.execute(query.values(**values, ended_at=tx.now)).rowcount == 1


def _sending(row: Row[Any]) -> UrgentSending:
    values = {name: row._mapping[name] for name in UrgentSending.__dataclass_fields__ if name != "options"}
    return UrgentSending(**values, options=options_from_json(row.options))
