"""Suggestions with their hunks: added, and decided hunk by hunk."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, case, func, insert, select, update

from service.domain.suggestions.hunks import PENDING, SuggestionHunk
from service.domain.suggestions.suggestion import PENDING_FIRST, Suggestion, SuggestionSummary
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import suggestion, suggestion_hunk

_SUMMARY_COLUMNS = [suggestion.c[name] for name in SuggestionSummary.__dataclass_fields__ if name != "hunks"]
_COLUMNS = [suggestion.c[name] for name in Suggestion.__dataclass_fields__ if name != "hunks"]
_HUNK_COLUMNS = [suggestion_hunk.c[name] for name in SuggestionHunk.__dataclass_fields__]
_LIST_POSITION = suggestion.c.seq + case((suggestion.c.state == PENDING, PENDING_FIRST), else_=0)
"""The value of `SuggestionSummary.sort_key`."""


def add(
    tx: Tx,
    *,
    id: str,
    document: str,
    lang: str,
    position: tuple[int, int],
    base: str,
    proposed: str,
    reason: str,
    by: str,
    hunks: Sequence[SuggestionHunk],
) -> None:
    """Add a pending suggestion, written from the draft at `position` (epoch, seq)."""
    row = {"id": id, "seq": next_seq(tx, suggestion), "document": document, "lang": lang, "epoch": position[0]}
    row |= {"draft_seq": position[1], "base": base, "proposed": proposed, "reason": reason}
    tx.connection.execute(insert(suggestion).values(**row, state=PENDING, by=by, at=tx.now))
    tx.connection.execute(
        insert(suggestion_hunk),
        [
            {"suggestion": id, "number": one.number, "start": one.start, "end": one.end, "text": one.text}
            | {"state": one.state}
            for one in hunks
        ],
    )


def get(tx: Tx, id: str) -> Suggestion | None:
    """Return a suggestion by id."""
    row = tx.connection.execute(select(*_COLUMNS).where(suggestion.c.id == id)).one_or_none()
    return Suggestion(**row._mapping, hunks=_load_hunks(tx, [id]).get(id, ())) if row else None


def list_by_document(tx: Tx, document: str, *, after: int, limit: int) -> list[SuggestionSummary]:
    """Return summaries below position `after` (0: all), highest position first."""
    query = select(*_SUMMARY_COLUMNS).where(suggestion.c.document == document)
    query = query.where(after > _LIST_POSITION) if after else query
    rows = tx.connection.execute(query.order_by(_LIST_POSITION.desc()).limit(limit)).all()
    hunks = _load_hunks(tx, [row.id for row in rows])
    return [SuggestionSummary(**row._mapping, hunks=hunks.get(row.id, ())) for row in rows]


def list_pending(tx: Tx, document: str, *, lang: str, limit: int) -> list[Suggestion]:
    """Return the pending suggestions for an edition with their texts, oldest first."""
    columns = suggestion.c
    query = select(*_COLUMNS).where(columns.document == document, columns.lang == lang, columns.state == PENDING)
    rows = tx.connection.execute(query.order_by(columns.seq).limit(limit)).all()
    hunks = _load_hunks(tx, [row.id for row in rows])
    return [Suggestion(**row._mapping, hunks=hunks.get(row.id, ())) for row in rows]


def count(tx: Tx, document: str, *, by: str | None = None, state: str | None = None) -> int:
    """Return the number of suggestions, with `by` only of that person, with `state` only those in it."""
    query = select(func.count()).where(suggestion.c.document == document)
    query = query if by is None else query.where(suggestion.c.by == by)
    return tx.connection.execute(query if state is None else query.where(suggestion.c.state == state)).scalar_one()


def find_duplicate(tx: Tx, document: str, *, lang: str, by: str, base: str, proposed: str) -> str | None:
    """Return the id of a pending suggestion of this person with the same texts."""
    columns = suggestion.c
    query = select(columns.id).where(
        columns.document == document, columns.lang == lang, columns.by == by, columns.state == PENDING
    )
    query = query.where(columns.base == base, columns.proposed == proposed)
    return tx.connection.execute(query.limit(1)).scalar_one_or_none()


def decide_hunks(tx: Tx, id: str, numbers: Collection[int], *, state: str, by: str, applied: str | None = None) -> bool:
    """Compare-and-swap these hunks pending → `state`; return False if one of them was decided already."""
    query = update(suggestion_hunk).where(
        suggestion_hunk.c.suggestion == id,
        suggestion_hunk.c.number.in_(numbers),
        suggestion_hunk.c.state == PENDING,
    )
    values = {"state": state, "ended_by": by, "ended_at": tx.now, "applied": applied}
    return tx.connection.execute(query.values(**values)).rowcount == len(numbers)


def set_state(tx: Tx, id: str, state: str) -> None:
    """Set the state of a suggestion none of whose hunks is pending."""
    tx.connection.execute(update(suggestion).where(suggestion.c.id == id).values(state=state, ended_at=tx.now))


def _load_hunks(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[SuggestionHunk, ...]]:
    query = select(suggestion_hunk.c.suggestion, *_HUNK_COLUMNS).where(suggestion_hunk.c.suggestion.in_(ids))
    found: dict[str, tuple[SuggestionHunk, ...]] = {}
    for row in tx.connection.execute(query.order_by(suggestion_hunk.c.suggestion, suggestion_hunk.c.number)):
        found[row.suggestion] = (*found.get(row.suggestion, ()), _hunk(row))
    return found


def _hunk(row: Row[Any]) -> SuggestionHunk:
    return SuggestionHunk(**{name: getattr(row, name) for name in SuggestionHunk.__dataclass_fields__})
