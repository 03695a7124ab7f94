"""Seals, and the openings of their commitments. Append-only."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from service.domain.publication.publication import Seal
from service.domain.publication.seal_v2 import SealOpening
from service.domain.trust import canonical_json
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import seal, seal_opening


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


def add_openings(tx: Tx, id: str, openings: Sequence[SealOpening]) -> None:
    """Add the openings of a seal's commitments."""
    rows = [
        {
            "seal": id,
            "commitment": one.commitment,
            "organisation": one.organisation,
            "position": one.position,
            "salt": one.salt,
        }
        for one in openings
    ]
    if rows:
        tx.connection.execute(insert(seal_opening), rows)


def list_openings(tx: Tx, id: str, *, organisation: str | None = None) -> list[SealOpening]:
    """Return the openings of a seal's commitments in their order; of one organisation if it is given."""
    query = select(seal_opening).where(seal_opening.c.seal == id).order_by(seal_opening.c.commitment)
    if organisation is not None:
        query = query.where(seal_opening.c.organisation == organisation)
    return [
        SealOpening(row.commitment, row.organisation, row.position, row.salt) for row in tx.connection.execute(query)
    ]


def _seal(row: Row[Any]) -> Seal:
    content = json.loads(row.content)
    return Seal(row.id, row.document, row.round, row.version, content, row.seal_sha256, row.sealed_at)
