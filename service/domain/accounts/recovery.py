"""Recovered access: a person whom the administrator let in again acts as a reader for a while (trust-rules, section 3).

The administrator can read every mailbox of the instance and print the link, so what the person could do is not given
back at once, and others are told and may refuse.
"""

from dataclasses import dataclass

from service.domain.accounts.rules import HOUR

RESTRICTION = 72 * HOUR
"""µs for which a person acts as a reader after access was recovered."""

ONLY_SECRETARY_RESTRICTION = 24 * HOUR
"""The same for the only person in the secretariat, whom nobody can stand in for."""

LINK_LIFETIME = 24 * HOUR
"""µs for which the link is valid."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovered access. Times in µs UTC; `shown`: the link was printed on the terminal too."""

    id: str
    person: str
    shown: bool
    requested_at: int
    restricted_until: int
    refused_by: str | None
    refused_at: int | None

    def is_pending(self, *, now: int) -> bool:
        """Return whether the person is still restricted and nobody has refused."""
        return self.refused_at is None and now < self.restricted_until


def restriction_end(pending: Recovery | None, *, is_only_secretary: bool, now: int) -> int:
    """Return until when the person acts as a reader; a second recovery does not restart the clock."""
    if pending is not None:
        return pending.restricted_until
    return now + (ONLY_SECRETARY_RESTRICTION if is_only_secretary else RESTRICTION)
