"""Earlier public addresses of the instance. Rows are only added."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import former_origin


@dataclass(frozen=True, slots=True)
class FormerOrigin:
    """An origin that was the public address until `moved_at` (µs UTC)."""

    id: str
    origin: str
    moved_at: int


def add(tx: Tx, *, id: str, origin: str) -> None:
    """Add the address that the instance leaves now."""
    row = {"id": id, "seq": next_seq(tx, former_origin), "origin": origin, "moved_at": tx.now}
    tx.connection.execute(insert(former_origin).values(**row))


def list_all(tx: Tx) -> list[FormerOrigin]:
    """Return all earlier addresses, the first one first; one that was left twice is there twice."""
    query = select(former_origin.c.id, former_origin.c.origin, former_origin.c.moved_at)
    return [FormerOrigin(*row) for row in tx.connection.execute(query.order_by(former_origin.c.seq))]
