"""Proofs of email addresses, and changes of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import address_change, invitation, person


def mark_proved(tx: Tx, person_id: str, *, proof: str) -> None:
    """Set how and when (now) the person's address was proved."""
    query = update(person).where(person.c.id == person_id)
    tx.connection.execute(query.values(address_proved_at=tx.now, address_proof=proof))


def forget_proof(tx: Tx, person_id: str) -> None:
    """Note that the person's address is not proved: it was changed."""
    query = update(person).where(person.c.id == person_id)
    tx.connection.execute(query.values(address_proved_at=None, address_proof=""))


def get_inviter(tx: Tx, person_id: str) -> str | None:
    """Return who sent the invitation that the person used last; None if nobody did."""
    query = select(invitation.c.invited_by).where(invitation.c.person == person_id, invitation.c.used_at.is_not(None))
    return tx.connection.execute(query.order_by(invitation.c.used_at.desc()).limit(1)).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A change of a person's address that waits; at `due_at` (µs UTC; None: once both addresses are proved)."""

    id: str
    person: str
    old_address: str
    new_address: str
    requested_by: str
    requested_at: int
    due_at: int | None
    state: str


def add_change(tx: Tx, *, id: str, person_id: str, old: str, new: str, by: str, due_at: int | None) -> None:
    """Add a change that waits; earlier waiting ones of the person end."""
    waiting = update(address_change).where(address_change.c.person == person_id, address_change.c.state == "waiting")
    tx.connection.execute(waiting.values(state="refused", ended_at=tx.now))
    row = {"id": id, "seq": next_seq(tx, address_change), "person": person_id, "old_address": old, "new_address": new}
    values = {"requested_by": by, "requested_at": tx.now, "due_at": due_at, "state": "waiting"}
    tx.connection.execute(insert(address_change).values(**row, **values))


def lock_change(tx: Tx, id: str) -> AddressChange | None:
    """Return a change, its row locked until the end of the transaction."""
    row = tx.connection.execute(select(address_change).where(address_change.c.id == id).with_for_update()).one_or_none()
    tx.refresh_now()
    return _change(row) if row else None


def get_waiting_change(tx: Tx, person_id: str) -> AddressChange | None:
    """Return the change of a person's address that waits for its time."""
    query = select(address_change).where(
        address_change.c.person == person_id, address_change.c.state == "waiting", address_change.c.due_at.is_not(None)
    )
    row = tx.connection.execute(query).first()
    return _change(row) if row else None


def list_due_changes(tx: Tx) -> list[str]:
    """Return the ids of waiting changes whose time has come."""
    query = select(address_change.c.id).where(address_change.c.state == "waiting", address_change.c.due_at <= tx.now)
    return list(tx.connection.execute(query.order_by(address_change.c.seq)).scalars())


def end_change(tx: Tx, id: str, *, state: str) -> bool:
    """Compare-and-swap waiting → `state`; return False if the change has ended."""
    query = update(address_change).where(address_change.c.id == id, address_change.c.state == "waiting")
    proved_at = tx.now if state == "done" else None
    return tx.connection.execute(query.values(state=state, ended_at=tx.now, proved_at=proved_at)).rowcount == 1


def set_address(tx: Tx, person_id: str, *, address: str) -> None:
    """Replace a person's address."""
    tx.connection.execute(update(person).where(person.c.id == person_id).values(email=address))


def _change(row: Row[Any]) -> AddressChange:
    return AddressChange(**{name: row._mapping[name] for name in AddressChange.__dataclass_fields__})
