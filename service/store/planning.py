"""Work planned outside of the write lock: an action asks for a result, and is run again once it is there.

No text is read, compared or rendered while the write lock is held, because everybody else waits for it. An action
asks for such a result with `Tx.plan`. In a transaction of `run_planned` a result that is missing ends the transaction
without a trace; it is computed in a read transaction, and the action runs again from its beginning. Results name the
position of the draft they were computed for, so a draft that moved meanwhile needs another one.

A draft in which many people write may move each time. After PLAN_ATTEMPTS it is paused: nothing is appended to it for
at most MAX_PAUSE, while editors keep what is typed, and the result that is computed then is still right.
"""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

from service.domain.errors import N_, Unavailable
from service.store.db import Database, SupportsDispatch, Tx
from service.store.drafts import journal as journal_store
from service.store.plans import DraftPaused, PlanNeeded, Plans

T = TypeVar("T")

PLAN_ATTEMPTS = 3
"""Results that are computed for a moving draft before it is paused."""

MAX_PAUSE = 2_000_000
"""Microseconds for which a draft can be paused."""

MAX_WAIT = 2 * MAX_PAUSE / 1_000_000
"""Seconds that an action waits for the pause of another one."""

WAIT_INTERVAL = 0.05
"""Seconds between two looks at a paused draft."""


def run_planned(database: Database, dispatcher: SupportsDispatch, work: Callable[[Tx], T]) -> T:
    """Run `work` in a write transaction, computing outside of it what it asks for. It may run several times.

    Raises what `work` and the computations raise, and Unavailable `draft_busy`.
    """
    plans, attempts, deadline = Plans(), dict[Hashable, int](), 0.0
    while True:
        try:
            with database.write(dispatcher) as tx:
                tx.plans = plans
                result = work(tx)
                for draft in plans.paused:
                    journal_store.set_pause(tx, draft, until=None)
                return result
        except PlanNeeded as error:
            needed = error
        except DraftPaused:
            deadline = deadline or time.monotonic() + MAX_WAIT
            if time.monotonic() > deadline:
                raise draft_busy() from None
            time.sleep(WAIT_INTERVAL)
            continue
        attempts[needed.slot] = attempts.get(needed.slot, 0) + 1
        if attempts[needed.slot] > PLAN_ATTEMPTS:
            _pause(database, dispatcher, plans, needed.draft)
        with database.read() as tx:
            plans.add(needed, needed.compute(tx))


def draft_busy() -> Unavailable:
    """Return the error for a draft that moved each time a result was ready."""
    return Unavailable(
        "draft_busy", N_("Others are writing in this text just now. Nothing was changed, nothing is lost. Try again.")
    )


def _pause(database: Database, dispatcher: SupportsDispatch, plans: Plans, draft: str | None) -> None:
    """Pause the draft, once: if it moved in spite of that, its pause ended before the result was ready."""
    if draft is None or draft in plans.paused:
        raise draft_busy()
    plans.paused.add(draft)
    with database.write(dispatcher) as tx:
        tx.plans = plans
        journal_store.lock_head(tx, draft)
        journal_store.set_pause(tx, draft, until=tx.now + MAX_PAUSE)
