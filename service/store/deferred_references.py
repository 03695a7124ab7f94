"""Foreign keys that are checked once, at the end of a load: rows may then come in any order, and refer in circles."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from service.store.db import Tx

_FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text AS table_name, conname AS name FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2"
)


class MissingRow(LookupError):
    """Rows refer to rows that are missing; the message names the tables and those they refer to."""


@contextmanager
def defer_references(tx: Tx) -> Iterator[None]:
    """Check references at the end of the block. Raises `MissingRow`. On PostgreSQL the owner of the tables can do it.

    SQLite defers all references until the end of the transaction. PostgreSQL defers those that were declared so: they
    are altered for this transaction.
    """
    connection = tx.connection
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        _check_sqlite(connection)
        return
    constraints = connection.execute(_FOREIGN_KEYS).all()
    for one in constraints:
        _alter(connection, one.table_name, one.name, "DEFERRABLE INITIALLY DEFERRED")
    yield
    try:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise MissingRow(str(error.orig).splitlines()[0]) from error
    for one in constraints:
        _alter(connection, one.table_name, one.name, "NOT DEFERRABLE")


def _alter(connection: Connection, table: str, name: str, timing: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {quoted} {timing}")


def _check_sqlite(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        raise MissingRow(", ".join(sorted({f"{table} → {parent}" for table, _, parent, _ in found})))
