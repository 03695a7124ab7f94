"""Engines and transactions: one transaction per action, side effects only after commit.

SQLite: WAL, synchronous=FULL. Writers queue on a file lock, then run BEGIN IMMEDIATE (SQLite's own busy wait is not
fair).

PostgreSQL: writers use READ COMMITTED, so that a read after waiting for a lock sees what the last holder committed;
readers use REPEATABLE READ READ ONLY, so that one response shows one state.
"""

import secrets
import time
from base64 import b32encode
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine, Transaction, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from service.change_notification import ChangeNotification, ChangeNotifier, NullNotifier
from service.domain.errors import DomainError
from service.jobs import Job
from service.logs.back_off import Outage
from service.store import tables as tables_store
from service.store.engines import create_postgres_engine, create_sqlite_engine
from service.store.plans import PlanNeeded, Plans
from service.store.write_lock import WriteLock

T = TypeVar("T")

READ_ONLY_OPTIONS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Options of a read transaction; the driver sends them with BEGIN, so they cost no extra round trip."""

DatabaseUnavailable = OperationalError
"""The database is unreachable, locked for too long, or out of space."""


class CommitOutcomeUnknown(DatabaseUnavailable):
    """The connection was lost during COMMIT: the transaction may or may not have been committed."""


LATEST_RECORD_AT = select(tables_store.record.c.at).order_by(tables_store.record.c.seq.desc()).limit(1)
"""Query for the time of the newest row of the record (µs UTC)."""


class SupportsDispatch(Protocol):
    """Anything that can dispatch a job to a worker."""

    def dispatch(self, job: Job) -> None:
        """Send `job` to a worker."""


def now_us() -> int:
    """Return the current time in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def new_id(prefix: str) -> str:
    """Return `prefix_` and 128 random bits in lower-case base32; the id does not contain a time."""
    return f"{prefix}_{b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


@dataclass(slots=True)
class Tx:
    """A transaction: the open connection, its time, new ids, what is sent after commit, and names of recorded `acts`.

    `hourly_limits` are the settings of quotas (`service/domain/quotas.py`); one that is missing has no limit.
    """

    connection: Connection
    clock: Callable[[], int] = now_us
    hourly_limits: Mapping[str, int] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    changes: ChangeNotification = field(default_factory=ChangeNotification)
    acts: list[str] = field(default_factory=list)
    error_after_commit: DomainError | None = None
    holds_sequence_lock: bool = False
    """Whether the sequence lock, the last in the lock order, is held; see `sequence`."""
    plans: Plans | None = None
    """Results computed before; None: the transaction may compute them itself (set-up, commands)."""

    _now: int | None = None

    @property
    def now(self) -> int:
        """Return the transaction's time in microseconds UTC, never earlier than the newest row of the record.

        It is read once per transaction: take locks first, then ask for the time.
        """
        if self._now is None:
            last_at = self.connection.execute(LATEST_RECORD_AT).scalar_one_or_none()
            self._now = max(self.clock(), last_at or 0)
        return self._now

    def new_id(self, prefix: str) -> str:
        """Return a new id; see `new_id`."""
        return new_id(prefix)

    def dispatch(self, job: Job) -> None:
        """Dispatch `job` after commit; drop it on rollback."""
        self.jobs.append(job)

    def plan(
        self, slot: Hashable, compute: "Callable[[Tx], T]", *, position: Hashable = None, draft: str | None = None
    ) -> T:
        """Return the result of `compute` for a position of a draft, without computing it under the write lock.

        `compute` gets a transaction to read in, and must depend on nothing else but `slot` and `position`. Raises
        PlanNeeded, which `planning.run_planned` handles.
        """
        if self.plans is None:
            return compute(self)
        return cast(T, self.plans.get(PlanNeeded(slot, position, compute, draft=draft)))

    def refresh_now(self) -> None:
        """Read the time again on next use: waiting for a row lock may have taken long."""
        self._now = None

    def commit_on(self, error: DomainError) -> DomainError:
        """Commit what was written so far although `error` is raised: `raise tx.commit_on(error)`.

        A wrong code is counted this way although the action fails.
        """
        self.error_after_commit = error
        return error


