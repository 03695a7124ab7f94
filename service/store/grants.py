"""Privileges of the service's role on PostgreSQL, granted by the owner of the tables, who also migrates them.

The service reads and inserts; it updates only tables with a state, and deletes only rows that are not kept. It can
neither update nor delete append-only rows, whatever its code does. On SQLite triggers enforce the same.
"""

from dataclasses import dataclass

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
        "engine_set",
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
        "draft_file",
        "draft_reading",
        "draft_update",
        "idempotency",
        "former_contact",
        "mailed_code",
        "password",
        "proof",
        "proof_try",
        "reading",
        "recovery_code",
        "reservation_proof",
        "role_grant",
        "round_closing",
        "search_entry",
        "security_event",
        "totp",
    }
)
"""Tables whose rows may be deleted: temporary rows, and what a person or the secretariat withdraws."""


_ROLE = text(
    "SELECT current_user = :role AS is_same, count(*) > 0 AS exists,"
    " coalesce(bool_or(pg_has_role(oid, current_user, 'MEMBER')), false) AS is_owner"
    " FROM pg_roles WHERE rolname = :role"
)


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """A role that is to get the privileges of the service.

    `is_same`: it is the role of this connection; `is_owner`: it may do what that role may, as a superuser may.
    """

    is_same: bool
    exists: bool
    is_owner: bool


def describe_role(database: Database, role: str) -> ServiceRole:
    """Return whether the role exists and whether its privileges can be limited."""
    with database.engine.connect() as connection:
        found = connection.execute(_ROLE, {"role": role}).one()
    return ServiceRole(found.is_same, found.exists, found.is_owner)


def grant(database: Database, role: str) -> None:
    """Give `role`, which exists, exactly the privileges above and revoke all others on the tables."""
    with database.engine.connect() as connection, connection.begin():
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
