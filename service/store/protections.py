"""What keeps append-only rows from being changed, compared with what this release creates.

On SQLite these are triggers, and indexes that allow one row only; on PostgreSQL the privileges of the service's role.
"""

import tempfile
from pathlib import Path

from sqlalchemy import text

from service.store import tables as tables_store
from service.store.db import Database, Tx, connect
from service.store.grants import APPEND_ONLY, DELETABLE, UPDATABLE_COLUMNS
from service.store.migrate import upgrade


def list_changed_protections(database: Database) -> list[str]:
    """Return the names of triggers and indexes that are missing, changed or added; none on PostgreSQL.

    What they should be is read from a new database, made by the migrations in a temporary directory.
    """
    if database.dialect != "sqlite":
        return []
    with tempfile.TemporaryDirectory(prefix="mithaq-schema-") as directory:
        scratch = connect(f"sqlite:///{Path(directory)}/schema.db")
        try:
            upgrade(scratch)
            wanted = _list_definitions(scratch)
        finally:
            scratch.close()
    found = _list_definitions(database)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def list_excess_privileges(tx: Tx) -> list[str]:
    """Return what the role of this connection may do though the service needs it not, as `UPDATE ON table`.

    The owner of the tables, who migrates and restores, may do everything; `can_modify_record` tells whether the service
    is the owner.
    """
    if tx.connection.dialect.name != "postgresql" or _is_owner(tx):
        return []
    excess = []
    for table in sorted(tables_store.metadata.tables):
        refused = {"TRUNCATE", "TRIGGER"}
        refused |= {"UPDATE"} if table in APPEND_ONLY or table in UPDATABLE_COLUMNS else set()
        refused |= set() if table in DELETABLE else {"DELETE"}
        excess += [f"{privilege} ON {table}" for privilege in sorted(refused) if _may(tx, table, privilege)]
    return excess


def list_limited_roles(tx: Tx) -> list[str]:
    """Return the roles of PostgreSQL that may sign in and write rows, but not change the record."""
    query = text(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND has_table_privilege(oid, 'jobs', 'INSERT')"
        " AND NOT has_table_privilege(oid, 'record', 'UPDATE') AND NOT has_table_privilege(oid, 'record', 'DELETE')"
        " ORDER BY rolname"
    )
    return list(tx.connection.execute(query).scalars())


def _is_owner(tx: Tx) -> bool:
    query = text("SELECT count(*) FROM pg_tables WHERE tablename = 'record' AND pg_has_role(tableowner, 'USAGE')")
    return bool(tx.connection.execute(query).scalar_one())


def _may(tx: Tx, table: str, privilege: str) -> bool:
    query = text("SELECT has_table_privilege(:table, :privilege)")
    return bool(tx.connection.execute(query, {"table": table, "privilege": privilege}).scalar_one())


def _list_definitions(database: Database) -> dict[str, str]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL")
    with database.read() as tx:
        return {row.name: " ".join(row.sql.split()) for row in tx.connection.execute(query)}
