"""Word imports. The uploaded file is deleted as soon as it was read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.documents.word_import import ACCEPTED, FAILED, READY, WAITING, WordImport
from service.store.db import Tx
from service.store.tables import intake

_COLUMNS = [column for column in intake.c if column.name not in ("file", "ended_at")]


def add(tx: Tx, *, id: str, document: str, lang: str, epoch: int, draft_seq: int, data: bytes, by: str) -> None:
    """Add an import that waits to be read."""
    source = {"document": document, "lang": lang, "epoch": epoch, "draft_seq": draft_seq}
    row = {"id": id, "file": data, "state": WAITING, "brought_by": by, "brought_at": tx.now}
    tx.connection.execute(insert(intake).values(**source, **row))


def get(tx: Tx, id: str) -> WordImport | None:
    """Return an import without its file."""
    row = tx.connection.execute(select(*_COLUMNS).where(intake.c.id == id)).one_or_none()
    return _word_import(row) if row else None


def get_file(tx: Tx, id: str) -> bytes | None:
    """Return the bytes of the file; None once it was read."""
    row = tx.connection.execute(select(intake.c.file).where(intake.c.id == id)).one_or_none()
    return row.file if row else None


def mark_ready(tx: Tx, id: str, *, text: str, found: Mapping[str, object]) -> bool:
    """Compare-and-swap waiting → ready and delete the file; return False if it is no longer waiting."""
    return _change_state(tx, id, from_state=WAITING, state=READY, text=text, found=dict(found), file=None)


def mark_failed(tx: Tx, id: str, *, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap waiting → failed and delete the file; return False if it is no longer waiting."""
    return _change_state(tx, id, from_state=WAITING, state=FAILED, failure=dict(failure), file=None, ended_at=tx.now)


def mark_accepted(tx: Tx, id: str) -> bool:
    """Compare-and-swap ready → accepted and delete the imported text, now in the draft; return False if not ready."""
    return _change_state(tx, id, from_state=READY, state=ACCEPTED, text=None, ended_at=tx.now)


def _change_state(tx: Tx, id: str, *, from_state: str, **values: Any) -> bool:
    query = update(intake).where(intake.c.id == id, intake.c.state == from_state).values(**values)
    return tx.connection.execute(query).rowcount == 1


def _word_import(row: Row[Any]) -> WordImport:
    return WordImport(**{name: row._mapping[name] for name in WordImport.__dataclass_fields__})
