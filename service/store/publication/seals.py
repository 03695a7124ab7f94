"""Seals. Append-only."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select

from service.domain.publication.publication import Seal
from service.domain.trust import canonical_json
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import seal


def add(
    tx: Tx, *, id: str, document: str, round_id: str, version: str, content: Mapping[str, object], seal_sha256: str
) -> None:
    """Add a seal with the exact bytes of its content as canonical JSON."""
    row = {"id": id, "seq": next_seq(tx, seal), "document": document, "round": round_id, "version": version}
    encoded = canonical_json.encode(content)
    tx.connection.execute(insert(seal).values(**row, content=encoded, seal_sha256=seal_sha256, sealed_at=tx.now))


def get(tx: Tx, id: str) -> Seal | None:
    """Return a seal by id."""
    row = tx.connection.execute(select(seal).where(seal.c.id == id)).one_or_none()
    return _seal(row) if row else None


def get_by_document(tx: Tx, document: str) -> Seal | None:
    """Return the document's newest seal."""
    query = select(seal).where(seal.c.document == document).order_by(seal.c.seq.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _seal(row) if row else None


def _seal(row: Row[Any]) -> Seal:
    content = json.loads(row.content)
    return Seal(row.id, row.document, row.round, row.version, content, row.seal_sha256, row.sealed_at)
