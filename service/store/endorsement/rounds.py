"""Rounds of endorsement."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from service.domain.endorsement.round import RollEntry, Round, roll_json
from service.domain.endorsement.terms import RoundTerms, terms_from_json
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import round_


def add(tx: Tx, new: Round) -> None:
    """Add a round."""
    row = {
        "id": new.id,
        "seq": next_seq(tx, round_),
        "document": new.document,
        "version": new.version,
        "rule": dict(new.rule),
        "rule_sha256": new.rule_sha256,
        "roll": {"v": 1, "entries": roll_json(new.roll)},
        "roll_sha256": new.roll_sha256,
        "state": new.state,
        "close_when_all_answered": new.close_when_all_answered,
        "opened_by": new.opened_by,
        "opened_at": new.opened_at,
        "opens_seq": new.opens_seq,
        "closes_at": new.closes_at,
        "format": new.format,
        "wording": new.wording,
        "terms": {"v": 1, **new.terms.to_json()} if new.terms else None,
        "round_sha256": new.round_sha256,
        "secretariat": {"v": 1, "persons": list(new.secretariat)} if new.secretariat is not None else None,
        "proofs": dict(new.proofs) if new.proofs is not None else None,
    }
    tx.connection.execute(insert(round_).values(**row))


# Built once: building a statement takes longer than running it on SQLite.
_BY_ID = select(round_).where(round_.c.id == bindparam("id"))
_BY_ID_FOR_UPDATE = _BY_ID.with_for_update(key_share=True)


def get(tx: Tx, id: str) -> Round | None:
    """Return a round by id."""
    row = tx.connection.execute(_BY_ID, {"id": id}).one_or_none()
    return _round(row) if row else None


def lock(tx: Tx, id: str) -> Round | None:
    """Return the round, its row locked until the end of the transaction. After its document in the lock order."""
    row = tx.connection.execute(_BY_ID_FOR_UPDATE, {"id": id}).one_or_none()
    tx.refresh_now()
    return _round(row) if row else None


def list_by_document(tx: Tx, document: str) -> list[Round]:
    """Return the document's rounds, oldest first."""
    query = select(round_).where(round_.c.document == document).order_by(round_.c.seq)
    return [_round(row) for row in tx.connection.execute(query)]


def list_passed(tx: Tx) -> list[Round]:
    """Return all rounds that passed, oldest first."""
    query = select(round_).where(round_.c.state == "passed").order_by(round_.c.seq)
    return [_round(row) for row in tx.connection.execute(query)]


def list_open(tx: Tx) -> list[Round]:
    """Return all rounds stored as open, oldest first."""
    query = select(round_).where(round_.c.state == "open").order_by(round_.c.seq)
    return [_round(row) for row in tx.connection.execute(query)]


def list_newest(tx: Tx, documents: Collection[str]) -> dict[str, Round]:
    """Return the newest round of each of these documents that has one."""
    last = select(func.max(round_.c.seq)).where(round_.c.document.in_(list(documents))).group_by(round_.c.document)
    return {row.document: _round(row) for row in tx.connection.execute(select(round_).where(round_.c.seq.in_(last)))}


def list_overdue(tx: Tx, *, now: int) -> list[str]:
    """Return the ids of rounds stored as open though their deadline has passed."""
    query = select(round_.c.id).where(round_.c.state == "open", round_.c.closes_at <= now).order_by(round_.c.seq)
    return list(tx.connection.execute(query).scalars())


def list_open_terms(tx: Tx) -> list[RoundTerms]:
    """Return the terms of the open rounds that have some."""
    query = select(round_.c.terms).where(round_.c.state == "open")
    return [terms_from_json(terms) for terms in tx.connection.execute(query).scalars() if terms]


def list_closing_between(tx: Tx, *, after: int, until: int) -> list[str]:
    """Return the ids of open rounds whose deadline is after `after` and not after `until` (µs UTC)."""
    due = (round_.c.state == "open", round_.c.closes_at > after, round_.c.closes_at <= until)
    return list(tx.connection.execute(select(round_.c.id).where(*due).order_by(round_.c.seq)).scalars())


def mark_closed(tx: Tx, id: str, *, state: str, outcome: Mapping[str, object] | None, at: int) -> bool:
    """Compare-and-swap open → `state`; return False if it was closed already."""
    query = update(round_).where(round_.c.id == id, round_.c.state == "open")
    stored = dict(outcome) if outcome is not None else None
    return tx.connection.execute(query.values(state=state, outcome=stored, closed_at=at)).rowcount == 1


def set_answered(tx: Tx, id: str, *, at: int | None) -> None:
    """Set when the last missing answer of a round came (µs UTC), None if one is missing."""
    tx.connection.execute(update(round_).where(round_.c.id == id).values(answered_at=at))


def list_answered(tx: Tx) -> list[Round]:
    """Return the open rounds in which every organisation has answered, oldest first."""
    query = select(round_).where(round_.c.state == "open", round_.c.answered_at.is_not(None)).order_by(round_.c.seq)
    return [_round(row) for row in tx.connection.execute(query)]


def extend(tx: Tx, id: str, *, closes_at: int) -> bool:
    """Move the deadline of an open round to `closes_at` (µs UTC), once; return False if it was moved before."""
    query = update(round_).where(round_.c.id == id, round_.c.state == "open", round_.c.extended_at.is_(None))
    return tx.connection.execute(query.values(closes_at=closes_at, extended_at=tx.now)).rowcount == 1


def has_any(tx: Tx) -> bool:
    """Return whether a round was ever opened in this instance."""
    return tx.connection.execute(select(round_.c.id).limit(1)).first() is not None


def _round(row: Row[Any]) -> Round:
    return Round(
        id=row.id,
        document=row.document,
        version=row.version,
        rule=row.rule,
        rule_sha256=row.rule_sha256,
        roll=tuple(RollEntry(entry["organisation"], entry["names"]) for entry in row.roll["entries"]),
        roll_sha256=row.roll_sha256,
        state=row.state,
        close_when_all_answered=row.close_when_all_answered,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        opens_seq=row.opens_seq,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        format=row.format,
        wording=row.wording,
        terms=terms_from_json(row.terms) if row.terms else None,
        round_sha256=row.round_sha256,
        secretariat=tuple(row.secretariat["persons"]) if row.secretariat else None,
        answered_at=row.answered_at,
        extended_at=row.extended_at,
        proofs=row.proofs,
    )
