"""Endorsements and the challenges that precede them. An organisation has at most one live endorsement in a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from service.domain.endorsement.endorsement import Endorsement
from service.domain.membership.people import Names
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import challenge, challenge_approval, endorsement


@dataclass(frozen=True, slots=True)
class Challenge:
    """A prepared statement that waits for its code: single use, expires at `expires_at` (µs UTC)."""

    id: str
    person: str
    round: str
    organisation: str
    mandate: str
    position: str
    reservation: Names
    statement: bytes
    sentence: str
    salt: str
    code_hmac: str
    tries: int
    expires_at: int
    used_at: int | None


def add_challenge(tx: Tx, new: Challenge) -> None:
    """Add a challenge."""
    columns = {name: getattr(new, name) for name in Challenge.__dataclass_fields__}
    tx.connection.execute(insert(challenge).values(**columns))


# Built once: building a statement takes longer than running it on SQLite.
_CHALLENGE_FOR_UPDATE = select(challenge).where(challenge.c.id == bindparam("id")).with_for_update()
_MARK_USED = (
    update(challenge)
    .where(challenge.c.id == bindparam("challenge"), challenge.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_INSERT = insert(endorsement)
_BY_ID = select(endorsement).where(endorsement.c.id == bindparam("id"))
_LIVE = select(endorsement).where(
    endorsement.c.round == bindparam("round"),
    endorsement.c.organisation == bindparam("organisation"),
    endorsement.c.state == "cast",
)


def lock_challenge(tx: Tx, id: str) -> Challenge | None:
    """Return a challenge, its row locked until the end of the transaction."""
    row = tx.connection.execute(_CHALLENGE_FOR_UPDATE, {"id": id}).one_or_none()
    return Challenge(**dict(row._mapping)) if row else None


def get_challenge(tx: Tx, id: str) -> Challenge | None:
    """Return a challenge without a lock: to be shown, not to be redeemed."""
    row = tx.connection.execute(select(challenge).where(challenge.c.id == id)).one_or_none()
    return Challenge(**dict(row._mapping)) if row else None


def has_prepared(tx: Tx, round_id: str, *, person: str) -> bool:
    """Return whether the person ever prepared a statement in this round."""
    query = select(challenge.c.id).where(challenge.c.round == round_id, challenge.c.person == person).limit(1)
    return tx.connection.execute(query).first() is not None


def increment_challenge_attempts(tx: Tx, id: str) -> None:
    """Count a wrong code for a challenge."""
    tx.connection.execute(update(challenge).where(challenge.c.id == id).values(tries=challenge.c.tries + 1))


def void_challenges(tx: Tx, *, person: str, round_id: str) -> None:
    """Void the person's unused challenges in this round, so that only the newest code works."""
    query = update(challenge).where(
        challenge.c.person == person, challenge.c.round == round_id, challenge.c.used_at.is_(None)
    )
    tx.connection.execute(query.values(used_at=tx.now))


def count_recent_challenges(tx: Tx, *, person: str, since: int) -> tuple[int, int]:
    """Return (challenges, wrong codes) of the person among challenges that expire after `since` (µs UTC)."""
    query = select(func.count(), func.coalesce(func.sum(challenge.c.tries), 0)).where(
        challenge.c.person == person, challenge.c.expires_at > since
    )
    row = tx.connection.execute(query).one()
    return row[0], row[1]


def mark_challenge_used(tx: Tx, id: str) -> bool:
    """Compare-and-swap unused → used; return False if it was used already."""
    return tx.connection.execute(_MARK_USED, {"challenge": id, "now": tx.now}).rowcount == 1


def add_approval(tx: Tx, challenge_id: str, *, person: str) -> bool:
    """Add a person's confirmation of an answer; return False if they confirmed it already."""
    key = (challenge_approval.c.challenge == challenge_id, challenge_approval.c.person == person)
    if tx.connection.execute(select(challenge_approval.c.at).where(*key)).first():
        return False
    tx.connection.execute(insert(challenge_approval).values(challenge=challenge_id, person=person, at=tx.now))
    return True


def is_approved(tx: Tx, challenge_id: str) -> bool:
    """Return whether anybody confirmed this very answer."""
    query = select(challenge_approval.c.at).where(challenge_approval.c.challenge == challenge_id).limit(1)
    return tx.connection.execute(query).first() is not None


