"""What persons have seen of documents. It is theirs alone: asked for by the person's id and no other way."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from service.domain.documents.last_seen import DraftSeen, VersionSeen
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import draft_reading, reading


def get_version_seen(tx: Tx, *, person: str, document: str) -> VersionSeen | None:
    return list_versions_seen(tx, person=person, documents=[document]).get(document)


def list_versions_seen(tx: Tx, *, person: str, documents: Collection[str]) -> dict[str, VersionSeen]:
    """The person's looks at those of `documents` they have seen, by document."""
    query = select(reading).where(reading.c.person == person, reading.c.document.in_(list(documents)))
    return {row.document: _version_seen(row) for row in tx.connection.execute(query)}


def save_version_seen(tx: Tx, look: VersionSeen, *, person: str, document: str) -> None:
    """Keep a look in place of the one before. Takes the last lock: two visits at once are two after each other."""
    lock_sequence(tx)
    values = {"version": look.version, "at": look.at, "before": look.before}
    of_person = (reading.c.person == person, reading.c.document == document)
    if tx.connection.execute(update(reading).where(*of_person).values(values)).rowcount == 0:
        tx.connection.execute(insert(reading).values(person=person, document=document, **values))


def list_drafts_seen(tx: Tx, *, person: str, drafts: Collection[str]) -> dict[str, DraftSeen]:
    """How far the person has seen those of `drafts` they have seen, by draft."""
    query = select(draft_reading).where(draft_reading.c.person == person, draft_reading.c.draft.in_(list(drafts)))
    return {row.draft: DraftSeen(row.epoch, row.seq, row.at, row.before) for row in tx.connection.execute(query)}


def save_draft_seen(tx: Tx, stay: DraftSeen, *, person: str, draft: str) -> None:
    """Keep a stay in place of the one before. Takes the last lock: two visits at once are two after each other."""
    lock_sequence(tx)
    values = {"epoch": stay.epoch, "seq": stay.seq, "at": stay.at, "before": stay.before}
    of_person = (draft_reading.c.person == person, draft_reading.c.draft == draft)
    if tx.connection.execute(update(draft_reading).where(*of_person).values(values)).rowcount == 0:
        tx.connection.execute(insert(draft_reading).values(person=person, draft=draft, **values))


def delete_by_person(tx: Tx, *, person: str) -> None:
    """Keep nothing of what a person has seen."""
    for table in (reading, draft_reading):
        tx.connection.execute(delete(table).where(table.c.person == person))


def _version_seen(row: Row[Any]) -> VersionSeen:
    return VersionSeen(row.version, row.at, row.before)
