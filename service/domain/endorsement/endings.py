"""Who ends a round early: as many persons as the round froze when it opened, and none who came in later alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

CLOSE, CANCEL = "close", "cancel"
ENDINGS = (CLOSE, CANCEL)

WAIT = 72 * 3600 * 1_000_000
"""µs between telling every organisation on the roll and the end, if fewer persons than the number remain."""

AT_LEAST = 2
"""A single person never ends a round at once."""


@dataclass(frozen=True, slots=True)
class EndingState:
    """How far the request for an early end has come.

    `counted` are the persons of the secretariat whose request counts, `requested` those of them who made it; `needed`
    of them must, and if `waits`, the round ends WAIT after every organisation on the roll has been told.
    """

    counted: tuple[str, ...]
    requested: tuple[str, ...]
    needed: int
    waits: bool

    @property
    def is_enough(self) -> bool:
        """Whether as many as needed have made the request."""
        return len(self.requested) >= self.needed

    @property
    def missing(self) -> tuple[str, ...]:
        """Those who can still confirm the request."""
        return tuple(one for one in self.counted if one not in self.requested)


def ending_state(
    *,
    at_opening: Collection[str],
    active: Sequence[str],
    appointed_by: Mapping[str, Collection[str]],
    needed: int,
    requesters: Iterable[str],
) -> EndingState:
    """Return how far a request has come.

    `at_opening` are the persons of the secretariat when the round opened, `active` those of today; `appointed_by` has
    the persons who decided together that somebody joins it. Who joined after the opening counts only if two of those
    `at_opening` decided so. A person who left does not lower `needed`: if fewer remain, all of those remaining and
    WAIT; if none, their successors and WAIT.
    """
    counted = tuple(
        one for one in active if one in at_opening or len(set(appointed_by.get(one, ())) & set(at_opening)) >= AT_LEAST
    )
    number = max(AT_LEAST, needed)
    waits = len(counted) < number
    eligible = counted or tuple(active)
    asked = set(requesters)
    requested = tuple(one for one in eligible if one in asked)
    return EndingState(eligible, requested, max(1, min(number, len(eligible))), waits)
