"""Checks that the database itself can answer."""

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.db import Tx
from service.store.tables import jobs

UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""PostgreSQL settings under which an acknowledged commit may be lost in a power failure."""


def list_unsafe_settings(tx: Tx) -> list[str]:
    """Return the settings that let PostgreSQL lose acknowledged commits, as `name = value`."""
    if tx.connection.dialect.name != "postgresql":
        return []
    found = {name: tx.connection.execute(text(f"SHOW {name}")).scalar_one() for name in UNSAFE_SETTINGS}
    return [f"{name} = {value}" for name, value in found.items() if value == UNSAFE_SETTINGS[name]]


def check_integrity(tx: Tx) -> str:
    """Return what SQLite's quick check finds broken in its file; empty if nothing."""
    if tx.connection.dialect.name != "sqlite":
        return ""
    try:
        result = str(tx.connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except DatabaseError as error:
        if not is_corruption(error):
            raise
        return str(error.orig)
    return "" if result == "ok" else result


def get_database_bytes(tx: Tx) -> int:
    """Return the size of the database in bytes."""
    if tx.connection.dialect.name == "postgresql":
        return int(tx.connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    query = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return int(tx.connection.execute(query).scalar_one())


def is_corruption(error: Exception) -> bool:
    """Return whether SQLite could not even read its file; every other error has a narrower class."""
    return type(error) is DatabaseError


def is_unreachable(error: Exception) -> bool:
    """Return whether the database could not be reached, or the connection to it was lost."""
    return isinstance(error, (OperationalError, InterfaceError, PoolTimeout))


def can_modify_record(tx: Tx) -> bool:
    """Return whether the role of this connection could change the record; on SQLite triggers prevent it."""
    if tx.connection.dialect.name != "postgresql":
        return False
    query = text("SELECT has_table_privilege('record', 'UPDATE') OR has_table_privilege('record', 'DELETE')")
    return bool(tx.connection.execute(query).scalar_one())


def list_oldest_overdue(tx: Tx) -> dict[str, int]:
    """Return, by job name, the time (µs UTC) since which the oldest queued job is overdue."""
    query = select(jobs.c.name, func.min(jobs.c.next_at)).where(jobs.c.state == "queued", jobs.c.next_at <= tx.clock())
    return {row[0]: row[1] for row in tx.connection.execute(query.group_by(jobs.c.name))}
