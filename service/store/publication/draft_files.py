"""Files of drafts and versions that people asked for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from service.domain.publication.draft_file import KEPT_FOR, DraftFile, DraftSubject, subject_from_json
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import draft_file

_UNFINISHED = ("queued", "rendering")


def add(
    tx: Tx, *, id: str, document: str, by: str, subject: DraftSubject, format_: str, options: Mapping[str, object]
) -> None:
    """Add a file, queued."""
    row = {"id": id, "seq": next_seq(tx, draft_file), "document": document, "requested_by": by, "format": format_}
    other = {"requested_at": tx.now, "subject": subject.to_json(), "options": dict(options)}
    tx.connection.execute(insert(draft_file).values(**row, **other, state="queued", stage="queued"))


def get(tx: Tx, id: str) -> DraftFile | None:
    """Return a file by id."""
    row = tx.connection.execute(select(draft_file).where(draft_file.c.id == id)).one_or_none()
    return _draft_file(row) if row else None


def list_own(tx: Tx, document: str, *, person: str) -> list[DraftFile]:
    """Return the files of a document that a person asked for and that are kept, newest first."""
    own = draft_file.c.document == document, draft_file.c.requested_by == person
    kept = draft_file.c.requested_at > tx.now - KEPT_FOR
    rows = tx.connection.execute(select(draft_file).where(*own, kept).order_by(draft_file.c.seq.desc()))
    return [_draft_file(row) for row in rows]


def set_stage(tx: Tx, id: str, stage: str) -> None:
    """Set the stage of a rendering that is not finished."""
    query = update(draft_file).where(draft_file.c.id == id, draft_file.c.state.in_(_UNFINISHED))
    tx.connection.execute(query.values(state="rendering", stage=stage))


def mark_ready(tx: Tx, id: str, *, sha256: str, size: int) -> bool:
    """Compare-and-swap → ready; return False if the file has ended."""
    return _end(tx, id, {"state": "ready", "stage": "ready", "sha256": sha256, "size": size})


def mark_failed(tx: Tx, id: str, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap → failed; return False if the file has ended."""
    return _end(tx, id, {"state": "failed", "stage": "failed", "failure": dict(failure)})


def has_old(tx: Tx) -> bool:
    """Return whether there is a file for `delete_old`."""
    return tx.connection.execute(select(draft_file.c.id).where(_is_old(tx)).limit(1)).first() is not None


def delete_old(tx: Tx) -> list[str]:
    """Delete the files requested more than KEPT_FOR ago; return the digests that no other file here has."""
    old = _is_old(tx)
    with_bytes = select(draft_file.c.sha256).where(draft_file.c.sha256.is_not(None))
    found = set(tx.connection.execute(with_bytes.where(old)).scalars())
    tx.connection.execute(delete(draft_file).where(old))
    return sorted(found - set(tx.connection.execute(with_bytes).scalars())) if found else []


def _is_old(tx: Tx) -> ColumnElement[bool]:
    return draft_file.c.requested_at <= tx.now - KEPT_FOR


def _end(tx: Tx, id: str, values: Mapping[str, object]) -> bool:
    query = update(draft_file).where(draft_file.c.id == id, draft_file.c.state.in_(_UNFINISHED))
    return tx.connection.execute(query.values(**values, ended_at=tx.now)).rowcount == 1


def _draft_file(row: Row[Any]) -> DraftFile:
    values = {name: row._mapping[name] for name in DraftFile.__dataclass_fields__ if name in row._mapping}
    options: Mapping[str, object] = row.options
    return DraftFile(
        **{**values, "subject": subject_from_json(row.subject), "line_numbers": options.get("line_numbers") is True}
    )
