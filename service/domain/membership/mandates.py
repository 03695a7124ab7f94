"""Rules of mandates: who may grant one to whom, how many confirm it, when it starts, what is said of it (§2)."""

from collections.abc import Mapping
from typing import Literal

from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.membership.addresses import is_address_proved, is_proved_by_channel_only
from service.domain.membership.approvals import HOUR
from service.domain.membership.people import Mandate, Person

CONFIRMED_BY_ONE: Literal["confirmed_by_one"] = "confirmed_by_one"
ADDRESS_NOT_PROVED: Literal["address_not_proved"] = "address_not_proved"
RECENT: Literal["recent"] = "recent"
"""Marks of a mandate: by whom it was confirmed, how its people proved their address, how long before a round."""

MARK_LABELS: Mapping[str, str] = {
    CONFIRMED_BY_ONE: N_("confirmed by one person"),
    ADDRESS_NOT_PROVED: N_("address not proved"),
    RECENT: N_("confirmed less than a week before the round opened, or later"),
}
"""Mark → words that follow the name of the person or organisation."""

MIN_OWN_CONFIRMATIONS = 2
"""Confirmations of a mandate that somebody grants to themselves, if so many persons may confirm it."""

SINGLE_CONFIRMATION_DELAY = 24 * HOUR
"""µs until a mandate starts that only one person could confirm."""

RECENT_PERIOD = 7 * 24 * HOUR
"""µs before the opening of a round: a mandate confirmed later is marked as recent in it."""


def confirmations_needed(setting: int, *, confirmers: int, own: bool = False) -> int:
    """Return how many confirmations a mandate needs: the coalition's setting, at most the number of confirmers.

    A mandate to oneself (`own`) needs at least MIN_OWN_CONFIRMATIONS of them.
    """
    return min(max(setting, MIN_OWN_CONFIRMATIONS) if own else setting, confirmers)


def check_parties(granter: Person, holder: Person, *, people: int) -> None:
    """Check who grants to whom, in an organisation of so many active `people` with a proved address.

    Raises InvalidInput `holder_address_not_proved`, Conflict `own_mandate_not_needed`.
    """
    if not is_address_proved(holder):
        raise InvalidInput(
            "holder_address_not_proved",
            N_(
                "This person has not proved their email address yet. Ask them to sign in with a code sent by email, or "
                "to ask for one on their account page. Then grant the mandate."
            ),
            field="person",
        )
    if granter.id == holder.id and people > 1:
        raise Conflict(
            "own_mandate_not_needed",
            N_(
                "You cannot grant a mandate to yourself while others act for your organisation. Grant it to one of "
                "them, or let another focal point grant it to you."
            ),
            field="person",
        )


def start_time(*, confirmers: int, founding: bool, now: int) -> int | None:
    """Return when a mandate confirmed `now` starts (µs UTC), None for at once.

    Where only one person may confirm it starts a day later, except before the first round of the instance.
    """
    return now + SINGLE_CONFIRMATION_DELAY if confirmers == 1 and not founding else None


def confirmation_marks(*, confirmations: int, parties: tuple[Person, Person]) -> tuple[str, ...]:
    """Return the marks of a mandate when it is confirmed; `parties` are its granter and its holder."""
    marks = (CONFIRMED_BY_ONE,) if confirmations == 1 else ()
    return (*marks, ADDRESS_NOT_PROVED) if any(map(is_proved_by_channel_only, parties)) else marks


def marks_in_round(mandate: Mandate, *, opened_at: int) -> tuple[str, ...]:
    """Return the marks of a mandate in a round that opened at `opened_at` (µs UTC).

    To those of its confirmation comes `recent`, if it was confirmed less than RECENT_PERIOD before or later.
    """
    is_recent = mandate.confirmed_at is not None and mandate.confirmed_at > opened_at - RECENT_PERIOD
    return (*mandate.marks, RECENT) if is_recent else mandate.marks
