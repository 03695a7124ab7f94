"""Numbers of `seq` columns: last + 1 inside the transaction, never a database sequence (those leave gaps).

On PostgreSQL the first number, or the first row of the record, takes one advisory lock shared by all tables. It is last
in the lock order, after document, round and draft, and is held until commit. On SQLite the write transaction is the
lock.
"""

from functools import cache

from sqlalchemy import Connection, Select, Table, func, select, text

from service.store.db import Tx

SEQUENCE_LOCK_KEY = 7_245_811_903
"""Key of the advisory lock on sequences: any number that nothing else uses."""

SCHEMA_LOCK_KEY = 7_245_811_904
"""Key of the advisory lock on schema changes."""


_ACQUIRE_SEQUENCE_LOCK = text(f"SELECT pg_advisory_xact_lock({SEQUENCE_LOCK_KEY})")


@cache
def _select_max_seq(table: Table) -> Select[int]:
    return select(func.max(table.c.seq))


def next_seq(tx: Tx, table: Table) -> int:
    """Take the sequence lock and return the number after the table's largest `seq`; 1 for an empty table."""
    lock_sequence(tx)
    return (tx.connection.execute(_select_max_seq(table)).scalar_one_or_none() or 0) + 1


def lock_sequence(tx: Tx) -> None:
    """Take the sequence lock, the last in the lock order, unless this transaction holds it."""
    if not tx.holds_sequence_lock and tx.connection.dialect.name == "postgresql":
        tx.connection.execute(_ACQUIRE_SEQUENCE_LOCK)
    tx.holds_sequence_lock = True


def lock_schema(connection: Connection) -> None:
    """Wait for other schema changes and lock the schema until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK_KEY)))
