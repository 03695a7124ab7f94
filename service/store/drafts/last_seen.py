"""Read markers: what persons have seen of documents. Private: every query names the person."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from service.domain.documents.last_seen import DraftSeen, VersionSeen
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import draft_reading, reading


def get_version_seen(tx: Tx, *, person: str, document: str) -> VersionSeen | None:
    """Return the person's read marker of a document's versions."""
    return list_versions_seen(tx, person=person, documents=[document]).get(document)


def list_versions_seen(tx: Tx, *, person: str, documents: Collection[str]) -> dict[str, VersionSeen]:
    """Return the person's read markers of `documents`, by document; those never seen are left out."""
    query = select(reading).where(reading.c.person == person, reading.c.document.in_(list(documents)))
    return {row.document: _version_seen(row) for row in tx.connection.execute(query)}


def save_version_seen(tx: Tx, seen: VersionSeen, *, person: str, document: str) -> None:
    """Replace the read marker. Takes the sequence lock, so that concurrent requests run one after another."""
    lock_sequence(tx)
    values = {"version": seen.version, "at": seen.at, "before": seen.before}
    of_person = (reading.c.person == person, reading.c.document == document)
    if tx.connection.execute(update(reading).where(*of_person).values(values)).rowcount == 0:
        tx.connection.execute(insert(reading).values(person=person, document=document, **values))


def list_drafts_seen(tx: Tx, *, person: str, drafts: Collection[str]) -> dict[str, DraftSeen]:
    """Return the person's read markers of `drafts`, by draft; those never seen are left out."""
    query = select(draft_reading).where(draft_reading.c.person == person, draft_reading.c.draft.in_(list(drafts)))
    return {row.draft: DraftSeen(row.epoch, row.seq, row.at, row.before) for row in tx.connection.execute(query)}


def save_draft_seen(tx: Tx, seen: DraftSeen, *, person: str, draft: str) -> None:
    """Replace the read marker. Takes the sequence lock, so that concurrent requests run one after another."""
    lock_sequence(tx)
    values = {"epoch": seen.epoch, "seq": seen.seq, "at": seen.at, "before": seen.before}
    of_person = (draft_reading.c.person == person, draft_reading.c.draft == draft)
    if tx.connection.execute(update(draft_reading).where(*of_person).values(values)).rowcount == 0:
        tx.connection.execute(insert(draft_reading).values(person=person, draft=draft, **values))


def delete_by_person(tx: Tx, *, person: str) -> None:
    """Delete all read markers of a person."""
    for table in (reading, draft_reading):
        tx.connection.execute(delete(table).where(table.c.person == person))


def _version_seen(row: Row[Any]) -> VersionSeen:
    return VersionSeen(row.version, row.at, row.before)
