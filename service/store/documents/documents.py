"""Documents and their editions."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, insert, or_, select, true, update

from service.domain.documents.document import ENDORSEMENT, REVIEW, Document, Edition
from service.domain.policy import DocumentFilter
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import document, edition, round_


def add(
    tx: Tx,
    *,
    id: str,
    kind: str,
    issued_by: str,
    authentic: list[str],
    front: Mapping[str, object],
    urgent: bool,
    numbering: str,
    by: str,
) -> None:
    """Add a document in the state drafting."""
    row = {"id": id, "seq": next_seq(tx, document), "kind": kind, "state": "drafting", "issued_by": issued_by}
    other_columns = {
        "authentic": authentic,
        "front": dict(front),
        "urgent": urgent,
        "opened_by": by,
        "numbering": numbering,
    }
    tx.connection.execute(insert(document).values(**row, **other_columns, rev=1, opened_at=tx.now))


def add_edition(tx: Tx, *, document_id: str, lang: str, title: str, draft: str) -> None:
    """Add an edition with its title and the id of its draft."""
    tx.connection.execute(insert(edition).values(document=document_id, lang=lang, title=title, draft=draft))


# Built once: building a statement takes longer than running it on SQLite.
_BY_ID = select(document).where(document.c.id == bindparam("id"))
_BY_ID_FOR_UPDATE = _BY_ID.with_for_update(key_share=True)
_STATE_BY_DRAFT = select(document.c.state).join(edition).where(edition.c.draft == bindparam("draft"))
_BY_ROUND_FOR_UPDATE = (
    select(document)
    .where(document.c.id == select(round_.c.document).where(round_.c.id == bindparam("round")).scalar_subquery())
    .with_for_update(key_share=True)
)
_EDITIONS = select(edition).where(edition.c.document.in_(bindparam("ids", expanding=True))).order_by(edition.c.lang)


def get(tx: Tx, id: str) -> Document | None:
    """Return a document by id."""
    row = tx.connection.execute(_BY_ID, {"id": id}).one_or_none()
    return _document(tx, row) if row else None


def lock(tx: Tx, id: str) -> Document | None:
    """Return the document, its row locked until the end of the transaction. First in the lock order."""
    return _lock(tx, _BY_ID_FOR_UPDATE, {"id": id})


def lock_by_round(tx: Tx, round_id: str) -> Document | None:
    """Return the document of a round, locked as `lock` does. A round never moves to another document."""
    return _lock(tx, _BY_ROUND_FOR_UPDATE, {"round": round_id})


def _lock(tx: Tx, query: Select[Any], values: Mapping[str, str]) -> Document | None:
    row = tx.connection.execute(query, values).one_or_none()
    tx.refresh_now()
    return _document(tx, row) if row else None


def get_state_by_draft(tx: Tx, draft: str) -> str:
    """Return the state of the document that this draft belongs to."""
    return str(tx.connection.execute(_STATE_BY_DRAFT, {"draft": draft}).scalar_one())


def list_in_scope(tx: Tx, scope: DocumentFilter, *, after: int = 0, limit: int = 100) -> list[tuple[int, Document]]:
    """Return the documents of `scope` with their seq, oldest first, beyond `after`."""
    query = select(document).where(document.c.seq > after, in_scope(scope)).order_by(document.c.seq).limit(limit)
    return load_documents(tx, query)


def list_newest(
    tx: Tx, scope: DocumentFilter, *, before: int | None = None, limit: int = 100
) -> list[tuple[int, Document]]:
    """Return the documents of `scope` with their seq, newest first, below `before` if given."""
    before_cursor = true() if before is None else document.c.seq < before
    query = select(document).where(before_cursor, in_scope(scope)).order_by(document.c.seq.desc()).limit(limit)
    return load_documents(tx, query)


def change_state(tx: Tx, id: str, *, from_state: str, to_state: str, note: str | None = None) -> bool:
    """Compare-and-swap the state; return False if it is no longer `from_state`.

    The first change to review or endorsement sets `shown_since`.
    """
    query = update(document).where(document.c.id == id, document.c.state == from_state)
    values: dict[str, Any] = {"state": to_state, "rev": document.c.rev + 1}
    values |= {"note": note} if note is not None else {}
    values |= (
        {"shown_since": func.coalesce(document.c.shown_since, tx.now)} if to_state in (REVIEW, ENDORSEMENT) else {}
    )
    return tx.connection.execute(query.values(values)).rowcount == 1


def touch(tx: Tx, id: str, *, front: Mapping[str, object] | None = None, authentic: list[str] | None = None) -> None:
    """Increment the document's revision, and replace its front matter and authentic languages if given."""
    values: dict[str, Any] = {"rev": document.c.rev + 1} | ({"front": dict(front)} if front is not None else {})
    values |= {"authentic": authentic} if authentic is not None else {}
    tx.connection.execute(update(document).where(document.c.id == id).values(values))


def set_numbering(tx: Tx, id: str, *, numbering: str) -> None:
    """Set how provisions are numbered, and increment the revision."""
    values = {"rev": document.c.rev + 1, "numbering": numbering}
    tx.connection.execute(update(document).where(document.c.id == id).values(values))


def set_title(tx: Tx, id: str, *, lang: str, title: str) -> None:
    """Set the title of an edition."""
    query = update(edition).where(edition.c.document == id, edition.c.lang == lang)
    tx.connection.execute(query.values(title=title))


def in_scope(scope: DocumentFilter) -> ColumnElement[bool]:
    """Return the condition of the documents of `scope`."""
    parts = [
        and_(
            document.c.state.in_(part.states) if part.states is not None else true(),
            document.c.id.in_(part.ids) if part.ids is not None else true(),
            document.c.shown_since.is_not(None) if part.ever_shared else true(),
        )
        for part in scope.clauses
    ]
    return or_(false(), *parts)


def load_documents(tx: Tx, query: Select[Any]) -> list[tuple[int, Document]]:
    """Return the documents of a query with their seq, in two queries however many there are."""
    rows = tx.connection.execute(query).all()
    editions = _editions(tx, [row.id for row in rows])
    return [(row.seq, _build_document(row, editions[row.id])) for row in rows]


def _document(tx: Tx, row: Row[Any]) -> Document:
    return _build_document(row, _editions(tx, [row.id])[row.id])


def _editions(tx: Tx, documents: Collection[str]) -> dict[str, dict[str, Edition]]:
    """Return the editions of each document, by language."""
    found: dict[str, dict[str, Edition]] = {id: {} for id in documents}
    for row in tx.connection.execute(_EDITIONS, {"ids": list(documents)}) if found else ():
        found[row.document][row.lang] = Edition(row.lang, row.title, row.draft)
    return found


def _build_document(row: Row[Any], editions: Mapping[str, Edition]) -> Document:
    return Document(
        id=row.id,
        kind=row.kind,
        state=row.state,
        issued_by=row.issued_by,
        authentic=tuple(row.authentic),
        front=row.front,
        urgent=row.urgent,
        rev=row.rev,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        note=row.note,
        editions=dict(editions),
        shown_since=row.shown_since,
        numbering=row.numbering,
    )
