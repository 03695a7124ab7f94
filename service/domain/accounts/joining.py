"""How far a person is on the way into the coalition."""

from dataclasses import dataclass
from typing import Literal

from service.domain.accounts.rules import Invitation

JoiningState = Literal["joined", "invited", "expired", "not_invited"]


@dataclass(frozen=True, slots=True)
class Joining:
    """Whether a person has joined; `at` is when they were invited, or when the invitation expired (µs UTC)."""

    state: JoiningState
    at: int | None = None


def joining_of(*, has_joined: bool, invitation: Invitation | None, now: int) -> Joining:
    """Return where a person stands; `invitation` is the newest one made for them.

    A withdrawn invitation counts as none, and so does one that was used by somebody who never had access.
    """
    if has_joined:
        return Joining("joined")
    state = invitation.state(now=now) if invitation else ""
    if invitation and state == "waiting":
        return Joining("invited", invitation.at)
    if invitation and state == "expired":
        return Joining("expired", invitation.expires_at)
    return Joining("not_invited")
