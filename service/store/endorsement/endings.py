"""Requests of persons of the secretariat to end a round early."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from service.store.db import Tx
from service.store.tables import round_, round_closing


@dataclass(frozen=True, slots=True)
class EndingRequest:
    """The request of a person to end a round early: `act` is close or cancel.

    `due_at` (µs UTC) is when it takes effect if the organisations had to be told first, None otherwise.
    """

    act: str
    person: str
    at: int
    due_at: int | None


def add(tx: Tx, round_id: str, *, person: str, act: str) -> bool:
    """Add a person's request; return False if they have made it already."""
    if any((one.act, one.person) == (act, person) for one in list_by_round(tx, round_id)):
        return False
    tx.connection.execute(insert(round_closing).values(round=round_id, person=person, act=act, at=tx.now))
    return True


def remove(tx: Tx, round_id: str, *, person: str, act: str) -> bool:
    """Remove a person's request; return False if there is none."""
    query = delete(round_closing).where(
        round_closing.c.round == round_id, round_closing.c.person == person, round_closing.c.act == act
    )
    return tx.connection.execute(query).rowcount == 1


def set_due(tx: Tx, round_id: str, *, act: str, due_at: int | None) -> None:
    """Set when the requests for this act take effect (µs UTC), None for not yet known."""
    query = update(round_closing).where(round_closing.c.round == round_id, round_closing.c.act == act)
    tx.connection.execute(query.values(due_at=due_at))


def list_by_round(tx: Tx, round_id: str) -> list[EndingRequest]:
    """Return the requests to end a round early, in order."""
    query = select(round_closing).where(round_closing.c.round == round_id).order_by(round_closing.c.at)
    return [EndingRequest(row.act, row.person, row.at, row.due_at) for row in tx.connection.execute(query)]


def list_requested_rounds(tx: Tx) -> list[str]:
    """Return the ids of the open rounds that somebody asked to end early."""
    asked = select(round_closing.c.round)
    query = select(round_.c.id).where(round_.c.state == "open", round_.c.id.in_(asked)).order_by(round_.c.seq)
    return list(tx.connection.execute(query).scalars())
