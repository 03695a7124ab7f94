"""Suggested changes: only ever added, and decided about once."""

from collections.abc import Sequence

from sqlalchemy import case, func, insert, select, update

from service.domain.documents.suggestion import KEPT, STATES, WAITING, Suggestion, Summary
from service.store.db import Tx
from service.store.sequence import following
from service.store.tables import suggestion

_COLUMNS = [suggestion.c[name] for name in Suggestion.__dataclass_fields__]
_SHORT = [suggestion.c[name] for name in Summary.__dataclass_fields__]
_PLACE = suggestion.c.seq + case((suggestion.c.state == KEPT, WAITING), else_=0)
"""What `Summary.place` says."""


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
    row = {"id": id, "seq": following(tx, suggestion), "document": document, "lang": lang, "epoch": epoch}
    row |= {"draft_seq": draft_seq, "base": base, "text": text, "why": why, "state": KEPT, "by": by, "at": tx.now}
    tx.connection.execute(insert(suggestion).values(**row))


def get(tx: Tx, id: str) -> Suggestion | None:
    row = tx.connection.execute(select(*_COLUMNS).where(suggestion.c.id == id)).one_or_none()
    return Suggestion(**row._mapping) if row else None


def of_document(tx: Tx, document: str, *, by: str | None, after: int, limit: int) -> list[Summary]:
    """Those that stand below place `after` (0: all), in the order of their places; with `by`, that person's."""
    query = select(*_SHORT).where(suggestion.c.document == document)
    query = query if by is None else query.where(suggestion.c.by == by)
    query = query.where(after > _PLACE) if after else query
    return [Summary(**row._mapping) for row in tx.connection.execute(query.order_by(_PLACE.desc()).limit(limit))]


def count(tx: Tx, document: str, *, by: str | None, states: Sequence[str] = STATES) -> int:
    """How many of `states` there are; with `by`, of that person."""
    query = select(func.count()).where(suggestion.c.document == document, suggestion.c.state.in_(states))
    return tx.connection.execute(query if by is None else query.where(suggestion.c.by == by)).scalar_one()


def same(tx: Tx, document: str, *, lang: str, by: str, text: str) -> Suggestion | None:
    """One of that person's that says this already and waits to be decided about."""
    its = suggestion.c
    query = select(*_COLUMNS).where(its.document == document, its.lang == lang, its.by == by, its.state == KEPT)
    row = tx.connection.execute(query.where(its.text == text).limit(1)).one_or_none()
    return Suggestion(**row._mapping) if row else None


def end(tx: Tx, id: str, *, state: str, by: str) -> bool:
    """Compare-and-swap: from kept to `state`. False where somebody else was first."""
    query = update(suggestion).where(suggestion.c.id == id, suggestion.c.state == KEPT)
    return tx.connection.execute(query.values(state=state, ended_by=by, ended_at=tx.now)).rowcount == 1
