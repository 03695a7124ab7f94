"""Queries on the history of a journal: which rows are left, when they were written, who wrote after which row."""

from collections.abc import Collection

from sqlalchemy import exists, func, select

from service.store.db import Tx
from service.store.drafts.journal import Head, Update, in_epoch
from service.store.tables import draft_author, draft_update


def list_updates_between(tx: Tx, id: str, *, epoch: int, after: int, upto: int) -> list[Update]:
    """Return the rows beyond `after` up to row `upto`, in order, without their bytes."""
    columns = [draft_update.c.seq, draft_update.c.at, draft_update.c.actor, draft_update.c.origin]
    query = select(*columns).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    query = query.where(draft_update.c.seq > after, draft_update.c.seq <= upto).order_by(draft_update.c.seq)
    return [Update(row.seq, row.at, row.actor, row.origin, b"") for row in tx.connection.execute(query)]


def get_earliest_seq(tx: Tx, id: str, head: Head) -> int:
    """Return the first known position of the draft: the one before its first row, 0 if no row was ever deleted."""
    in_epoch_of_draft = (draft_update.c.draft == id, draft_update.c.epoch == head.epoch)
    first = tx.connection.execute(select(func.min(draft_update.c.seq)).where(*in_epoch_of_draft)).scalar_one()
    return head.seq if first is None else int(first) - 1


def get_seq_at(tx: Tx, id: str, head: Head, *, at: int) -> int:
    """Return the draft's position at the time `at` (µs UTC) by binary search between the earliest row and the head."""
    low, high = get_earliest_seq(tx, id, head), head.seq
    written_at_query = select(draft_update.c.at).where(draft_update.c.draft == id, draft_update.c.epoch == head.epoch)
    while low < high:
        middle = (low + high + 1) // 2
        written = tx.connection.execute(written_at_query.where(draft_update.c.seq == middle)).scalar_one()
        low, high = (middle, high) if written <= at else (low, middle - 1)
    return low


def list_changers(tx: Tx, id: str, *, epoch: int, after: int) -> list[str]:
    """Return who (person ids) appended rows beyond `after`, except canonicalisation; one index lookup per person."""
    row = draft_update.c
    persons = select(draft_author.c.actor).where(draft_author.c.draft == id).distinct().subquery()
    by_same_person = (
        row.draft == id,
        row.actor == persons.c.actor,
        in_epoch(epoch),
        row.seq > after,
        row.origin != "canonical",
    )
    has_changed = exists(select(row.seq).where(*by_same_person).correlate(persons))
    return list(tx.connection.execute(select(persons.c.actor).where(has_changed).order_by(persons.c.actor)).scalars())


def list_written_by(tx: Tx, person: str, drafts: Collection[str]) -> frozenset[str]:
    """Return those of `drafts` in which a person (id) has written."""
    written = select(draft_author.c.draft).where(draft_author.c.draft.in_(list(drafts)), draft_author.c.actor == person)
    return frozenset(tx.connection.execute(written.distinct()).scalars())
