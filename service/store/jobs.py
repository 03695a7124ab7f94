"""The table of jobs. A claim is a compare-and-swap with a lease; whoever fails to get it does nothing."""

from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select, update

from service.jobs import DELIVER_MAIL, Job
from service.store.db import Tx
from service.store.sequence import lock
from service.store.tables import jobs

FIRST_WAIT = 15 * 1_000_000
LONGEST_WAIT = 3600 * 1_000_000
MOST_ATTEMPTS = 8
"""How often a job is tried, where PATIENCE says nothing else."""

PATIENCE = {DELIVER_MAIL: 5 * 24 * 3600 * 1_000_000}
"""Jobs that are tried for so many microseconds, however often, before they are given up."""

PAUSE = 10 * 60 * 1_000_000
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
    since: int
    spent: bool


def enqueue(tx: Tx, name: str, *, ref: str, effect_key: str) -> None:
    """Write the row and ring after commit. One job an `effect_key`: a second one is nothing new."""
    lock(tx)  # whoever writes the same job now has written it, or waits
    known = select(jobs.c.id).where(jobs.c.effect_key == effect_key)
    if tx.connection.execute(known).one_or_none():
        return
    id = tx.new_id("job")
    row = {"id": id, "name": name, "ref": ref, "state": "queued", "attempts": 0, "rings": 0, "effect_key": effect_key}
    tx.connection.execute(insert(jobs).values(**row, next_at=tx.now + FIRST_WAIT))
    tx.ring(Job(name, id))


def waiting(tx: Tx, name: str, *, ref: str) -> bool:
    """Whether such a job for `ref` is queued or running."""
    query = select(jobs.c.id).where(jobs.c.name == name, jobs.c.ref == ref, jobs.c.state.in_(["queued", "running"]))
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def rests(tx: Tx, name: str, *, ref: str) -> bool:
    """Whether such a job for `ref` was tried already and waits for its next attempt."""
    query = select(jobs.c.id).where(
        jobs.c.name == name, jobs.c.ref == ref, jobs.c.state == "queued", jobs.c.attempts > 0
    )
    return tx.connection.execute(query.limit(1)).one_or_none() is not None


def claim(tx: Tx, id: str, *, lease: int) -> Claim | None:
    """Take the job for `lease` µs if it waits or its holder's lease ran out; None where someone else got there first
    or it is done."""
    free = or_(jobs.c.state == "queued", (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now))
    before = tx.connection.execute(select(jobs).where(jobs.c.id == id, free)).one_or_none()
    if before is None:
        return None
    same = (jobs.c.id == id, free, jobs.c.attempts == before.attempts)
    since = before.tried_since or tx.now
    attempt = before.attempts + 1
    values = {"state": "running", "attempts": attempt, "rings": 0, "tried_since": since, "lease_until": tx.now + lease}
    if tx.connection.execute(update(jobs).where(*same).values(values)).rowcount != 1:
        return None
    spent = before.state == "running" and _over(before.name, attempts=before.attempts, since=since, now=tx.now)
    return Claim(id, before.name, before.ref, attempt, since, spent)


def done(tx: Tx, claim: Claim) -> None:
    _end(tx, claim, {"state": "done", "lease_until": None})


def failed(tx: Tx, claim: Claim, *, error: str) -> None:
    """Give the job up for good."""
    _end(tx, claim, {"state": "failed", "lease_until": None, "error": error})


def again(tx: Tx, claim: Claim, *, error: str) -> bool:
    """Put the job back with exponential back-off, up to LONGEST_WAIT; False, untouched, where it was tried enough."""
    if _over(claim.name, attempts=claim.attempt, since=claim.since, now=tx.now):
        return False
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(claim.attempt - 1, 20))
    _end(tx, claim, {"state": "queued", "lease_until": None, "next_at": tx.now + wait, "error": error})
    return True


def put_back(tx: Tx, claim: Claim, *, error: str) -> None:
    """The job could not even be tried: it waits for PAUSE, and neither this attempt nor the days before it count."""
    values = {"state": "queued", "lease_until": None, "next_at": tx.now + PAUSE, "error": error}
    _end(tx, claim, {**values, "attempts": claim.attempt - 1, "tried_since": None})


def _over(name: str, *, attempts: int, since: int, now: int) -> bool:
    return now - since >= PATIENCE[name] if name in PATIENCE else attempts >= MOST_ATTEMPTS


def due(tx: Tx, *, limit: int = 200) -> list[Job]:
    """Jobs whose bell nobody seems to have heard; each is given a later `next_at`, doubling, so that a queue nobody
    empties does not grow without bound."""
    waits = jobs.c.next_at <= tx.now
    lost = (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now) & ((jobs.c.rings == 0) | waits)
    unheard = or_((jobs.c.state == "queued") & waits, lost)  # a claim sets the rings to 0
    rows = tx.connection.execute(select(jobs).where(unheard).order_by(jobs.c.next_at).limit(limit)).all()
    for row in rows:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.rings + 1, 20))
        later = {"next_at": tx.now + wait, "rings": row.rings + 1}
        tx.connection.execute(update(jobs).where(jobs.c.id == row.id).values(later))
    return [Job(row.name, row.id) for row in rows]


def counts(tx: Tx) -> dict[str, int]:
    """How many jobs are in each state."""
    query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _end(tx: Tx, claim: Claim, values: dict[str, object]) -> None:
    query = update(jobs).where(jobs.c.id == claim.id, jobs.c.state == "running", jobs.c.attempts == claim.attempt)
    tx.connection.execute(query.values(values))
