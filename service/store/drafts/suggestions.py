"""Suggested changes: added, and decided once."""

from collections.abc import Sequence

from sqlalchemy import case, func, insert, select, update

from service.domain.documents.suggestion import KEPT, PENDING_OFFSET, STATES, Suggestion, SuggestionSummary
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import suggestion

_COLUMNS = [suggestion.c[name] for name in Suggestion.__dataclass_fields__]
_SUMMARY_COLUMNS = [suggestion.c[name] for name in SuggestionSummary.__dataclass_fields__]
_LIST_POSITION = suggestion.c.seq + case((suggestion.c.state == KEPT, PENDING_OFFSET), else_=0)
"""The value of `SuggestionSummary.place`: pending ones first, then by seq."""


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
    """Add a suggested change that waits for a decision."""
    row = {"id": id, "seq": next_seq(tx, suggestion), "document": document, "lang": lang, "epoch": epoch}
    row |= {"draft_seq": draft_seq, "base": base, "text": text, "why": why, "state": KEPT, "by": by, "at": tx.now}
    tx.connection.execute(insert(suggestion).values(**row))


def get(tx: Tx, id: str) -> Suggestion | None:
    """Return a suggested change by id."""
    row = tx.connection.execute(select(*_COLUMNS).where(suggestion.c.id == id)).one_or_none()
    return Suggestion(**row._mapping) if row else None


def list_by_document(tx: Tx, document: str, *, by: str | None, after: int, limit: int) -> list[SuggestionSummary]:
    """Return summaries below position `after` (0: all), highest position first; with `by`, only that person's."""
    query = select(*_SUMMARY_COLUMNS).where(suggestion.c.document == document)
    query = query if by is None else query.where(suggestion.c.by == by)
    query = query.where(after > _LIST_POSITION) if after else query
    return [
        SuggestionSummary(**row._mapping)
        for row in tx.connection.execute(query.order_by(_LIST_POSITION.desc()).limit(limit))
    ]


def count(tx: Tx, document: str, *, by: str | None, states: Sequence[str] = STATES) -> int:
    """Return the number of suggested changes in `states`; with `by`, only that person's."""
    query = select(func.count()).where(suggestion.c.document == document, suggestion.c.state.in_(states))
    return tx.connection.execute(query if by is None else query.where(suggestion.c.by == by)).scalar_one()


def find_duplicate(tx: Tx, document: str, *, lang: str, by: str, text: str) -> Suggestion | None:
    """Return a pending suggested change of this person with the same text."""
    columns = suggestion.c
    query = select(*_COLUMNS).where(
        columns.document == document, columns.lang == lang, columns.by == by, columns.state == KEPT
    )
    row = tx.connection.execute(query.where(columns.text == text).limit(1)).one_or_none()
    return Suggestion(**row._mapping) if row else None


def mark_decided(tx: Tx, id: str, *, state: str, by: str) -> bool:
    """Compare-and-swap kept → `state`; return False if it was decided already."""
    query = update(suggestion).where(suggestion.c.id == id, suggestion.c.state == KEPT)
    return tx.connection.execute(query.values(state=state, ended_by=by, ended_at=tx.now)).rowcount == 1
