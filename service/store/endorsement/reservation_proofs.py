"""Proofs of reservations."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from service.domain.publication.reservation_proof import FAILURE_STANDS, KEPT_FOR, ReservationProof
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import reservation_proof

HOUR = 3600 * 1_000_000
_UNFINISHED = ("queued", "rendering")


def add(tx: Tx, *, id: str, round_id: str, by: str, lang: str, text: str, text_sha256: str) -> None:
    """Add a proof, queued."""
    row = {"id": id, "seq": next_seq(tx, reservation_proof), "round": round_id, "requested_by": by, "lang": lang}
    other_columns = {"text": text, "text_sha256": text_sha256, "state": "queued", "requested_at": tx.now}
    tx.connection.execute(insert(reservation_proof).values(**row, **other_columns))


def get(tx: Tx, id: str) -> ReservationProof | None:
    """Return a proof by id."""
    row = tx.connection.execute(select(reservation_proof).where(reservation_proof.c.id == id)).one_or_none()
    return _proof(row) if row else None


def is_whole(tx: Tx, *, round_id: str, lang: str, text_sha256: str) -> bool:
    """Return whether anybody's proof of this text in this language is whole in the round."""
    return _find(tx, _of(round_id, lang, text_sha256), reservation_proof.c.state == "whole") is not None


def find_failed(tx: Tx, *, round_id: str, lang: str, text_sha256: str) -> ReservationProof | None:
    """Return the newest failed proof of this text that still stands, of any person."""
    recent = reservation_proof.c.requested_at > tx.now - FAILURE_STANDS
    return _find(tx, _of(round_id, lang, text_sha256), reservation_proof.c.state == "failed", recent)


def find_own(tx: Tx, *, round_id: str, by: str, lang: str, text_sha256: str) -> ReservationProof | None:
    """Return the newest proof of this text that the person requested."""
    return _find(tx, _of(round_id, lang, text_sha256), reservation_proof.c.requested_by == by)


def count_recent(tx: Tx, *, by: str) -> int:
    """Return how many proofs the person requested in the last hour."""
    recent = reservation_proof.c.requested_at > tx.now - HOUR
    query = select(func.count()).select_from(reservation_proof).where(reservation_proof.c.requested_by == by, recent)
    return int(tx.connection.execute(query).scalar_one())


def mark_rendering(tx: Tx, id: str) -> None:
    """Note that the worker has begun."""
    query = update(reservation_proof).where(reservation_proof.c.id == id, reservation_proof.c.state == "queued")
    tx.connection.execute(query.values(state="rendering"))


def mark_whole(tx: Tx, id: str) -> bool:
    """Compare-and-swap → whole; return False if it has ended."""
    return _end(tx, id, {"state": "whole"})


def mark_failed(tx: Tx, id: str, *, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap → failed; return False if it has ended."""
    return _end(tx, id, {"state": "failed", "failure": dict(failure)})


def delete_old(tx: Tx) -> None:
    """Delete the proofs whose time is over, with their words."""
    tx.connection.execute(delete(reservation_proof).where(reservation_proof.c.requested_at <= tx.now - KEPT_FOR))


def _of(round_id: str, lang: str, text_sha256: str) -> Any:
    columns = reservation_proof.c
    return (columns.round == round_id) & (columns.lang == lang) & (columns.text_sha256 == text_sha256)


def _find(tx: Tx, *conditions: Any) -> ReservationProof | None:
    query = select(reservation_proof).where(*conditions).order_by(reservation_proof.c.seq.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _proof(row) if row else None


def _end(tx: Tx, id: str, values: Mapping[str, object]) -> bool:
    query = update(reservation_proof).where(reservation_proof.c.id == id, reservation_proof.c.state.in_(_UNFINISHED))
    return tx.connection.execute(query.values(**values, ended_at=tx.now)).rowcount == 1


def _proof(row: Row[Any]) -> ReservationProof:
    return ReservationProof(**{name: row._mapping[name] for name in ReservationProof.__dataclass_fields__})
