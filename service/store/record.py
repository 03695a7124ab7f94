"""The record: a hash chain of every act. The public leaf is the 32-byte commitment and nothing else (DESIGN §3.1)."""

import secrets
from collections.abc import Mapping

from sqlalchemy import insert, select

from service.domain.trust import canonical_json
from service.domain.trust.leaf import FIRST_PREV, Leaf, commitment
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import record

# Built once: building a statement takes longer than running it on SQLite.
_INSERT = insert(record)
_LAST = select(record.c.seq, record.c.commitment, record.c.at).order_by(record.c.seq.desc()).limit(1)


def append(tx: Tx, *, act: str, actor: str | None, facts: Mapping[str, object]) -> int:
    """Append `act` with its facts and return its seq, counted from 1.

    Takes the sequence lock, the last in the lock order. The time of rows never decreases.
    """
    lock_sequence(tx)
    last = tx.connection.execute(_LAST).one_or_none()
    seq, prev, at = (last.seq + 1, last.commitment, max(tx.now, last.at)) if last else (1, FIRST_PREV, tx.now)
    salt = secrets.token_bytes(32)
    content = canonical_json.encode(
        {"v": 1, "seq": seq, "at": at, "act": act, "actor": actor, "prev": prev, "facts": dict(facts)}
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
    return [
        Leaf(row.seq, row.prev, _bytes(row.salt), _bytes(row.content), row.commitment)
        for row in tx.connection.execute(query)
    ]


def _bytes(stored: bytes | str | None) -> bytes | None:
    """Return stored bytes; SQLite keeps a manually written text as text, which is to be checked like any other row."""
    return stored.encode() if isinstance(stored, str) else stored
