"""Privileges of the service's role on PostgreSQL, granted by the owner of the tables, who also migrates them.

The service reads and inserts; it updates only tables with a state, and deletes only rows that are not kept. It can
neither update nor delete append-only rows, whatever its code does. On SQLite triggers enforce the same.
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
        "approval",
        "dispute",
        "dispute_settlement",
        "seal_opening",
        "former_origin",
    }
)
"""Tables whose rows are never changed. Only the owner may erase content and salt of a row of the record."""

UPDATABLE_COLUMNS = {
    "endorsement": ("state", "ended_at", "ended_statement", "ended_salt"),
    "round": ("state", "outcome", "closed_at", "closes_at", "answered_at", "extended_at"),
}
"""Tables of which only these columns may change."""

DELETABLE = frozenset(
    {
        "comment",
        "comment_mention",
        "draft_reading",
        "draft_update",
        "idempotency",
        "former_contact",
        "mailed_code",
        "password",
        "proof_try",
        "reading",
        "recovery_code",
        "role_grant",
        "round_closing",
        "security_event",
        "totp",
    }
)
"""Tables whose rows may be deleted: temporary rows, and what a person or the secretariat withdraws."""


class RoleNotFound(LookupError):
    """The role does not exist, or it is the one that grants."""


def grant(database: Database, role: str) -> None:
    """Give `role` exactly the privileges above and revoke all others on the tables. Raises `RoleNotFound`."""
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
    """Return the role's privileges on a table, as SQL."""
    privileges = ["SELECT", "INSERT"]
    if table in UPDATABLE_COLUMNS:
        privileges.append(f"UPDATE ({', '.join(UPDATABLE_COLUMNS[table])})")
    elif table not in APPEND_ONLY:
        privileges.append("UPDATE")
    if table in DELETABLE:
        privileges.append("DELETE")
    return ", ".join(privileges)
