"""Disputes of answers and what persons did to settle them; rows are only ever added."""

from typing import Any

from sqlalchemy import Row, Select, insert, select

from service.domain.endorsement.dispute import Dispute, DisputeStatus, Settlement, Settling
from service.domain.endorsement.endorsement import Endorsement
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import challenge, dispute, dispute_settlement


def add(tx: Tx, *, id: str, disputed: Endorsement, subject: str, person: str, reason: str, at: int) -> None:
    """Add a dispute of an endorsement, or of its withdrawal, made at `at` (µs UTC)."""
    row = {"id": id, "seq": next_seq(tx, dispute), "round": disputed.round, "endorsement": disputed.id}
    other_columns = {"organisation": disputed.organisation, "person": person, "subject": subject, "reason": reason}
    tx.connection.execute(insert(dispute).values(**row, **other_columns, at=at))


def add_settlement(tx: Tx, *, dispute_id: str, person: str, act: Settling) -> None:
    """Add what a person does now to settle a dispute."""
    row = {"dispute": dispute_id, "person": person, "act": act, "seq": next_seq(tx, dispute_settlement)}
    tx.connection.execute(insert(dispute_settlement).values(**row, at=tx.now))


def get(tx: Tx, id: str) -> DisputeStatus | None:
    """Return a dispute with its settlements."""
    return next(iter(_load(tx, select(dispute).where(dispute.c.id == id))), None)


def list_by_round(tx: Tx, round_id: str) -> list[DisputeStatus]:
    """Return the disputes of a round with their settlements, in order."""
    return _load(tx, select(dispute).where(dispute.c.round == round_id).order_by(dispute.c.seq))


def get_withdrawer(tx: Tx, withdrawn: Endorsement) -> str | None:
    """Return the person who withdrew an endorsement."""
    query = select(challenge.c.person).where(
        challenge.c.round == withdrawn.round,
        challenge.c.organisation == withdrawn.organisation,
        challenge.c.used_at.is_not(None),
        challenge.c.statement == withdrawn.ended_statement,
    )
    return tx.connection.execute(query).scalars().first()


def _load(tx: Tx, query: Select[Any]) -> list[DisputeStatus]:
    rows = tx.connection.execute(query).all()
    settlements: dict[str, list[Settlement]] = {row.id: [] for row in rows}
    if rows:
        settling = select(dispute_settlement).where(dispute_settlement.c.dispute.in_(list(settlements)))
        for row in tx.connection.execute(settling.order_by(dispute_settlement.c.seq)):
            settlements[row.dispute].append(Settlement(row.dispute, row.person, row.seq, row.act, row.at))
    return [DisputeStatus(_dispute(row), tuple(settlements[row.id])) for row in rows]


def _dispute(row: Row[Any]) -> Dispute:
    return Dispute(**{name: row._mapping[name] for name in Dispute.__dataclass_fields__})
