"""Tries are counted by address and by where they come from, so that a stranger shuts nobody out (docs/adr/0012)."""

from service.domain.accounts.rules import CODE, HOUR, RequestOrigin, is_rate_limited
from service.domain.errors import N_, RateLimited
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx

UNKNOWN_ORIGIN = RequestOrigin()
"""Whoever does not say where they are: one place for all of them."""


def get_person_origin(actor: Actor) -> RequestOrigin:
    """The place of somebody who is signed in: strangers never stand there."""
    return RequestOrigin(f"person {actor.person}", True)


def normalise_address(address: str) -> str:
    """The address as tries are counted under; one that cannot be an address is just one nobody has."""
    return address.strip().lower()[:254]


def check_rate_limit(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Raises TooOften `too_many_codes`, `too_many_passwords`."""
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
    """Write a try down."""
    accounts_store.record_attempt(tx, address=normalise_address(address), kind=kind, origin=origin)
