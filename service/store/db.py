"""Engines and transactions. One intention is one transaction; bells ring only after commit.

SQLite: WAL, synchronous=FULL; writers queue on a file lock, then BEGIN IMMEDIATE (SQLite's own waiting is unfair).
PostgreSQL: whoever writes, READ COMMITTED, so that what is read after a lock was waited for is what its last holder
committed; whoever reads, REPEATABLE READ READ ONLY, so that one answer tells of one state.
"""

import fcntl
import os
import secrets
import threading
import time
from base64 import b32encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, Transaction, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from service.change_notification import ChangeNotification, ChangeNotifier, NullNotifier
from service.domain.errors import DomainError
from service.jobs import Job
from service.store import tables as tables_store

POSTGRES_SETTINGS = {
    "idle_in_transaction_session_timeout": "30s",  # a process that was suspended must not keep its locks from others
    "lock_timeout": "30s",  # as on SQLite: whoever waits so long is told to try again
    "tcp_keepalives_idle": "30",  # a machine that vanished is noticed, and its locks are let go
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""What every session on PostgreSQL asks for."""

READ_ONLY_OPTIONS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""What a transaction that reads asks for; the driver says it with BEGIN, so it costs no journey more."""

DatabaseUnavailable = OperationalError
"""What is raised where the database cannot be reached, is locked for too long, or has no room."""


class CommitOutcomeUnknown(DatabaseUnavailable):
    """The database went away while it was asked to commit: what was written may be there, or not."""


LATEST_RECORD_AT = select(tables_store.record.c.at).order_by(tables_store.record.c.seq.desc()).limit(1)


class SupportsDispatch(Protocol):
    """Anything that can ring for a job."""

    def dispatch(self, job: Job) -> None: ...


def now_us() -> int:
    """The clock: microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def new_id(prefix: str) -> str:
    """`prefix_` and 128 random bits in lower-case base32; no time inside."""
    return f"{prefix}_{b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


@dataclass(slots=True)
class Tx:
    """What an action may touch: the open connection, the time, fresh ids, and what leaves after commit."""

    connection: Connection
    clock: Callable[[], int] = now_us
    jobs: list[Job] = field(default_factory=list)
    changes: ChangeNotification = field(default_factory=ChangeNotification)
    error_after_commit: DomainError | None = None
    holds_sequence_lock: bool = False
    """Whether the last of the locks is held; see `sequence`."""

    _now: int | None = None

    @property
    def now(self) -> int:
        """Microseconds UTC, read once per transaction, never earlier than the record's head. Lock first, then ask."""
        if self._now is None:
            last_at = self.connection.execute(LATEST_RECORD_AT).scalar_one_or_none()
            self._now = max(self.clock(), last_at or 0)
        return self._now

    def new_id(self, prefix: str) -> str:
        """A fresh id; see `new_id`."""
        return new_id(prefix)

    def dispatch(self, job: Job) -> None:
        """Ring for `job` once the transaction is committed; forgotten on rollback."""
        self.jobs.append(job)

    def refresh_now(self) -> None:
        """A row was locked, and waiting for it may have taken long: the time is read anew."""
        self._now = None

    def commit_on(self, error: DomainError) -> DomainError:
        """`raise tx.keeping(error)` refuses and commits what was written so far: a wrong code counts all the same."""
        self.error_after_commit = error
        return error


@dataclass(frozen=True)
class Database:
    """An engine, the gate its writers queue at, and who is told of what they wrote."""

    engine: Engine
    write_lock: "_WriteLock | None"
    notifier: ChangeNotifier = field(default_factory=NullNotifier)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self.write_lock:
            self.write_lock.close()

    @contextmanager
    def write(self, dispatcher: SupportsDispatch, *, clock: Callable[[], int] = now_us) -> Iterator[Tx]:
        """A transaction that may write; commits at the end of the block, rolls back on any exception but
        the one that was handed to `Tx.keeping`. Raises Unsure, DatabaseAway."""
        with self._write(clock) as tx:
            try:
                yield tx
            except DomainError as error:
                if error is not tx.error_after_commit:
                    raise
        if tx.changes:
            self.notifier.notify(tx.changes)
        if tx.error_after_commit:
            raise tx.error_after_commit
        for job in tx.jobs:
            dispatcher.dispatch(job)

    @contextmanager
    def _write(self, clock: Callable[[], int]) -> Iterator[Tx]:
        write_lock: AbstractContextManager[None] = self.write_lock.hold() if self.write_lock else nullcontext()
        with write_lock, self._open() as connection, connection.begin() as transaction:
            yield Tx(connection, clock)
            _commit(transaction)

    def _open(self) -> Connection:
        return self.engine.connect().execution_options(mithaq_write=True)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one state of the database, however long it reads, and is rolled back at the end."""
        with self.engine.connect() as pooled:
            connection = pooled if self.write_lock else pooled.execution_options(**READ_ONLY_OPTIONS)
            yield Tx(connection)
            connection.rollback()


def _commit(transaction: Transaction) -> None:
    """Raises Unsure where nobody can tell whether it was committed."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated or _closed_connection(error):
            raise CommitOutcomeUnknown(None, None, error.orig or error) from error
        raise


def _closed_connection(error: DBAPIError) -> bool:
    """Whether PostgreSQL said this and closed the connection: it may still seem open when the words are read."""
    diagnostics = getattr(error.orig, "diag", None)
    return diagnostics is not None and diagnostics.severity_nonlocalized != "ERROR"


class _WriteLock:
    """Writers of all threads and processes in a queue: the kernel wakes the next at once; dies with its process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")
        path.chmod(0o600)
        self._thread_lock = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        with self._thread_lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        self._file.close()


def connect(url: str, *, notifier: ChangeNotifier | None = None) -> Database:
    """The database at `url`: sqlite:/// and a percent-encoded path, or postgresql+psycopg://… `relay` is told of every
    commit that others should see."""
    effective_notifier = notifier or NullNotifier()
    parsed_url = make_url(url)
    if parsed_url.get_backend_name() != "sqlite":
        return Database(_create_postgres_engine(url), None, effective_notifier)
    path = Path(parsed_url.database or "")
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # its -wal and -shm take the same mode
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=10, max_overflow=30)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, _WriteLock(path.with_name(path.name + ".lock")), effective_notifier)


def _create_postgres_engine(url: str) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
    engine_options = {"connect_args": {"options": options}, "pool_size": 10, "max_overflow": 30}
    return create_engine(url, isolation_level="READ COMMITTED", **engine_options)


def _configure_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3 then leaves BEGIN to us
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mithaq_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