@dataclass(frozen=True)
class Database:
    """An engine, the lock that writers queue on, and the notifier of committed changes."""

    engine: Engine
    write_lock: WriteLock | None
    notifier: ChangeNotifier = field(default_factory=NullNotifier)
    hourly_limits: Mapping[str, int] = field(default_factory=dict)
    outage: Outage | None = None
    """Writes lines while the database is not available; None in commands, which end with a sentence."""

    @property
    def dialect(self) -> str:
        """Return the SQLAlchemy name of the dialect: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def close(self) -> None:
        """Close all connections and the lock file."""
        self.engine.dispose()
        if self.write_lock:
            self.write_lock.close()

    @contextmanager
    def write(self, dispatcher: SupportsDispatch, *, clock: Callable[[], int] = now_us) -> Iterator[Tx]:
        """Open a transaction that may write.

        Commits at the end of the block and rolls back on any exception but the one passed to `Tx.commit_on`. Raises
        `CommitOutcomeUnknown`, `DatabaseUnavailable`.
        """
        with self._noting_outages(), self._write(clock) as tx:
            try:
                yield tx
            except DomainError as error:
                if error is not tx.error_after_commit:
                    raise
        if tx.changes:
            self.notifier.notify(tx.changes)
        for job in tx.jobs:
            dispatcher.dispatch(job)
        if tx.error_after_commit:
            raise tx.error_after_commit

    @contextmanager
    def _noting_outages(self) -> Iterator[None]:
        try:
            yield
        except DatabaseUnavailable as error:
            if self.outage:
                self.outage.failed(error)
            raise
        if self.outage:
            self.outage.recovered()

    @contextmanager
    def _write(self, clock: Callable[[], int]) -> Iterator[Tx]:
        write_lock: AbstractContextManager[None] = self.write_lock.hold() if self.write_lock else nullcontext()
        with write_lock, self._open() as connection, connection.begin() as transaction:
            yield Tx(connection, clock, self.hourly_limits)
            _commit(transaction)

    def _open(self) -> Connection:
        return self.engine.connect().execution_options(mithaq_write=True)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that sees one state of the database throughout and is rolled back at the end."""
        with self._noting_outages(), self.engine.connect() as pooled:
            connection = pooled if self.write_lock else pooled.execution_options(**READ_ONLY_OPTIONS)
            yield Tx(connection, hourly_limits=self.hourly_limits)
            connection.rollback()


def _commit(transaction: Transaction) -> None:
    """Commit. Raises `CommitOutcomeUnknown` if the connection was lost on the way."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated or _closed_connection(error):
            raise CommitOutcomeUnknown(None, None, error.orig or error) from error
        raise


def _closed_connection(error: DBAPIError) -> bool:
    """Return whether PostgreSQL sent this error and closed the connection, which may not be marked as invalid yet."""
    diagnostics = getattr(error.orig, "diag", None)
    return diagnostics is not None and diagnostics.severity_nonlocalized != "ERROR"


def connect(url: str, *, notifier: ChangeNotifier | None = None, outage: Outage | None = None) -> Database:
    """Open the database at `url`: `sqlite:///` with a percent-encoded path, or `postgresql+psycopg://…`.

    `notifier` is called with the changes of every commit that others should see; `outage` writes lines while the
    database is not available.
    """
    effective_notifier = notifier or NullNotifier()
    parsed_url = make_url(url)
    if parsed_url.get_backend_name() != "sqlite":
        return Database(create_postgres_engine(url), None, effective_notifier, outage=outage)
    path = Path(parsed_url.database or "")
    engine = create_sqlite_engine(url, path)
    return Database(engine, WriteLock(path.with_name(path.name + ".lock")), effective_notifier, outage=outage)
