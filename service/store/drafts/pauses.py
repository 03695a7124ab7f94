"""Pauses of drafts: for up to two seconds nothing is appended to one, so that an action can finish; see `planning`."""

from sqlalchemy import select, update

from service.store.db import Tx
from service.store.plans import DraftPaused
from service.store.tables import draft


def check_not_paused(tx: Tx, id: str) -> None:
    """Check that a locked draft may be appended to now. Raises DraftPaused while another action has paused it."""
    if tx.plans and id in tx.plans.paused:
        return
    if is_paused(tx, id):
        raise DraftPaused(id)


def is_paused(tx: Tx, id: str) -> bool:
    """Return whether the locked draft is paused, by whatever action."""
    until = tx.connection.execute(select(draft.c.paused_until).where(draft.c.id == id)).scalar_one()
    return until is not None and tx.now < until


def set_pause(tx: Tx, id: str, *, until: int | None) -> None:
    """Let nobody else append to the draft before `until` (µs UTC); None ends the pause."""
    tx.connection.execute(update(draft).where(draft.c.id == id).values(paused_until=until))
