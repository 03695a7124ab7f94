"""Proofs of email addresses."""

from sqlalchemy import select, update

from service.store.db import Tx
from service.store.tables import invitation, person


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
