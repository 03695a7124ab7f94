"""Unsaved changes: added, and decided once."""

from collections.abc import Sequence

from sqlalchemy import case, func, insert, select, update

from service.domain.documents.unsaved_change import KEPT, PENDING_OFFSET, STATES, UnsavedChange, UnsavedChangeSummary
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import unsaved_change

_COLUMNS = [unsaved_change.c[name] for name in UnsavedChange.__dataclass_fields__]
_SUMMARY_COLUMNS = [unsaved_change.c[name] for name in UnsavedChangeSummary.__dataclass_fields__]
_LIST_POSITION = unsaved_change.c.seq + case((unsaved_change.c.state == KEPT, PENDING_OFFSET), else_=0)
"""The value of `UnsavedChangeSummary.place`: pending ones first, then by seq."""


def add(
    tx: Tx,
    *,
    id: str,
    document: str,
    lang: str,
    epoch: int | None,
    draft_seq: int | None,
    base: str | None,
    text: str,
    why: str,
    by: str,
) -> None:
    """Add an unsaved change that waits for a decision."""
    row = {"id": id, "seq": next_seq(tx, unsaved_change), "document": document, "lang": lang, "epoch": epoch}
    row |= {"draft_seq": draft_seq, "base": base, "text": text, "why": why, "state": KEPT, "by": by, "at": tx.now}
    tx.connection.execute(insert(unsaved_change).values(**row))


def get(tx: Tx, id: str) -> UnsavedChange | None:
    """Return an unsaved change by id."""
    row = tx.connection.execute(select(*_COLUMNS).where(unsaved_change.c.id == id)).one_or_none()
    return UnsavedChange(**row._mapping) if row else None


def list_by_document(tx: Tx, document: str, *, by: str | None, after: int, limit: int) -> list[UnsavedChangeSummary]:
    """Return summaries below position `after` (0: all), highest position first; with `by`, only that person's."""
    query = select(*_SUMMARY_COLUMNS).where(unsaved_change.c.document == document)
    query = query if by is None else query.where(unsaved_change.c.by == by)
    query = query.where(after > _LIST_POSITION) if after else query
    return [
        UnsavedChangeSummary(**row._mapping)
        for row in tx.connection.execute(query.order_by(_LIST_POSITION.desc()).limit(limit))
    ]


def count(tx: Tx, document: str, *, by: str | None, states: Sequence[str] = STATES) -> int:
    """Return the number of unsaved changes in `states`; with `by`, only that person's."""
    query = select(func.count()).where(unsaved_change.c.document == document, unsaved_change.c.state.in_(states))
    return tx.connection.execute(query if by is None else query.where(unsaved_change.c.by == by)).scalar_one()


def find_duplicate(tx: Tx, document: str, *, lang: str, by: str, text: str) -> UnsavedChange | None:
    """Return a pending unsaved change of this person with the same text."""
    columns = unsaved_change.c
    query = select(*_COLUMNS).where(
        columns.document == document, columns.lang == lang, columns.by == by, columns.state == KEPT
    )
    row = tx.connection.execute(query.where(columns.text == text).limit(1)).one_or_none()
    return UnsavedChange(**row._mapping) if row else None


def mark_decided(tx: Tx, id: str, *, state: str, by: str) -> bool:
    """Compare-and-swap kept → `state`; return False if it was decided already."""
    query = update(unsaved_change).where(unsaved_change.c.id == id, unsaved_change.c.state == KEPT)
    return tx.connection.execute(query.values(state=state, ended_by=by, ended_at=tx.now)).rowcount == 1
