"""Work planned outside of the write lock: an action asks for a result, and is run again once it is there.

No text is read, compared or rendered while the write lock is held, because everybody else waits for it. An action
asks for such a result with `Tx.plan`. In a transaction of `run_planned` a result that is missing ends the transaction
without a trace; it is computed in a read transaction, and the action runs again from its beginning. Results name the
position of the draft they were computed for, so a draft that moved meanwhile needs another one.

A draft in which many people write may move each time. After PLAN_ATTEMPTS it is paused: nothing is appended to it for
at most MAX_PAUSE, while editors keep what is typed, and the result that is computed then is still right. On a busy
machine that may be too short; then the draft is paused again, MAX_PAUSES times at most.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from service.domain.errors import N_, Unavailable
from service.store.db import Database, SupportsDispatch, Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import pauses as pauses_store
from service.store.plans import DraftPaused, PlanNeeded, Plans

T = TypeVar("T")

PLAN_ATTEMPTS = 3
"""Results that are computed for a moving draft before it is paused."""

MAX_PAUSE = 2_000_000
"""Microseconds for which a draft can be paused."""

MAX_PAUSES = 3
"""Pauses for one action. Between them what was typed meanwhile is stored."""

MAX_WAIT = 2 * MAX_PAUSE / 1_000_000
"""Seconds that an action waits for the pause of another one."""

WAIT_INTERVAL = 0.05
"""Seconds between two looks at a paused draft."""


def run_planned(database: Database, dispatcher: SupportsDispatch, work: Callable[[Tx], T]) -> T:
    """Run `work` in a write transaction, computing outside of it what it asks for. It may run several times.

    Raises what `work` and the computations raise, and Unavailable `draft_busy`.
    """
    run = _Run(database, dispatcher)
    while True:
        try:
            run.pause_if_due()
            with database.write(dispatcher) as tx:
                tx.plans = run.plans
                result = work(tx)
                for draft in run.plans.paused:
                    pauses_store.set_pause(tx, draft, until=None)
                return result
        except PlanNeeded as error:
            needed = error
        except DraftPaused:
            run.wait()
            continue
        run.provide(needed)


@dataclass(slots=True)
class _Run:
    """An action that is run until nothing is missing: what was computed, how often, and the draft to pause next."""

    database: Database
    dispatcher: SupportsDispatch
    plans: Plans = field(default_factory=Plans)
    attempts: dict[Hashable, int] = field(default_factory=dict)
    to_pause: str | None = None
    deadline: float = 0.0

    def provide(self, needed: PlanNeeded) -> None:
        """Compute what is needed; if the draft has moved too often, pause it first and see where it is then.

        Raises Unavailable `draft_busy`.
        """
        attempt = self.attempts[needed.slot] = self.attempts.get(needed.slot, 0) + 1
        beyond = attempt - PLAN_ATTEMPTS
        if beyond > 2 * MAX_PAUSES:
            raise draft_busy()
        if beyond > 0 and beyond % 2 and needed.draft:
            self.to_pause = needed.draft
            return
        with self.database.read() as tx:
            self.plans.add(needed, needed.compute(tx))

    def pause_if_due(self) -> None:
        """Pause the draft that was chosen. Raises DraftPaused if another action has paused it."""
        if self.to_pause is None:
            return
        with self.database.write(self.dispatcher) as tx:
            tx.plans = self.plans
            journal_store.lock_head(tx, self.to_pause)
            pauses_store.check_not_paused(tx, self.to_pause)
            if not pauses_store.is_paused(tx, self.to_pause):
                pauses_store.set_pause(tx, self.to_pause, until=tx.now + MAX_PAUSE)
        self.plans.paused.add(self.to_pause)
        self.to_pause = None

    def wait(self) -> None:
        """Wait for the pause of another action, for MAX_WAIT in all."""
        self.deadline = self.deadline or time.monotonic() + MAX_WAIT
        if time.monotonic() > self.deadline:
            raise draft_busy()
        time.sleep(WAIT_INTERVAL)


def draft_busy() -> Unavailable:
    """Return the error for a draft that moved each time a result was ready."""
    return Unavailable(
        "draft_busy", N_("Others are writing in this text just now. Nothing was changed, nothing is lost. Try again.")
    )
