"""The journal: the append-only list of updates that is the draft (research and proofs: ADR 0005).

A seq is given under the lock of the draft's row and the lock lasts until commit, so whoever sees row n sees every row
below n. Whoever appends has first read, under that lock, what others appended.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, insert, or_, select, update

from service.store.db import Tx
from service.store.tables import draft, draft_author, draft_snapshot, draft_update

HUMAN_ORIGINS = ("seed", "saved", "typed")
"""Origins of rows whose words a person wrote: a first text, a form, a keystroke. What a person put back is `restored:`
and the number of a version, or @ and that of a row."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a draft stands: `frozen` refuses every append."""

    epoch: int
    seq: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Update:
    """A row: who appended it (person id), by which way (`seed`, `saved`, `canonical`, …), when (µs UTC), its bytes."""

    seq: int
    at: int
    actor: str
    origin: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as stored up to `seq`: the newest snapshot, if any, the digest of its text, and the rows after it."""

    epoch: int
    seq: int
    state: bytes | None
    updates: tuple[Update, ...]
    text_sha256: str | None = None

    @property
    def update_bytes(self) -> tuple[bytes, ...]:
        """What the updates say."""
        return tuple(update.data for update in self.updates)


def add_draft(tx: Tx, id: str) -> None:
    """A new draft in epoch 1, without rows. Its first row is its seed."""
    tx.connection.execute(insert(draft).values(id=id, epoch=1, head=0))


def lock_head(tx: Tx, id: str) -> Head:
    """The draft's head, its row locked until the end of the transaction."""
    query = select(draft).where(draft.c.id == id).with_for_update(key_share=True)
    row = tx.connection.execute(query).one()
    tx.refresh_now()
    return Head(row.epoch, row.head, row.frozen_at is not None)


def get_head(tx: Tx, id: str) -> Head:
    row = tx.connection.execute(select(draft).where(draft.c.id == id)).one()
    return Head(row.epoch, row.head, row.frozen_at is not None)


def append(tx: Tx, id: str, head: Head, *, client: int, actor: str, origin: str, data: bytes) -> Head:
    """Append one row after the locked `head`, binding its CRDT client id to the person; the new head."""
    new_head = Head(head.epoch, head.seq + 1, head.frozen)
    row = {"draft": id, "epoch": head.epoch, "seq": new_head.seq, "at": tx.now, "actor": actor, "origin": origin}
    tx.connection.execute(insert(draft_author).values(draft=id, client=client, actor=actor))
    tx.connection.execute(insert(draft_update).values(**row, data=data))
    tx.connection.execute(update(draft).where(draft.c.id == id).values(head=new_head.seq))
    tx.changes.drafts[id] = new_head.seq
    return new_head


def append_all(tx: Tx, id: str, head: Head, rows: Sequence[tuple[str, bytes]], *, origin: str) -> Head:
    """Append rows (person, bytes) in order after the locked `head`; the new head. Their client ids were bound before;
    see `bind`."""
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
    """Bind CRDT client ids to persons, first come, for ever; those of `claims` that are another's. The draft is
    locked."""
    bound = get_client_owners(tx, id, claims)
    free = [{"draft": id, "client": client, "actor": who} for client, who in claims.items() if client not in bound]
    if free:
        tx.connection.execute(insert(draft_author), free)
    return frozenset(client for client, who in bound.items() if claims[client] != who)


def get_client_owners(tx: Tx, id: str, clients: Collection[int]) -> dict[int, str]:
    """Whose (person id) these client ids are, as far as they are bound."""
    query = select(draft_author.c.client, draft_author.c.actor)
    query = query.where(draft_author.c.draft == id, draft_author.c.client.in_(list(clients)))
    return {row.client: row.actor for row in tx.connection.execute(query)}


def list_client_owners(tx: Tx, id: str) -> dict[int, str]:
    """Whose (person id) the client ids are that ever wrote in this draft."""
    query = select(draft_author.c.client, draft_author.c.actor).where(draft_author.c.draft == id)
    return {row.client: row.actor for row in tx.connection.execute(query)}