def list_approvals(tx: Tx, *, person: str, round_id: str, since: int) -> list[tuple[str, Challenge]]:
    """Return (who confirmed, what) of the answers that `person` prepared in a round, if after `since` (µs UTC)."""
    query = (
        select(challenge, challenge_approval.c.person.label("approver"))
        .join(challenge_approval, challenge_approval.c.challenge == challenge.c.id)
        .where(challenge.c.person == person, challenge.c.round == round_id, challenge_approval.c.at > since)
    )
    names = Challenge.__dataclass_fields__
    return [
        (row.approver, Challenge(**{name: row._mapping[name] for name in names}))
        for row in tx.connection.execute(query)
    ]


def add(
    tx: Tx,
    *,
    id: str,
    prepared: Challenge,
    statement_sha256: str,
    assurance: str,
    proof: str = "",
    marks: Sequence[str] = (),
) -> Endorsement:
    """Add the endorsement of a redeemed challenge, cast now."""
    row: dict[str, Any] = {
        "id": id,
        "seq": next_seq(tx, endorsement),
        "round": prepared.round,
        "organisation": prepared.organisation,
        "person": prepared.person,
        "mandate": prepared.mandate,
        "position": prepared.position,
        "reservation": prepared.reservation,
        "state": "cast",
        "statement": prepared.statement,
        "statement_sha256": statement_sha256,
        "sentence": prepared.sentence,
        "salt": prepared.salt,
        "assurance": assurance,
        "cast_at": tx.now,
        "proof": proof,
        "marks": list(marks),
    }
    tx.connection.execute(_INSERT, row)
    columns: dict[str, Any] = {name: row.get(name) for name in Endorsement.__dataclass_fields__}
    return Endorsement(**columns)


def get(tx: Tx, id: str) -> Endorsement | None:
    """Return an endorsement by id."""
    row = tx.connection.execute(_BY_ID, {"id": id}).one_or_none()
    return _endorsement(row) if row else None


def get_live(tx: Tx, *, round_id: str, organisation: str) -> Endorsement | None:
    """Return the endorsement of an organisation in a round that is neither replaced nor withdrawn."""
    row = tx.connection.execute(_LIVE, {"round": round_id, "organisation": organisation}).one_or_none()
    return _endorsement(row) if row else None


def get_last(tx: Tx, *, round_id: str, organisation: str) -> Endorsement | None:
    """Return the newest endorsement of an organisation in a round, withdrawn or not."""
    query = select(endorsement).where(endorsement.c.round == round_id, endorsement.c.organisation == organisation)
    row = tx.connection.execute(query.order_by(endorsement.c.seq.desc()).limit(1)).one_or_none()
    return _endorsement(row) if row else None


def list_by_round(tx: Tx, round_id: str, *, live_only: bool = False) -> list[Endorsement]:
    """Return the round's endorsements in the order of casting."""
    query = select(endorsement).where(endorsement.c.round == round_id).order_by(endorsement.c.seq)
    if live_only:
        query = query.where(endorsement.c.state == "cast")
    return [_endorsement(row) for row in tx.connection.execute(query)]


def mark_replaced(tx: Tx, id: str) -> bool:
    """Compare-and-swap cast → replaced; return False if it has ended."""
    return _end_live(tx, id, {"state": "replaced"})


def mark_withdrawn(tx: Tx, id: str, *, withdrawal: Challenge) -> bool:
    """Compare-and-swap cast → withdrawn, storing the exact statement; return False if it has ended."""
    return _end_live(
        tx, id, {"state": "withdrawn", "ended_statement": withdrawal.statement, "ended_salt": withdrawal.salt}
    )


def _end_live(tx: Tx, id: str, columns: dict[str, Any]) -> bool:
    query = update(endorsement).where(endorsement.c.id == id, endorsement.c.state == "cast")
    return tx.connection.execute(query.values(**columns, ended_at=tx.now)).rowcount == 1


def _endorsement(row: Row[Any]) -> Endorsement:
    return Endorsement(**{name: row._mapping[name] for name in Endorsement.__dataclass_fields__})
