"""What the database itself can tell of its state."""

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from service.store.db import Tx
from service.store.tables import jobs

UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Settings of PostgreSQL under which what was acknowledged may be lost in a power cut."""


def list_unsafe_settings(tx: Tx) -> list[str]:
    """The settings that let PostgreSQL lose what it has acknowledged, as `name = value`."""
    if tx.connection.dialect.name != "postgresql":
        return []
    found = {name: tx.connection.execute(text(f"SHOW {name}")).scalar_one() for name in UNSAFE_SETTINGS}
    return [f"{name} = {value}" for name, value in found.items() if value == UNSAFE_SETTINGS[name]]


def check_integrity(tx: Tx) -> str:
    """What SQLite finds broken in its file; nothing where all is well."""
    if tx.connection.dialect.name != "sqlite":
        return ""
    try:
        result = str(tx.connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except DatabaseError as error:
        if not is_corruption(error):
            raise
        return str(error.orig)
    return "" if result == "ok" else result


def is_corruption(error: Exception) -> bool:
    """Whether SQLite could not even read its file; every other trouble has a narrower class."""
    return type(error) is DatabaseError


def can_modify_record(tx: Tx) -> bool:
    """Whether the role of this connection could change what is only ever added. On SQLite triggers refuse it."""
    if tx.connection.dialect.name != "postgresql":
        return False
    query = text("SELECT has_table_privilege('record', 'UPDATE') OR has_table_privilege('record', 'DELETE')")
    return bool(tx.connection.execute(query).scalar_one())


def get_oldest_overdue_at(tx: Tx) -> int | None:
    """Since when (µs UTC) the job waits that should have been taken first; None where none does."""
    query = select(func.min(jobs.c.next_at)).where(jobs.c.state == "queued", jobs.c.next_at <= tx.clock())
    return tx.connection.execute(query).scalar_one_or_none()