def set_frozen(tx: Tx, id: str, *, frozen: bool) -> None:
    """Refuse appends from now on, or take them again."""
    tx.connection.execute(update(draft).where(draft.c.id == id).values(frozen_at=tx.now if frozen else None))
    tx.changes.drafts[id] = 0


def get_heads(tx: Tx, ids: Collection[str]) -> dict[str, Head]:
    """Where these drafts stand."""
    return _load_heads(tx, select(draft).where(draft.c.id.in_(list(ids))))


def list_heads(tx: Tx) -> dict[str, Head]:
    """Where every draft of the house stands, by id."""
    return _load_heads(tx, select(draft).order_by(draft.c.id))


def _load_heads(tx: Tx, query: Select[Any]) -> dict[str, Head]:
    return {row.id: Head(row.epoch, row.head, row.frozen_at is not None) for row in tx.connection.execute(query)}


def list_updates(tx: Tx, id: str, *, epoch: int, after: int, upto: int | None = None) -> tuple[Update, ...]:
    """The rows beyond `after`, as far as row `upto` (default: all), in order."""
    query = select(draft_update).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    bounds = [draft_update.c.seq > after, *([] if upto is None else [draft_update.c.seq <= upto])]
    found = tx.connection.execute(query.where(*bounds).order_by(draft_update.c.seq))
    return tuple(Update(row.seq, row.at, row.actor, row.origin, row.data) for row in found)


def load_draft(tx: Tx, id: str, *, epoch: int, upto: int | None = None) -> StoredDraft:
    """The draft up to row `upto` (default: all): newest snapshot at or below it, then the rows after that."""
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
    """Keep the whole state as it stood at `seq`, once. Snapshots are only ever added."""
    position = (draft_snapshot.c.draft == id, draft_snapshot.c.epoch == epoch, draft_snapshot.c.seq == seq)
    if tx.connection.execute(select(draft_snapshot.c.seq).where(*position)).one_or_none():
        return
    row = {"draft": id, "epoch": epoch, "seq": seq, "state": state, "text_sha256": text_sha256}
    tx.connection.execute(insert(draft_snapshot).values(**row))


def delete_compacted(tx: Tx, id: str, *, epoch: int, seq: int) -> int:
    """Drop the rows up to the snapshot at `seq`; how many. There must be such a snapshot, and whoever calls has loaded
    it and compared. Who wrote what is no longer known for these rows."""
    position = (draft_snapshot.c.draft == id, draft_snapshot.c.epoch == epoch, draft_snapshot.c.seq == seq)
    tx.connection.execute(select(draft_snapshot.c.seq).where(*position)).one()
    compacted = (draft_update.c.draft == id, draft_update.c.epoch == epoch, draft_update.c.seq <= seq)
    return tx.connection.execute(delete(draft_update).where(*compacted)).rowcount


def list_last_writers(tx: Tx, drafts: Collection[str]) -> dict[str, str]:
    """Who (person id) appended the last row of each of these drafts that has one."""
    at_head = (
        draft_update.c.draft == draft.c.id,
        draft_update.c.epoch == draft.c.epoch,
        draft_update.c.seq == draft.c.head,
    )
    query = select(draft_update.c.draft, draft_update.c.actor).join(draft, and_(*at_head))
    found = tx.connection.execute(query.where(draft.c.id.in_(list(drafts))))
    return {row.draft: row.actor for row in found}


def list_latest_by_person(tx: Tx, id: str, *, epoch: int, after: int = 0, before: int | None = None) -> list[Update]:
    """The last row each person wrote by hand or put back beyond `after` (and below `before`), without its bytes, the
    newest first; however many rows there are, it costs a look or two a person."""
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
    """The latest rows without their bytes, newest first: who saved when."""
    columns = [draft_update.c.seq, draft_update.c.at, draft_update.c.actor, draft_update.c.origin]
    query = select(*columns).where(draft_update.c.draft == id, draft_update.c.epoch == epoch)
    found = tx.connection.execute(query.order_by(draft_update.c.seq.desc()).limit(limit))
    return [Update(row.seq, row.at, row.actor, row.origin, b"") for row in found]


def in_epoch(epoch: int) -> ColumnElement[bool]:
    """So written that SQLite goes by the rows of a person, not through all rows of the epoch to find one of theirs."""
    return draft_update.c.epoch + 0 == epoch
