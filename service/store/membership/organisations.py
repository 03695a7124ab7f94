"""Member organisations and the coalition itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.membership.people import Names, Organisation
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import coalition, organisation


@dataclass(frozen=True, slots=True)
class Coalition:
    """The coalition of this instance.

    `settings` is {"v": 1, names, about, press, place, digits, langs, mandate_confirmations, zone, mail, …}. Since
    `paused_at` (µs UTC) the instance sends no email and closes no round; None while it is live.
    """

    id: str
    origin: str
    sample: bool
    settings: Mapping[str, Any]
    logo_sha256: str | None
    paused_at: int | None = None


def add_coalition(tx: Tx, *, id: str, origin: str, sample: bool, settings: Mapping[str, Any]) -> None:
    """Write the instance's one row."""
    row = {"id": id, "origin": origin, "sample": sample, "settings": dict(settings), "created_at": tx.now}
    tx.connection.execute(insert(coalition).values(**row))


def get_coalition(tx: Tx) -> Coalition | None:
    """Return the coalition; None before it is founded."""
    row = tx.connection.execute(select(coalition)).one_or_none()
    if row is None:
        return None
    return Coalition(row.id, row.origin, row.sample, row.settings, row.logo_sha256, row.paused_at)


def lock(tx: Tx) -> Coalition | None:
    """Lock the instance's one row and return the coalition."""
    tx.connection.execute(select(coalition.c.id).with_for_update()).all()
    tx.refresh_now()
    return get_coalition(tx)


def is_paused(tx: Tx) -> bool:
    """Return whether the instance is paused."""
    return tx.connection.execute(select(coalition.c.paused_at)).scalar_one_or_none() is not None


def get_secret_fingerprint(tx: Tx) -> str | None:
    """Return the fingerprint of the secret that this instance was first started with; None before that."""
    return tx.connection.execute(select(coalition.c.secret_fingerprint)).scalar_one_or_none()


def set_secret_fingerprint(tx: Tx, fingerprint: str) -> bool:
    """Store the fingerprint of the secret; return False before the coalition exists."""
    return tx.connection.execute(update(coalition).values(secret_fingerprint=fingerprint)).rowcount == 1


def resume(tx: Tx) -> bool:
    """Compare-and-swap paused → live; return False if it is not paused."""
    query = update(coalition).where(coalition.c.paused_at.is_not(None))
    return tx.connection.execute(query.values(paused_at=None)).rowcount == 1


def change_origin(tx: Tx, origin: str) -> None:
    """Replace the public address."""
    tx.connection.execute(update(coalition).values(origin=origin))


def update_coalition(tx: Tx, *, settings: Mapping[str, Any], logo_sha256: str | None) -> None:
    """Replace the coalition's settings and logo."""
    tx.connection.execute(update(coalition).values(settings=dict(settings), logo_sha256=logo_sha256))


def add(tx: Tx, *, id: str, names: Names) -> None:
    """Add a member organisation."""
    row = {"id": id, "seq": next_seq(tx, organisation), "names": dict(names), "state": "member", "joined_at": tx.now}
    tx.connection.execute(insert(organisation).values(**row))


def get(tx: Tx, id: str) -> Organisation | None:
    """Return an organisation by id."""
    row = tx.connection.execute(select(organisation).where(organisation.c.id == id)).one_or_none()
    return _organisation(row) if row else None


def list_members(tx: Tx, *, after: int = 0, limit: int = 10_000) -> list[tuple[int, Organisation]]:
    """Return member organisations with their seq, in order of joining, beyond `after`."""
    query = (
        select(organisation)
        .where(organisation.c.state == "member", organisation.c.seq > after)
        .order_by(organisation.c.seq)
        .limit(limit)
    )
    return [(row.seq, _organisation(row)) for row in tx.connection.execute(query)]


def list_all(tx: Tx) -> list[Organisation]:
    """Return members and former members, in order of joining."""
    return [_organisation(row) for row in tx.connection.execute(select(organisation).order_by(organisation.c.seq))]


def rename(tx: Tx, id: str, *, names: Names) -> None:
    """Replace an organisation's names."""
    tx.connection.execute(update(organisation).where(organisation.c.id == id).values(names=dict(names)))


def change_state(tx: Tx, id: str, *, from_state: str, to_state: str) -> bool:
    """Compare-and-swap the state; return False if it is no longer `from_state`."""
    query = update(organisation).where(organisation.c.id == id, organisation.c.state == from_state)
    left_at = tx.now if to_state == "left" else None
    return tx.connection.execute(query.values(state=to_state, left_at=left_at)).rowcount == 1


def mark_first_person(tx: Tx, id: str) -> None:
    """Note that one of the organisation's people came in now, unless one did before."""
    query = update(organisation).where(organisation.c.id == id, organisation.c.first_person_at.is_(None))
    tx.connection.execute(query.values(first_person_at=tx.now))


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.names, row.state, row.left_at, row.first_person_at)
