"""What persons have seen of documents. It is theirs alone: asked for by the person's id and no other way."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from service.domain.documents.last_seen import Look, Stay
from service.store.db import Tx
from service.store.sequence import lock
from service.store.tables import draft_reading, reading


def get(tx: Tx, *, person: str, document: str) -> Look | None:
    return of_documents(tx, person=person, documents=[document]).get(document)


def of_documents(tx: Tx, *, person: str, documents: Collection[str]) -> dict[str, Look]:
    """The person's looks at those of `documents` they have seen, by document."""
    query = select(reading).where(reading.c.person == person, reading.c.document.in_(list(documents)))
    return {row.document: _look(row) for row in tx.connection.execute(query)}


def put(tx: Tx, look: Look, *, person: str, document: str) -> None:
    """Keep a look in place of the one before. Takes the last lock: two visits at once are two after each other."""
    lock(tx)
    values = {"version": look.version, "at": look.at, "before": look.before}
    same = (reading.c.person == person, reading.c.document == document)
    if tx.connection.execute(update(reading).where(*same).values(values)).rowcount == 0:
        tx.connection.execute(insert(reading).values(person=person, document=document, **values))


def stays(tx: Tx, *, person: str, drafts: Collection[str]) -> dict[str, Stay]:
    """How far the person has seen those of `drafts` they have seen, by draft."""
    query = select(draft_reading).where(draft_reading.c.person == person, draft_reading.c.draft.in_(list(drafts)))
    return {row.draft: Stay(row.epoch, row.seq, row.at, row.before) for row in tx.connection.execute(query)}


def put_stay(tx: Tx, stay: Stay, *, person: str, draft: str) -> None:
    """Keep a stay in place of the one before. Takes the last lock: two visits at once are two after each other."""
    lock(tx)
    values = {"epoch": stay.epoch, "seq": stay.seq, "at": stay.at, "before": stay.before}
    same = (draft_reading.c.person == person, draft_reading.c.draft == draft)
    if tx.connection.execute(update(draft_reading).where(*same).values(values)).rowcount == 0:
        tx.connection.execute(insert(draft_reading).values(person=person, draft=draft, **values))


def forget(tx: Tx, *, person: str) -> None:
    """Keep nothing of what a person has seen."""
    for its in (reading, draft_reading):
        tx.connection.execute(delete(its).where(its.c.person == person))


def _look(row: Row[Any]) -> Look:
    return Look(row.version, row.at, row.before)
