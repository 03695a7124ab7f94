"""Counts for quotas: what a person has waiting, and what they did since a time (µs UTC)."""

from sqlalchemy import Column, Select, Table, func, or_, select

from service.domain.documents.word_import import WAITING
from service.domain.quotas import DOCUMENTS, DRAFT_FILES, EXPORTS, IMPORTS, INVITATIONS, KEYS, UPLOADS
from service.store.db import Tx
from service.store.tables import document, draft_file, export, intake, invitation, organisation, round_, token


def lock_quotas(tx: Tx, person: str) -> None:
    """Let the acts of a person that count wait for one another, until the end of the transaction."""
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("quota " + person))))


def count_outstanding(tx: Tx, name: str, *, person: str) -> int:
    """Return how many a person has now: waiting imports, unfinished exports or valid keys."""
    queries: dict[str, Select[int]] = {
        IMPORTS: _count(intake).where(intake.c.brought_by == person, intake.c.state == WAITING),
        EXPORTS: _count(export).where(export.c.requested_by == person, export.c.state.in_(["queued", "rendering"])),
        DRAFT_FILES: _count(draft_file).where(
            draft_file.c.requested_by == person, draft_file.c.state.in_(["queued", "rendering"])
        ),
        KEYS: _count(token).where(
            token.c.person == person,
            token.c.revoked_at.is_(None),
            or_(token.c.expires_at.is_(None), token.c.expires_at > tx.clock()),
        ),
    }
    return int(tx.connection.execute(queries[name]).scalar_one())


def count_since(tx: Tx, name: str, *, person: str, since: int) -> tuple[int, int | None]:
    """Return how many a person made since a time, and when the first of them was; organisations count for all."""
    tables: dict[str, tuple[Table, Column[str], Column[int]]] = {
        INVITATIONS: (invitation, invitation.c.invited_by, invitation.c.at),
        DOCUMENTS: (document, document.c.opened_by, document.c.opened_at),
        UPLOADS: (intake, intake.c.brought_by, intake.c.brought_at),
    }
    if name in tables:
        table, by, at = tables[name]
        query = select(func.count(), func.min(at)).select_from(table).where(by == person, at > since)
    else:  # who added an organisation is not stored; those of one table have the same time, and count as one act
        joined_at = organisation.c.joined_at
        query = select(func.count(joined_at.distinct()), func.min(joined_at)).where(joined_at > since)
    count, first_at = tx.connection.execute(query).one()
    return int(count), first_at


def had_round(tx: Tx) -> bool:
    """Return whether a round was ever opened."""
    return tx.connection.execute(select(round_.c.id).limit(1)).one_or_none() is not None


def _count(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)
