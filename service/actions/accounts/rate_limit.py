"""Rate limits by address and origin, so that a stranger cannot lock anyone out (ADR 0012)."""

from service.domain.accounts.rules import CODE, HOUR, RequestOrigin, is_rate_limited
from service.domain.errors import N_, RateLimited
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx

UNKNOWN_ORIGIN = RequestOrigin()
"""All requests without a known origin share this bucket."""


def get_person_origin(actor: Actor) -> RequestOrigin:
    """Return the origin of a signed-in person, which no stranger can share."""
    return RequestOrigin(f"person {actor.person}", True)


def normalise_address(address: str) -> str:
    """Return the address under which attempts are counted; an invalid one counts as an unknown address."""
    return address.strip().lower()[:254]


def check_rate_limit(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Raise `RateLimited` `too_many_codes` or `too_many_passwords` if the limit is reached."""
    from_origin, from_unknown = accounts_store.count_attempts(
        tx, address=normalise_address(address), kind=kind, origin=origin, since=tx.clock() - HOUR
    )
    if not is_rate_limited(kind, from_origin=from_origin, from_unknown=from_unknown, known=origin.known):
        return
    if kind == CODE:
        raise RateLimited("too_many_codes", N_("You asked for too many codes. Wait an hour, then ask again."))
    raise RateLimited(
        "too_many_passwords",
        N_("Too many wrong passwords for this email address. Wait an hour, or sign in with a code by email."),
    )


def record_attempt(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Count an attempt."""
    accounts_store.record_attempt(tx, address=normalise_address(address), kind=kind, origin=origin)
