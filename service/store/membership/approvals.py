"""Requests for acts that need a second person, and their confirmations."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.membership.approvals import Approval, ApprovalRequest
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import approval, approval_request


def add(
    tx: Tx, *, id: str, act: str, subject: str, params: Mapping[str, Any], needed: int, by: str, due_at: int | None
) -> None:
    """Add a request that waits."""
    row = {"id": id, "seq": next_seq(tx, approval_request), "act": act, "subject": subject, "needed": needed}
    values = {"params": {"v": 1, **params}, "requested_by": by, "requested_at": tx.now, "due_at": due_at}
    tx.connection.execute(insert(approval_request).values(**row, **values, state="waiting"))


def get(tx: Tx, id: str) -> ApprovalRequest | None:
    """Return a request by id."""
    found = _load(tx, tx.connection.execute(select(approval_request).where(approval_request.c.id == id)).all())
    return found[0] if found else None


def lock(tx: Tx, id: str) -> ApprovalRequest | None:
    """Return a request, its row locked until the end of the transaction."""
    query = select(approval_request).where(approval_request.c.id == id).with_for_update()
    rows = tx.connection.execute(query).all()
    tx.refresh_now()
    found = _load(tx, rows)
    return found[0] if found else None


def list_waiting(tx: Tx, *, act: str | None = None, subject: str | None = None) -> list[ApprovalRequest]:
    """Return the waiting requests, oldest first, of one act and about one subject if given."""
    query = select(approval_request).where(approval_request.c.state == "waiting").order_by(approval_request.c.seq)
    if act is not None:
        query = query.where(approval_request.c.act == act)
    if subject is not None:
        query = query.where(approval_request.c.subject == subject)
    return _load(tx, tx.connection.execute(query).all())


def list_done(tx: Tx, *, act: str, subject: str | None = None) -> list[ApprovalRequest]:
    """Return the requests for an act that was carried out, oldest first, with who asked and who confirmed.

    About one subject if given.
    """
    query = select(approval_request).where(approval_request.c.state == "done", approval_request.c.act == act)
    if subject is not None:
        query = query.where(approval_request.c.subject == subject)
    return _load(tx, tx.connection.execute(query.order_by(approval_request.c.seq)).all())


def add_approval(tx: Tx, id: str, *, person: str, channel: str) -> None:
    """Add a confirmation by a person."""
    tx.connection.execute(insert(approval).values(request=id, person=person, channel=channel, at=tx.now))


def set_due(tx: Tx, id: str, *, due_at: int) -> None:
    """Set when a waiting request is carried out (µs UTC)."""
    query = update(approval_request).where(approval_request.c.id == id, approval_request.c.state == "waiting")
    tx.connection.execute(query.values(due_at=due_at))


def end(tx: Tx, id: str, *, state: str) -> bool:
    """Compare-and-swap waiting → `state`; return False if the request has ended."""
    query = update(approval_request).where(approval_request.c.id == id, approval_request.c.state == "waiting")
    return tx.connection.execute(query.values(state=state, ended_at=tx.now)).rowcount == 1


def _load(tx: Tx, rows: Sequence[Row[Any]]) -> list[ApprovalRequest]:
    ids = [row.id for row in rows]
    query = select(approval).where(approval.c.request.in_(ids)).order_by(approval.c.at, approval.c.person)
    given: dict[str, list[Approval]] = {id: [] for id in ids}
    for row in tx.connection.execute(query) if ids else ():
        given[row.request].append(Approval(row.person, row.channel, row.at))
    return [_request(row, tuple(given[row.id])) for row in rows]


def _request(row: Row[Any], approvals: tuple[Approval, ...]) -> ApprovalRequest:
    columns = {name: row._mapping[name] for name in ApprovalRequest.__dataclass_fields__ if name != "approvals"}
    return ApprovalRequest(**columns, approvals=approvals)
