"""The record: a hash chain of every act. The public leaf is the 32-byte commitment and nothing else (DESIGN §3.1)."""

import secrets
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select

from service.domain.trust import canonical_json
from service.domain.trust.entry import BOUND_VALUES, value_sha256
from service.domain.trust.leaf import FIRST_PREV, Leaf, commitment
from service.domain.trust.record_head import RecordHead
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import record

# Built once: building a statement takes longer than running it on SQLite.
_INSERT = insert(record)
_LAST = select(record.c.seq, record.c.commitment, record.c.at).order_by(record.c.seq.desc()).limit(1)


BATCH_SIZE = 1000
"""Rows read at a time."""


def append(
    tx: Tx,
    *,
    act: str,
    actor: str | None,
    facts: Mapping[str, object],
    values: Mapping[str, object] | None = None,
) -> int:
    """Append `act` with its facts and return its seq, counted from 1.

    `values` are new values that the facts do not show, by `table.column`; the entry carries their salted digests. The
    row is the one that the facts name under the name of the table. Takes the sequence lock, the last in the lock order.
    The time of rows never decreases.
    """
    lock_sequence(tx)
    last = tx.connection.execute(_LAST).one_or_none()
    seq, prev, at = (last.seq + 1, last.commitment, max(tx.now, last.at)) if last else (1, FIRST_PREV, tx.now)
    salt = secrets.token_bytes(32)
    bound = {column: value_sha256(value, column=column, salt=salt) for column, value in (values or {}).items()}
    all_facts = {**facts, **({BOUND_VALUES: bound} if bound else {})}
    content = canonical_json.encode(
        {"v": 1, "seq": seq, "at": at, "act": act, "actor": actor, "prev": prev, "facts": all_facts}
    )
    row = {"seq": seq, "prev": prev, "salt": salt, "content": content, "commitment": commitment(salt, content)}
    tx.connection.execute(_INSERT, {**row, "at": at})
    tx.acts.append(act)
    tx.changes.rights = True  # most acts change what somebody may do
    return seq


def get_last_seq(tx: Tx) -> int:
    """Return the last seq; 0 before the first act."""
    query = select(record.c.seq).order_by(record.c.seq.desc()).limit(1)
    return tx.connection.execute(query).scalar_one_or_none() or 0


def list_leaves(tx: Tx, *, after: int = 0, limit: int = 10_000) -> list[Leaf]:
    """Return the rows beyond seq `after`, in order."""
    query = select(record).where(record.c.seq > after).order_by(record.c.seq).limit(limit)
    return [_leaf(row) for row in tx.connection.execute(query)]


def stream_leaves(tx: Tx) -> Iterator[Leaf]:
    """Yield all rows in order, a batch in memory at a time."""
    query = select(record).order_by(record.c.seq)
    with tx.connection.execute(query, execution_options={"yield_per": BATCH_SIZE}) as found:
        for row in found:
            yield _leaf(row)


def list_leaves_naming(tx: Tx, ids: Collection[str], *, nouns: Collection[str], since: int = 0) -> list[Leaf]:
    """Return the rows not before `since` (µs UTC), of acts on one of `nouns`, whose content contains one of these ids.

    In order. The act is the first key of canonical JSON, so most rows are passed over by their first bytes.
    """
    on_sqlite = tx.connection.dialect.name == "sqlite"
    find = func.instr if on_sqlite else func.pg_catalog.position  # for bytes; strpos is for text
    of_noun = [_begins_with(f'{{"act":"{noun}.') for noun in sorted(nouns)]
    names_one = [find(record.c.content, id.encode()) > 0 for id in sorted(ids)]
    query = select(record).where(record.c.at >= since, or_(*of_noun), or_(*names_one)).order_by(record.c.seq)
    return [_leaf(row) for row in tx.connection.execute(query)] if ids else []


def _begins_with(text: str) -> ColumnElement[bool]:
    first = text.encode()
    return and_(record.c.content >= first, record.c.content < first[:-1] + bytes([first[-1] + 1]))


def get_head(tx: Tx, *, until: int | None = None) -> RecordHead:
    """Return the newest entry, or the newest not after the time `until` (µs UTC)."""
    query = select(record.c.seq, record.c.commitment).order_by(record.c.seq.desc()).limit(1)
    if until is not None:
        query = query.where(record.c.at <= until)
    row = tx.connection.execute(query).one_or_none()
    return RecordHead(row.seq, row.commitment) if row else RecordHead(0, FIRST_PREV)


def get_commitment(tx: Tx, seq: int) -> str | None:
    """Return the commitment of an entry; None if there is none. That of number 0 is what the first entry refers to."""
    if seq == 0:
        return FIRST_PREV
    return tx.connection.execute(select(record.c.commitment).where(record.c.seq == seq)).scalar_one_or_none()


def find_broken_link(tx: Tx) -> int | None:
    """Return the seq of the first row that does not refer to the commitment of the row before it."""
    before = record.alias("before")
    query = select(func.min(record.c.seq)).join(before, before.c.seq == record.c.seq - 1, isouter=True)
    query = query.where(record.c.prev != func.coalesce(before.c.commitment, FIRST_PREV))
    return tx.connection.execute(query).scalar_one_or_none()


def _leaf(row: Row[tuple[object, ...]]) -> Leaf:
    return Leaf(row.seq, row.prev, _bytes(row.salt), _bytes(row.content), row.commitment)


def _bytes(stored: bytes | str | None) -> bytes | None:
    """Return stored bytes; SQLite keeps a manually written text as text, which is to be checked like any other row."""
    return stored.encode() if isinstance(stored, str) else stored
