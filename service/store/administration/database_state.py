"""What a database is before anything is done with it: its server, its tables, and what the role may do there."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from service.store import tables as tables_store
from service.store.db import Database

VERSION_TABLE = "alembic_version"
"""Table that holds the schema version."""

_SCHEMA_VERSION = re.compile(r"\d{4}")

_SERVER = text(
    "SELECT current_user AS role, current_database() AS name,"
    " current_setting('server_version') AS version,"
    " current_setting('server_version_num')::int / 10000 AS major,"
    " (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()) AS encoding,"
    " (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'public') AS may_use,"
    " (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public') AS may_create"
)

_TABLES = text(
    "SELECT c.relname AS name, pg_has_role(c.relowner, 'USAGE') AS owned,"
    " has_table_privilege(c.oid, 'SELECT') AS readable"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT EXISTS"
    " (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')"
)
"""The tables of the database, without those of extensions."""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """The state of a database for the role that is connected.

    `schema`: version of the schema, None without one or if the role may not read it; `tables`: their names; `may_use`:
    every table can be read; `may_change`: tables can be created, and altered if there are any. On SQLite there are no
    roles: `role`, `version` and `encoding` are empty, and both are true.
    """

    role: str
    name: str
    version: str
    major: int
    encoding: str
    tables: tuple[str, ...]
    schema: str | None
    may_use: bool
    may_change: bool

    @property
    def foreign_tables(self) -> tuple[str, ...]:
        """The tables of another program, whose database this is; empty if it is ours, or nobody's yet."""
        has_version = VERSION_TABLE in self.tables and (self.schema is None or _SCHEMA_VERSION.fullmatch(self.schema))
        is_ours = has_version and tables_store.metadata.tables.keys() & set(self.tables)
        return () if is_ours else self.tables


def read_state(database: Database) -> DatabaseState:
    """Return the state of a database. Raises SQLAlchemyError if it cannot be reached."""
    with database.engine.connect() as connection:
        return _read_postgres(connection) if database.dialect == "postgresql" else _read_sqlite(connection)


def _read_sqlite(connection: Connection) -> DatabaseState:
    tables = tuple(sorted(inspect(connection).get_table_names()))
    schema = _read_schema(connection) if VERSION_TABLE in tables else None
    name = connection.engine.url.database or ""
    return DatabaseState("", name, "", 0, "", tables, schema, may_use=True, may_change=True)


def _read_postgres(connection: Connection) -> DatabaseState:
    server = connection.execute(_SERVER).one()
    tables = {row.name: row for row in connection.execute(_TABLES)}
    ours = [row for name, row in tables.items() if name == VERSION_TABLE or name in tables_store.metadata.tables]
    version = tables.get(VERSION_TABLE)
    return DatabaseState(
        role=server.role,
        name=server.name,
        version=server.version,
        major=server.major,
        encoding=server.encoding,
        tables=tuple(sorted(tables)),
        schema=_read_schema(connection) if version and server.may_use and version.readable else None,
        may_use=bool(server.may_use) and all(row.readable for row in ours),
        may_change=bool(server.may_create) and all(row.owned for row in ours),
    )


def _read_schema(connection: Connection) -> str | None:
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().first()
    return str(found) if found is not None else None
