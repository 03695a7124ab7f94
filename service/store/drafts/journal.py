"""The journal: the append-only list of CRDT updates that is the draft (research and proofs: ADR 0005).

A seq is assigned under the lock of the draft's row, held until commit, so a reader of row n sees every row below n. A
writer first reads, under that lock, the rows that others appended.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, insert, or_, select, update

from service.store.db import Tx
from service.store.tables import draft, draft_author, draft_snapshot, draft_update

HUMAN_ORIGINS = ("seed", "saved", "typed")
"""Origins of rows whose text a person wrote: an initial text, a form, typing.

Text that a person restored has the origin `restored:` with the number of a version, or with @ and the seq of a row.
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The current epoch and last seq of a draft; `frozen` rejects every append."""

    epoch: int
    seq: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Update:
    """A row: who appended it (person id), its origin (`seed`, `saved`, `canonical`, …), when (µs UTC), its bytes."""

    seq: int
    at: int
    actor: str
    origin: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as stored up to `seq`: the newest snapshot, if any, its text's digest, and the rows after it."""

    epoch: int
    seq: int
    state: bytes | None
    updates: tuple[Update, ...]
    text_sha256: str | None = None

    @property
    def update_bytes(self) -> tuple[bytes, ...]:
        """Return the bytes of the updates, in order."""
        return tuple(update.data for update in self.updates)


def add_draft(tx: Tx, id: str) -> None:
    """Add a draft in epoch 1, without rows. Its first row will be its initial text."""
    tx.connection.execute(insert(draft).values(id=id, epoch=1, head=0))


def lock_head(tx: Tx, id: str) -> Head:
    """Return the draft's head, its row locked until the end of the transaction."""
    query = select(draft).where(draft.c.id == id).with_for_update(key_share=True)
    row = tx.connection.execute(query).one()
    tx.refresh_now()
    return Head(row.epoch, row.head, row.frozen_at is not None)


def get_head(tx: Tx, id: str) -> Head:
    """Return the draft's head, without a lock."""
    row = tx.connection.execute(select(draft).where(draft.c.id == id)).one()
    return Head(row.epoch, row.head, row.frozen_at is not None)


def append(tx: Tx, id: str, head: Head, *, client: int, actor: str, origin: str, data: bytes) -> Head:
    """Append one row after the locked `head`, binding its CRDT client id to the person, and return the new head."""
    new_head = Head(head.epoch, head.seq + 1, head.frozen)
    row = {"draft": id, "epoch": head.epoch, "seq": new_head.seq, "at": tx.now, "actor": actor, "origin": origin}
    tx.connection.execute(insert(draft_author).values(draft=id, client=client, actor=actor))
    tx.connection.execute(insert(draft_update).values(**row, data=data))
    tx.connection.execute(update(draft).where(draft.c.id == id).values(head=new_head.seq))
    tx.changes.drafts[id] = new_head.seq
    return new_head


def append_all(tx: Tx, id: str, head: Head, rows: Sequence[tuple[str, bytes]], *, origin: str) -> Head:
    """Append rows (person id, bytes) in order after the locked `head` and return the new head.

    Their client ids are bound before; see `bind_clients`.
    """
    common = {"draft": id, "epoch": head.epoch, "at": tx.now, "origin": origin}
    new_rows = [
        {**common, "seq": head.seq + nth, "actor": who, "data": data} for nth, (who, data) in enumerate(rows, 1)
    ]
    tx.connection.execute(insert(draft_update), new_rows)
    new_head = Head(head.epoch, head.seq + len(new_rows), head.frozen)
    tx.connection.execute(update(draft).where(draft.c.id == id).values(head=new_head.seq))
    tx.changes.drafts[id] = new_head.seq
    return new_head


def bind_clients(tx: Tx, id: str, claims: Mapping[int, str]) -> frozenset[int]:
    """Bind CRDT client ids to persons for ever, first come, and return those of `claims` that belong to another person.

    The draft's head is locked.
    """
    bound = get_client_owners(tx, id, claims)
    free = [{"draft": id, "client": client, "actor": who} for client, who in claims.items() if client not in bound]
    if free:
        tx.connection.execute(insert(draft_author), free)
    return frozenset(client for client, who in bound.items() if claims[client] != who)


def get_client_owners(tx: Tx, id: str, clients: Collection[int]) -> dict[int, str]:
    """Return the owner (person id) of each of these client ids that is bound."""
    query = select(draft_author.c.client, draft_author.c.actor)
    query = query.where(draft_author.c.draft == id, draft_author.c.client.in_(list(clients)))
    return {row.client: row.actor for row in tx.connection.execute(query)}


def list_client_owners(tx: Tx, id: str) -> dict[int, str]:
    """Return the owner (person id) of every client id of this draft."""
    query = select(draft_author.c.client, draft_author.c.actor).where(draft_author.c.draft == id)
    return {row.client: row.actor for row in tx.connection.execute(query)}


def set_frozen(tx: Tx, id: str, *, frozen: bool) -> None:
    """Freeze the draft, which rejects appends, or unfreeze it."""
    tx.connection.execute(update(draft).where(draft.c.id == id).values(frozen_at=tx.now if frozen else None))
    tx.changes.drafts[id] = 0


def get_heads(tx: Tx, ids: Collection[str]) -> dict[str, Head]:
    """Return the heads of these drafts, by id."""
    return _load_heads(tx, select(draft).where(draft.c.id.in_(list(ids))))


def list_heads(tx: Tx) -> dict[str, Head]:
    """Return the heads of all drafts, by id."""
    return _load_heads(tx, select(draft).order_by(draft.c.id))


def _load_heads(tx: Tx, query: Select[Any]) -> dict[str, Head]:
    return {row.id: Head(row.epoch, row.head, row.frozen_at is not None) for row in tx.connection.execute(query)}


