"""Recovered accesses."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.accounts.recovery import Recovery
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import access_recovery


def add(tx: Tx, *, id: str, person: str, shown: bool, restricted_until: int) -> None:
    """Add a recovery, requested now."""
    row = {"id": id, "seq": next_seq(tx, access_recovery), "person": person, "shown": shown}
    tx.connection.execute(insert(access_recovery).values(**row, requested_at=tx.now, restricted_until=restricted_until))


def lock(tx: Tx, id: str) -> Recovery | None:
    """Return a recovery, its row locked until the end of the transaction."""
    row = tx.connection.execute(select(access_recovery).where(access_recovery.c.id == id).with_for_update())
    found = row.one_or_none()
    tx.refresh_now()
    return _recovery(found) if found else None


def list_unfinished(tx: Tx) -> list[Recovery]:
    """Return the recoveries whose restriction has not ended, refused or not, newest first."""
    query = select(access_recovery).where(access_recovery.c.restricted_until > tx.clock())
    return [_recovery(row) for row in tx.connection.execute(query.order_by(access_recovery.c.seq.desc()))]


def list_restricted(tx: Tx) -> frozenset[str]:
    """Return the persons who act as readers now: they do not count in confirmations and endings."""
    return frozenset(one.person for one in list_unfinished(tx))


def mark_refused(tx: Tx, id: str, *, by: str) -> bool:
    """Compare-and-swap → refused; return False if it was refused already."""
    query = update(access_recovery).where(access_recovery.c.id == id, access_recovery.c.refused_at.is_(None))
    return tx.connection.execute(query.values(refused_by=by, refused_at=tx.now)).rowcount == 1


def _recovery(row: Row[Any]) -> Recovery:
    return Recovery(**{name: row._mapping[name] for name in Recovery.__dataclass_fields__})
