"""The table of jobs. A claim is a compare-and-swap with a lease; a worker that fails to get it does nothing."""

from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select, update

from service.jobs import DELIVER_EMAIL, IMPORT_WORD, PROVE_RESERVATION, Job
from service.logs.request_id import get_request_id
from service.store.db import Tx
from service.store.sequence import lock_sequence
from service.store.tables import jobs

INITIAL_BACKOFF = 15 * 1_000_000
"""µs until the first retry or the first dispatch by the sweep; each further one waits twice as long."""
MAX_BACKOFF = 3600 * 1_000_000
"""µs: the longest wait between two attempts."""
MAX_ATTEMPTS = 8
"""Attempts of a job, unless ATTEMPTS sets another number, or RETRY_PERIODS a time."""

ATTEMPTS = {IMPORT_WORD: 3, PROVE_RESERVATION: 2}
"""Attempts of a job of this name: a file that made a worker hang would do it again, and a signatory does not wait."""

RETRY_PERIODS = {DELIVER_EMAIL: 5 * 24 * 3600 * 1_000_000}
"""µs for which a job of this name is retried, however often, before it fails."""

POSTPONEMENT = 10 * 60 * 1_000_000
"""µs until a job that could not be attempted at all is tried again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed job: `ref` is the id of its subject, `attempt` counts from 1.

    The first attempt was at `first_attempt_at` (µs UTC). `is_exhausted`: the worker of the last attempt was lost and no
    attempt is left; the job is claimed only to be marked failed. `request` is the id of the request that queued it.
    """

    id: str
    name: str
    ref: str
    attempt: int
    first_attempt_at: int
    is_exhausted: bool
    request: str = ""


def enqueue(tx: Tx, name: str, *, ref: str, effect_key: str) -> None:
    """Add a job and dispatch it after commit; do nothing if a job with this `effect_key` exists."""
    lock_sequence(tx)  # serialises concurrent inserts of the same effect key
    existing = select(jobs.c.id).where(jobs.c.effect_key == effect_key)
    if tx.connection.execute(existing).one_or_none():
        return
    id = tx.new_id("job")
    row = {"id": id, "name": name, "ref": ref, "state": "queued", "attempts": 0, "rings": 0, "effect_key": effect_key}
    row["request"] = get_request_id() or None
    tx.connection.execute(insert(jobs).values(**row, next_at=tx.now + INITIAL_BACKOFF))
    tx.dispatch(Job(name, id))


def is_pending(tx: Tx, name: str, *, ref: str) -> bool:
    """Return whether a job of this name for `ref` is queued or running."""
    query = select(jobs.c.id).where(jobs.c.name == name, jobs.c.ref == ref, jobs.c.state.in_(["queued", "running"]))
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def is_awaiting_retry(tx: Tx, name: str, *, ref: str) -> bool:
    """Return whether a job of this name for `ref` was attempted and waits for its next attempt."""
    query = select(jobs.c.id).where(
        jobs.c.name == name, jobs.c.ref == ref, jobs.c.state == "queued", jobs.c.attempts > 0
    )
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def claim(tx: Tx, id: str, *, lease: int) -> Claim | None:
    """Claim the job for `lease` µs if it is queued or its lease has expired.

    Returns None if it is done or another worker has claimed it.
    """
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
    return Claim(id, unclaimed.name, unclaimed.ref, attempt, since, spent, unclaimed.request or "")


def mark_done(tx: Tx, claim: Claim) -> None:
    """Mark a claimed job as done, and forget which request queued it."""
    _update_claimed(tx, claim, {"state": "done", "lease_until": None, "request": None})


def mark_failed(tx: Tx, claim: Claim, *, error: str) -> None:
    """Mark a claimed job as failed for good."""
    _update_claimed(tx, claim, {"state": "failed", "lease_until": None, "error": error})


def retry_later(tx: Tx, claim: Claim, *, error: str) -> bool:
    """Queue the job again with exponential back-off, up to MAX_BACKOFF.

    Returns False, with nothing changed, if no attempt is left.
    """
    if _has_exhausted_retries(claim.name, attempts=claim.attempt, since=claim.first_attempt_at, now=tx.now):
        return False
    backoff = min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** min(claim.attempt - 1, 20))
    _update_claimed(tx, claim, {"state": "queued", "lease_until": None, "next_at": tx.now + backoff, "error": error})
    return True


def postpone(tx: Tx, claim: Claim, *, error: str) -> None:
    """Queue the job again after POSTPONEMENT because it could not be attempted.

    This attempt does not count, and the time allowed for retries starts again.
    """
    values = {"state": "queued", "lease_until": None, "next_at": tx.now + POSTPONEMENT, "error": error}
    _update_claimed(tx, claim, {**values, "attempts": claim.attempt - 1, "tried_since": None})


def _has_exhausted_retries(name: str, *, attempts: int, since: int, now: int) -> bool:
    return now - since >= RETRY_PERIODS[name] if name in RETRY_PERIODS else attempts >= ATTEMPTS.get(name, MAX_ATTEMPTS)


def reschedule_overdue(tx: Tx, *, limit: int = 200) -> list[Job]:
    """Return overdue jobs to dispatch again, and move the `next_at` of each further away, doubling the wait.

    The wait doubles so that a queue without a worker does not grow without bound.
    """
    is_due = jobs.c.next_at <= tx.now
    lease_expired = (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now) & ((jobs.c.rings == 0) | is_due)
    overdue = or_((jobs.c.state == "queued") & is_due, lease_expired)  # a claim resets `rings`, the count of dispatches
    rows = tx.connection.execute(select(jobs).where(overdue).order_by(jobs.c.next_at).limit(limit)).all()
    for row in rows:
        backoff = min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** min(row.rings + 1, 20))
        columns = {"next_at": tx.now + backoff, "rings": row.rings + 1}
        tx.connection.execute(update(jobs).where(jobs.c.id == row.id).values(columns))
    return [Job(row.name, row.id) for row in rows]


def count_by_state(tx: Tx) -> dict[str, int]:
    """Return the number of jobs in each state."""
    query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _update_claimed(tx: Tx, claim: Claim, columns: dict[str, object]) -> None:
    query = update(jobs).where(jobs.c.id == claim.id, jobs.c.state == "running", jobs.c.attempts == claim.attempt)
    tx.connection.execute(query.values(columns))
