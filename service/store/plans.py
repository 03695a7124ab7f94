"""Results that are computed outside of the write lock; see `planning`."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any


class PlanNeeded(Exception):
    """A result that an action needs and that must not be computed while the write lock is held.

    `slot` says what is asked for, `position` for which state of the `draft`. `compute` gets a read transaction.
    """

    def __init__(
        self, slot: Hashable, position: Hashable, compute: Callable[[Any], object], *, draft: str | None
    ) -> None:
        super().__init__(slot)
        self.slot, self.position, self.compute, self.draft = slot, position, compute, draft


class DraftPaused(Exception):
    """Another action is finishing on this draft: what was to be appended must wait for at most two seconds."""


@dataclass(slots=True)
class Plans:
    """The results computed so far for one action, by slot and position, and the drafts that were paused for it."""

    results: dict[Hashable, dict[Hashable, object]] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)

    def add(self, needed: PlanNeeded, result: object) -> None:
        """Add a result."""
        self.results.setdefault(needed.slot, {})[needed.position] = result

    def get(self, needed: PlanNeeded) -> object:
        """Return a result. Raises `needed` if it is not there."""
        results = self.results.get(needed.slot, {})
        if needed.position not in results:
            raise needed
        return results[needed.position]

    def get_newest(self, slot: Hashable) -> object | None:
        """Return the result for `slot` that was added last, whatever its position; None if there is none."""
        return next(reversed(self.results.get(slot, {}).values()), None)
