"""Proof of email addresses: required of who grants, holds, accepts or disputes."""

from service.actions.authorization import or_not_found
from service.domain.membership.addresses import check_address_proved
from service.domain.membership.people import Actor, Person
from service.store.accounts import people as people_store
from service.store.db import Tx


def require_proved_address(tx: Tx, actor: Actor) -> Person:
    """Return the actor's person. Raises `Forbidden` `address_not_proved`."""
    person = or_not_found(people_store.get(tx, actor.person))
    check_address_proved(person)
    return person