def list_updates(tx: Tx, id: str, *, epoch: int, after: int, upto: int | None = None) -> tuple[Update, ...]:
    """Return the rows beyond `after` up to row `upto` (default: all), in order."""
    query = select(draft_update).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    bounds = [draft_update.c.seq > after, *([] if upto is None else [draft_update.c.seq <= upto])]
    found = tx.connection.execute(query.where(*bounds).order_by(draft_update.c.seq))
    return tuple(Update(row.seq, row.at, row.actor, row.origin, row.data) for row in found)


def load_draft(tx: Tx, id: str, *, epoch: int, upto: int | None = None) -> StoredDraft:
    """Load the draft up to row `upto` (default: all): the newest snapshot at or below it and the rows after that."""
    snapshots = select(draft_snapshot).where(draft_snapshot.c.draft == id, draft_snapshot.c.epoch == epoch)
    rows = select(draft_update).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    if upto is not None:
        snapshots = snapshots.where(draft_snapshot.c.seq <= upto)
        rows = rows.where(draft_update.c.seq <= upto)
    snapshot = tx.connection.execute(snapshots.order_by(draft_snapshot.c.seq.desc()).limit(1)).one_or_none()
    snapshot_seq = snapshot.seq if snapshot else 0
    found = tx.connection.execute(rows.where(draft_update.c.seq > snapshot_seq).order_by(draft_update.c.seq)).all()
    updates = tuple(Update(row.seq, row.at, row.actor, row.origin, row.data) for row in found)
    if snapshot is None:
        return StoredDraft(epoch, updates[-1].seq if updates else 0, None, updates)
    return StoredDraft(
        epoch, updates[-1].seq if updates else snapshot_seq, snapshot.state, updates, snapshot.text_sha256
    )


def add_snapshot(tx: Tx, id: str, *, epoch: int, seq: int, state: bytes, text_sha256: str) -> None:
    """Add a snapshot of the whole state at `seq`, unless there is one. Snapshots are append-only."""
    position = (draft_snapshot.c.draft == id, draft_snapshot.c.epoch == epoch, draft_snapshot.c.seq == seq)
    if tx.connection.execute(select(draft_snapshot.c.seq).where(*position)).one_or_none():
        return
    row = {"draft": id, "epoch": epoch, "seq": seq, "state": state, "text_sha256": text_sha256}
    tx.connection.execute(insert(draft_snapshot).values(**row))


def delete_compacted(tx: Tx, id: str, *, epoch: int, seq: int) -> int:
    """Delete the rows up to the snapshot at `seq` and return how many.

    The snapshot must exist, and the caller must have loaded and compared it. Authorship of these rows is lost.
    """
    position = (draft_snapshot.c.draft == id, draft_snapshot.c.epoch == epoch, draft_snapshot.c.seq == seq)
    tx.connection.execute(select(draft_snapshot.c.seq).where(*position)).one()
    compacted = (draft_update.c.draft == id, draft_update.c.epoch == epoch, draft_update.c.seq <= seq)
    return tx.connection.execute(delete(draft_update).where(*compacted)).rowcount


def list_last_writers(tx: Tx, drafts: Collection[str]) -> dict[str, str]:
    """Return who (person id) appended the last row of each of these drafts that has rows."""
    at_head = (
        draft_update.c.draft == draft.c.id,
        draft_update.c.epoch == draft.c.epoch,
        draft_update.c.seq == draft.c.head,
    )
    query = select(draft_update.c.draft, draft_update.c.actor).join(draft, and_(*at_head))
    found = tx.connection.execute(query.where(draft.c.id.in_(list(drafts))))
    return {row.draft: row.actor for row in found}


def list_latest_by_person(tx: Tx, id: str, *, epoch: int, after: int = 0, before: int | None = None) -> list[Update]:
    """Return the last row each person wrote by hand or restored beyond `after` and below `before`, newest first.

    Rows come without their bytes. The cost depends on the number of persons, not of rows.
    """
    row, in_draft = draft_update.c, (draft_update.c.draft == id, draft_update.c.epoch == epoch)
    persons = select(draft_author.c.actor).where(draft_author.c.draft == id).distinct().subquery()
    by_hand = or_(row.origin.in_(HUMAN_ORIGINS), row.origin.like("restored:%"))
    by_same_person = [row.draft == id, row.actor == persons.c.actor, in_epoch(epoch), by_hand, row.seq > after]
    bounds = [] if before is None else [row.seq < before]
    latest_seq = (
        select(row.seq)
        .where(*by_same_person, *bounds)
        .order_by(row.seq.desc())
        .limit(1)
        .correlate(persons)
        .scalar_subquery()
    )
    found = select(row.seq, row.at, row.actor, row.origin).where(
        *in_draft, row.seq.in_(select(latest_seq).select_from(persons))
    )
    rows = tx.connection.execute(found.order_by(row.seq.desc()))
    return [Update(one.seq, one.at, one.actor, one.origin, b"") for one in rows]


def list_latest_updates(tx: Tx, id: str, *, epoch: int, limit: int = 50) -> list[Update]:
    """Return the latest rows without their bytes, newest first."""
    columns = [draft_update.c.seq, draft_update.c.at, draft_update.c.actor, draft_update.c.origin]
    query = select(*columns).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    found = tx.connection.execute(query.order_by(draft_update.c.seq.desc()).limit(limit))
    return [Update(row.seq, row.at, row.actor, row.origin, b"") for row in found]


def in_epoch(epoch: int) -> ColumnElement[bool]:
    """Return a condition on the epoch that SQLite does not search by.

    SQLite then uses the index by person instead of scanning all rows of the epoch.
    """
    return draft_update.c.epoch + 0 == epoch
