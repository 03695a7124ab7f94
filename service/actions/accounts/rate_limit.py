"""Tries are counted by address and by where they come from, so that a stranger shuts nobody out (docs/adr/0012)."""

from service.domain.accounts.rules import CODE, HOUR, Origin, too_often
from service.domain.errors import N_, TooOften
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx

NOWHERE = Origin()
"""Whoever does not say where they are: one place for all of them."""


def own(actor: Actor) -> Origin:
    """The place of somebody who is signed in: strangers never stand there."""
    return Origin(f"person {actor.person}", True)


def plain(address: str) -> str:
    """The address as tries are counted under; one that cannot be an address is just one nobody has."""
    return address.strip().lower()[:254]


def admit(tx: Tx, *, address: str, kind: str, origin: Origin) -> None:
    """Raises TooOften `too_many_codes`, `too_many_passwords`."""
    here, strange = accounts_store.tries(tx, address=plain(address), kind=kind, origin=origin, since=tx.clock() - HOUR)
    if not too_often(kind, here=here, strange=strange, known=origin.known):
        return
    if kind == CODE:
        raise TooOften("too_many_codes", N_("You asked for too many codes. Wait an hour, then ask again."))
    raise TooOften(
        "too_many_passwords",
        N_("There were too many wrong passwords for this address. Wait an hour, or sign in by a code by mail."),
    )


def count(tx: Tx, *, address: str, kind: str, origin: Origin) -> None:
    """Write a try down."""
    accounts_store.count_try(tx, address=plain(address), kind=kind, origin=origin)
