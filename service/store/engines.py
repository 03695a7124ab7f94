"""SQLAlchemy engines of the two databases, and what each connection is set to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

POSTGRES_SETTINGS = {
    "idle_in_transaction_session_timeout": "30s",  # a suspended process must not keep its locks
    "lock_timeout": "30s",  # as on SQLite: a longer wait fails and can be retried
    "tcp_keepalives_idle": "30",  # a client that vanished is noticed and its locks are released
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""Settings of every PostgreSQL session."""

ENGINE_OPTIONS: Mapping[str, Any] = {
    "pool_size": 10,
    "max_overflow": 30,
    "hide_parameters": True,  # or errors would carry texts, addresses and digests into logs
}
"""Options of every engine."""


def create_sqlite_engine(url: str, path: Path) -> Engine:
    """Return an engine of the SQLite file at `path`, which is created if it is missing, for its owner only."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite gives its -wal and -shm files the same mode
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, **ENGINE_OPTIONS)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def create_postgres_engine(url: str) -> Engine:
    """Return an engine of a PostgreSQL database."""
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
    arguments = {"options": options, "client_encoding": "utf8"}  # SQL_ASCII would give bytes instead of text
    return create_engine(url, isolation_level="READ COMMITTED", connect_args=arguments, **ENGINE_OPTIONS)


def _configure_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3 then sends no BEGIN of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mithaq_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
