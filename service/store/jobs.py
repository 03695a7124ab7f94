"""The table of jobs. A claim is a compare-and-swap with a lease; whoever fails to get it does nothing."""

from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select, update

from service.jobs import DELIVER_EMAIL, Job
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import jobs

INITIAL_BACKOFF = 15 * 1_000_000
MAX_BACKOFF = 3600 * 1_000_000
MAX_ATTEMPTS = 8
"""How often a job is tried, where PATIENCE says nothing else."""

RETRY_PERIODS = {DELIVER_EMAIL: 5 * 24 * 3600 * 1_000_000}
"""Jobs that are tried for so many microseconds, however often, before they are given up."""

POSTPONEMENT = 10 * 60 * 1_000_000
"""Until a job that could not even be tried is looked at again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job taken: `ref` is the row of the noun, `attempt` counts from 1, the first was at `since`.

    `spent`: the worker of its last attempt was lost and there is no other; it is claimed only to be given up.
    """

    id: str
    name: str
    ref: str
    attempt: int
    first_attempt_at: int
    is_exhausted: bool


def enqueue(tx: Tx, name: str, *, ref: str, effect_key: str) -> None:
    """Write the row and ring after commit. One job an `effect_key`: a second one is nothing new."""
    lock_sequence(tx)  # whoever writes the same job now has written it, or waits
    existing = select(jobs.c.id).where(jobs.c.effect_key == effect_key)
    if tx.connection.execute(existing).one_or_none():
        return
    id = tx.new_id("job")
    row = {"id": id, "name": name, "ref": ref, "state": "queued", "attempts": 0, "rings": 0, "effect_key": effect_key}
    tx.connection.execute(insert(jobs).values(**row, next_at=tx.now + INITIAL_BACKOFF))
    tx.dispatch(Job(name, id))


def is_pending(tx: Tx, name: str, *, ref: str) -> bool:
    """Whether such a job for `ref` is queued or running."""
    query = select(jobs.c.id).where(jobs.c.name == name, jobs.c.ref == ref, jobs.c.state.in_(["queued", "running"]))
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def is_awaiting_retry(tx: Tx, name: str, *, ref: str) -> bool:
    """Whether such a job for `ref` was tried already and waits for its next attempt."""
    query = select(jobs.c.id).where(
        jobs.c.name == name, jobs.c.ref == ref, jobs.c.state == "queued", jobs.c.attempts > 0
    )
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def claim(tx: Tx, id: str, *, lease: int) -> Claim | None:
    """Take the job for `lease` µs if it waits or its holder's lease ran out; None where someone else got there first
    or it is done."""
    claimable = or_(jobs.c.state == "queued", (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now))
    unclaimed = tx.connection.execute(select(jobs).where(jobs.c.id == id, claimable)).one_or_none()
    if unclaimed is None:
        return None
    unchanged = (jobs.c.id == id, claimable, jobs.c.attempts == unclaimed.attempts)
    since = unclaimed.tried_since or tx.now
    attempt = unclaimed.attempts + 1
    values = {"state": "running", "attempts": attempt, "rings": 0, "tried_since": since, "lease_until": tx.now + lease}
    if tx.connection.execute(update(jobs).where(*unchanged).values(values)).rowcount != 1:
        return None
    spent = unclaimed.state == "running" and _has_exhausted_retries(
        unclaimed.name, attempts=unclaimed.attempts, since=since, now=tx.now
    )
    return Claim(id, unclaimed.name, unclaimed.ref, attempt, since, spent)


def mark_done(tx: Tx, claim: Claim) -> None:
    _update_claimed(tx, claim, {"state": "done", "lease_until": None})


def mark_failed(tx: Tx, claim: Claim, *, error: str) -> None:
    """Give the job up for good."""
    _update_claimed(tx, claim, {"state": "failed", "lease_until": None, "error": error})


def retry_later(tx: Tx, claim: Claim, *, error: str) -> bool:
    """Put the job back with exponential back-off, up to LONGEST_WAIT; False, untouched, where it was tried enough."""
    if _has_exhausted_retries(claim.name, attempts=claim.attempt, since=claim.first_attempt_at, now=tx.now):
        return False
    backoff = min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** min(claim.attempt - 1, 20))
    _update_claimed(tx, claim, {"state": "queued", "lease_until": None, "next_at": tx.now + backoff, "error": error})
    return True


def postpone(tx: Tx, claim: Claim, *, error: str) -> None:
    """The job could not even be tried: it waits for PAUSE, and neither this attempt nor the days before it count."""
    values = {"state": "queued", "lease_until": None, "next_at": tx.now + POSTPONEMENT, "error": error}
    _update_claimed(tx, claim, {**values, "attempts": claim.attempt - 1, "tried_since": None})


def _has_exhausted_retries(name: str, *, attempts: int, since: int, now: int) -> bool:
    return now - since >= RETRY_PERIODS[name] if name in RETRY_PERIODS else attempts >= MAX_ATTEMPTS


def reschedule_overdue(tx: Tx, *, limit: int = 200) -> list[Job]:
    """Jobs whose bell nobody seems to have heard; each is given a later `next_at`, doubling, so that a queue nobody
    empties does not grow without bound."""
    is_due = jobs.c.next_at <= tx.now
    lease_expired = (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now) & ((jobs.c.rings == 0) | is_due)
    overdue = or_((jobs.c.state == "queued") & is_due, lease_expired)  # a claim sets the rings to 0
    rows = tx.connection.execute(select(jobs).where(overdue).order_by(jobs.c.next_at).limit(limit)).all()
    for row in rows:
        backoff = min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** min(row.rings + 1, 20))
        columns = {"next_at": tx.now + backoff, "rings": row.rings + 1}
        tx.connection.execute(update(jobs).where(jobs.c.id == row.id).values(columns))
    return [Job(row.name, row.id) for row in rows]


def count_by_state(tx: Tx) -> dict[str, int]:
    """How many jobs are in each state."""
    query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _update_claimed(tx: Tx, claim: Claim, columns: dict[str, object]) -> None:
    query = update(jobs).where(jobs.c.id == claim.id, jobs.c.state == "running", jobs.c.attempts == claim.attempt)
    tx.connection.execute(query.values(columns))
