"""Stored responses by idempotency key, so that a repeated request has one effect.

Kept for 24 h per (actor, route, key).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from service.store.db import Tx
from service.store.tables import idempotency

RETENTION = 24 * 3600 * 1_000_000
"""µs."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response, with the SHA-256 digest of the request that it answered."""

    request_sha256: str
    status: int
    body: bytes
    headers: Mapping[str, str]


def find(tx: Tx, *, actor: str, route: str, key: str) -> StoredResponse | None:
    """Return the stored response of this key, if any.

    On PostgreSQL a second request with the key waits here for the first to end; on SQLite writers wait for the write
    lock.
    """
    if tx.connection.dialect.name == "postgresql":
        lock_key = func.hashtextextended(f"{actor} {route} {key}", 0)
        tx.connection.execute(select(func.pg_advisory_xact_lock(lock_key)))
    query = select(idempotency).where(
        idempotency.c.actor == actor,
        idempotency.c.route == route,
        idempotency.c.key == key,
        idempotency.c.at > tx.clock() - RETENTION,
    )
    row = tx.connection.execute(query).one_or_none()
    return StoredResponse(row.sha256, row.status, row.body, row.headers) if row else None


def save(tx: Tx, response: StoredResponse, *, actor: str, route: str, key: str) -> None:
    """Store the response in the transaction of the action it belongs to."""
    stale = delete(idempotency).where(
        idempotency.c.actor == actor, idempotency.c.route == route, idempotency.c.key == key
    )
    tx.connection.execute(stale)
    row = {"actor": actor, "route": route, "key": key, "sha256": response.request_sha256, "status": response.status}
    tx.connection.execute(
        insert(idempotency).values(**row, body=response.body, headers=dict(response.headers), at=tx.now)
    )


def delete_expired(tx: Tx) -> None:
    """Delete the responses older than RETENTION."""
    tx.connection.execute(delete(idempotency).where(idempotency.c.at <= tx.now - RETENTION))
