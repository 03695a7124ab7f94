"""Exports and artefacts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.publication.export import Artefact, Export, ExportSpec
from service.store.db import Tx
from service.store.sequence import lock_sequence, next_seq
from service.store.tables import artefact, export


def add(tx: Tx, *, id: str, document: str, seal: str, edition: ExportSpec, by: str | None) -> None:
    """Add an export, queued."""
    row = {"id": id, "seq": next_seq(tx, export), "document": document, "seal": seal, **edition._asdict()}
    other_columns = {"state": "queued", "stage": "queued", "requested_by": by, "requested_at": tx.now}
    tx.connection.execute(insert(export).values(**row, **other_columns))


def get(tx: Tx, id: str) -> Export | None:
    """Return an export by id."""
    row = tx.connection.execute(select(export).where(export.c.id == id)).one_or_none()
    return _export(row) if row else None


def list_by_document(tx: Tx, document: str, *, after: int = 0, limit: int = 1000) -> list[tuple[int, Export]]:
    """Return the document's exports with their seq, oldest first."""
    query = select(export).where(export.c.document == document, export.c.seq > after).order_by(export.c.seq)
    return [(row.seq, _export(row)) for row in tx.connection.execute(query.limit(limit))]


def find_unfailed(tx: Tx, *, seal: str, edition: ExportSpec) -> Export | None:
    """Return the newest export of this seal and spec that has not failed."""
    conditions = [export.c[name] == value for name, value in edition._asdict().items()]
    query = select(export).where(export.c.seal == seal, *conditions, export.c.state != "failed")
    row = tx.connection.execute(query.order_by(export.c.seq.desc()).limit(1)).one_or_none()
    return _export(row) if row else None


def list_failed(tx: Tx) -> list[Export]:
    """Return the failed exports of seals, also those that were requested again since."""
    query = select(export).where(export.c.state == "failed").order_by(export.c.seq)
    return [_export(row) for row in tx.connection.execute(query)]


def find_newest(tx: Tx, *, seal: str, edition: ExportSpec) -> Export | None:
    """Return the newest export of this seal and spec, the one that has not failed first."""
    unfailed = find_unfailed(tx, seal=seal, edition=edition)
    if unfailed:
        return unfailed
    conditions = [export.c[name] == value for name, value in edition._asdict().items()]
    query = select(export).where(export.c.seal == seal, *conditions).order_by(export.c.seq.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _export(row) if row else None


def set_stage(tx: Tx, id: str, stage: str) -> None:
    """Set the stage of a rendering that is not finished."""
    query = update(export).where(export.c.id == id, export.c.state.in_(["queued", "rendering"]))
    tx.connection.execute(query.values(state="rendering", stage=stage))


def mark_ready(tx: Tx, id: str, *, artefact_id: str) -> bool:
    """Compare-and-swap → ready; return False if the export has ended."""
    query = update(export).where(export.c.id == id, export.c.state.in_(["queued", "rendering"]))
    values = {"state": "ready", "stage": "ready", "artefact": artefact_id, "ended_at": tx.now}
    return tx.connection.execute(query.values(values)).rowcount == 1


def replace_artefact(tx: Tx, id: str, *, artefact_id: str) -> bool:
    """Give a ready export whose file was lost another artefact.

    Returns False if it is the same one, or if the export is not ready.
    """
    query = update(export).where(export.c.id == id, export.c.state == "ready", export.c.artefact != artefact_id)
    return tx.connection.execute(query.values(artefact=artefact_id)).rowcount == 1


def find_ready_by_digest(tx: Tx, *, sha256: str) -> Export | None:
    """Return the first ready export whose file has this SHA-256 digest."""
    query = select(export).join(artefact, artefact.c.id == export.c.artefact)
    query = query.where(artefact.c.sha256 == sha256, export.c.state == "ready").order_by(export.c.seq).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _export(row) if row else None


def mark_failed(tx: Tx, id: str, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap → failed; return False if the export has ended."""
    query = update(export).where(export.c.id == id, export.c.state.in_(["queued", "rendering"]))
    values = {"state": "failed", "stage": "failed", "failure": dict(failure), "ended_at": tx.now}
    return tx.connection.execute(query.values(values)).rowcount == 1


def lock_artefacts(tx: Tx) -> None:
    """Take the sequence lock, so that artefacts are added one after another."""
    lock_sequence(tx)


def get_artefact_by_key(tx: Tx, key: str) -> Artefact | None:
    """Return the artefact of a pipeline key."""
    row = tx.connection.execute(select(artefact).where(artefact.c.key == key)).one_or_none()
    return _artefact(row) if row else None


def get_artefact(tx: Tx, id: str) -> Artefact | None:
    """Return an artefact by id."""
    row = tx.connection.execute(select(artefact).where(artefact.c.id == id)).one_or_none()
    return _artefact(row) if row else None


def add_artefact(tx: Tx, new: Artefact) -> None:
    """Add an artefact; its file is stored already."""
    row = {"id": new.id, "key": new.key, "sha256": new.sha256, "size": new.size, "media_type": new.media_type}
    tx.connection.execute(insert(artefact).values(**row, made_at=tx.now))


def _export(row: Row[Any]) -> Export:
    return Export(**{name: row._mapping[name] for name in Export.__dataclass_fields__})


def _artefact(row: Row[Any]) -> Artefact:
    return Artefact(row.id, row.key, row.sha256, row.size, row.media_type)
