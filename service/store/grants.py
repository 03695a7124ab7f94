"""What the role of the running service may do on PostgreSQL. Whoever owns the tables migrates, and grants this.

The running service reads and adds; it changes only what has a state, and deletes only what is not kept. What is only
ever added, it can neither change nor delete, whatever its code says. On SQLite triggers see to the same.
"""

from sqlalchemy import text

from service.store import tables as tables_store
from service.store.db import Database

APPEND_ONLY = frozenset(
    {
        "record",
        "version",
        "version_edition",
        "draft_snapshot",
        "seal",
        "translation",
        "artefact",
        "publication_revision",
    }
)
"""Rows that nobody changes. Erasing content and salt of a row of the record is an act of the owner."""

UPDATABLE_COLUMNS = {"endorsement": ("state", "ended_at", "ended_statement", "ended_salt")}
"""Tables of which only these columns may change."""

DELETABLE = frozenset(
    {
        "comment",
        "comment_mention",
        "draft_reading",
        "draft_update",
        "idempotency",
        "mailed_code",
        "password",
        "proof_try",
        "reading",
        "role_grant",
    }
)
"""Tables whose rows may be deleted: what was kept for a time, and what a person or the secretariat takes back."""


class RoleNotFound(LookupError):
    """There is no such role, or it is the one that grants."""


def grant(database: Database, role: str) -> None:
    """Give `role` exactly what is said above, and take away whatever else it had on the tables. Raises NoRole."""
    with database.engine.connect() as connection, connection.begin():
        role_exists = text("SELECT count(*) FROM pg_roles WHERE rolname = :role AND rolname <> current_user")
        if not connection.execute(role_exists, {"role": role}).scalar_one():
            raise RoleNotFound(role)
        for statement in _grant_statements(database.engine.dialect.identifier_preparer.quote_identifier(role)):
            connection.exec_driver_sql(statement)


def _grant_statements(role: str) -> list[str]:
    base = [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE CREATE ON SCHEMA public FROM {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
    ]
    return [
        *base,
        *(f"GRANT {table_privileges(name)} ON {name} TO {role}" for name in sorted(tables_store.metadata.tables)),
    ]


def table_privileges(table: str) -> str:
    """What the role may do with a table, as SQL says it."""
    privileges = ["SELECT", "INSERT"]
    if table in UPDATABLE_COLUMNS:
        privileges.append(f"UPDATE ({', '.join(UPDATABLE_COLUMNS[table])})")
    elif table not in APPEND_ONLY:
        privileges.append("UPDATE")
    if table in DELETABLE:
        privileges.append("DELETE")
    return ", ".join(privileges)
