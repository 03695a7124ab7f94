"""The next number of a `seq` column: last + 1 inside the transaction, never a database sequence (those leave gaps).

On PostgreSQL whoever asks for a number first takes one lock that all of them share, and the record too; it comes last
in the order of locks, after document, round and draft, and is held until commit. On SQLite the transaction is the lock.
"""

from functools import cache

from sqlalchemy import Connection, Select, Table, func, select, text

from service.store.db import Tx

SEQUENCE_LOCK_KEY = 7_245_811_903
"""The key of that lock, any number that nothing else uses."""

SCHEMA_LOCK_KEY = 7_245_811_904


_ACQUIRE_SEQUENCE_LOCK = text(f"SELECT pg_advisory_xact_lock({SEQUENCE_LOCK_KEY})")


@cache
def _select_max_seq(table: Table) -> Select[int]:
    return select(func.max(table.c.seq))


def next_seq(tx: Tx, table: Table) -> int:
    """The number after the table's largest `seq`; 1 for an empty table."""
    lock_sequence(tx)
    return (tx.connection.execute(_select_max_seq(table)).scalar_one_or_none() or 0) + 1


def lock_sequence(tx: Tx) -> None:
    """Take the last lock; taking it again is nothing new."""
    if not tx.holds_sequence_lock and tx.connection.dialect.name == "postgresql":
        tx.connection.execute(_ACQUIRE_SEQUENCE_LOCK)
    tx.holds_sequence_lock = True


def lock_schema(connection: Connection) -> None:
    """Whoever changes the schema waits here for another who does; until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK_KEY)))
