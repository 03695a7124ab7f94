"""Rate limits by address and origin, so that nobody can lock another person out (ADR 0012)."""

from service.domain.accounts.addresses import normalise_address as normalise_address
from service.domain.accounts.rules import CODE, HOUR, RequestOrigin, is_network_limited, is_rate_limited
from service.domain.errors import N_, RateLimited
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx

UNKNOWN_ORIGIN = RequestOrigin()
"""All requests without a known origin share this bucket."""


def get_person_origin(actor: Actor) -> RequestOrigin:
    """Return the origin of a signed-in person, which nobody else shares."""
    return RequestOrigin(f"person {actor.person}", True)


def check_rate_limit(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Raise `RateLimited` `too_many_codes` or `too_many_passwords` if the limit is reached."""
    since = tx.clock() - HOUR
    _check_network_limit(tx, kind=kind, origin=origin, since=since)
    from_origin, from_unknown = accounts_store.count_attempts(
        tx, address=normalise_address(address), kind=kind, origin=origin, since=since
    )
    if not is_rate_limited(kind, from_origin=from_origin, from_unknown=from_unknown, known=origin.known):
        return
    if kind == CODE:
        raise RateLimited("too_many_codes", N_("You asked for too many codes. Wait an hour, then ask again."))
    raise RateLimited(
        "too_many_passwords",
        N_("Too many wrong passwords for this email address. Wait an hour, or sign in with a code by email."),
    )


def _check_network_limit(tx: Tx, *, kind: str, origin: RequestOrigin, since: int) -> None:
    from_network = accounts_store.count_from_network(tx, kind=kind, origin=origin, since=since)
    if not is_network_limited(kind, from_network=from_network, known=origin.known):
        return
    if kind == CODE:
        raise RateLimited(
            "too_many_codes", N_("Too many codes were asked for from your network. Wait an hour, then ask again.")
        )
    raise RateLimited(
        "too_many_passwords",
        N_("Too many wrong passwords came from your network. Wait an hour, or sign in with a code by email."),
    )


def record_attempt(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Count an attempt."""
    accounts_store.record_attempt(tx, address=normalise_address(address), kind=kind, origin=origin)
