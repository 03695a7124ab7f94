"""Proposals of focal points and signatories."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.membership.approvals import RoleProposal
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import role_proposal


def add(tx: Tx, *, id: str, person: str, organisation: str, role: str, by: str | None) -> RoleProposal:
    """Add an open proposal and return it."""
    row = {"id": id, "person": person, "organisation": organisation, "role": role, "proposed_by": by}
    values = {"seq": next_seq(tx, role_proposal), "proposed_at": tx.now, "state": "proposed", "channel": ""}
    tx.connection.execute(insert(role_proposal).values(**row, **values))
    return RoleProposal(id, person, organisation, role, by, tx.now, "proposed", None, None, "")


def get(tx: Tx, id: str) -> RoleProposal | None:
    """Return a proposal by id."""
    row = tx.connection.execute(select(role_proposal).where(role_proposal.c.id == id)).one_or_none()
    return _proposal(row) if row else None


def list_open(tx: Tx, *, organisation: str | None = None, person: str | None = None) -> list[RoleProposal]:
    """Return the open proposals, oldest first, of one organisation and for one person if given."""
    query = select(role_proposal).where(role_proposal.c.state == "proposed").order_by(role_proposal.c.seq)
    if organisation is not None:
        query = query.where(role_proposal.c.organisation == organisation)
    if person is not None:
        query = query.where(role_proposal.c.person == person)
    return [_proposal(row) for row in tx.connection.execute(query)]


def list_accepted_by_one(tx: Tx, *, channel: str) -> frozenset[tuple[str, str]]:
    """Return (person, role) of the proposals that were accepted through `channel`."""
    query = select(role_proposal).where(role_proposal.c.state == "accepted", role_proposal.c.channel == channel)
    return frozenset((row.person, row.role) for row in tx.connection.execute(query))


def end(tx: Tx, id: str, *, state: str, by: str | None, channel: str = "") -> bool:
    """Compare-and-swap proposed → `state`; return False if the proposal has ended."""
    query = update(role_proposal).where(role_proposal.c.id == id, role_proposal.c.state == "proposed")
    values = {"state": state, "ended_by": by, "ended_at": tx.now, "channel": channel}
    return tx.connection.execute(query.values(**values)).rowcount == 1


def _proposal(row: Row[Any]) -> RoleProposal:
    return RoleProposal(**{name: row._mapping[name] for name in RoleProposal.__dataclass_fields__})
