"""The directory: which people an actor may see."""

from service.actions.authorization import or_not_found, require
from service.domain.errors import NotFound
from service.domain.membership.people import AUDITOR, SECRETARIAT, Actor, Person
from service.domain.policy import Resource, may
from service.store.accounts import people as people_store
from service.store.db import Tx

MAX_PEOPLE = 5000
"""People in a list."""


def can_see_people_of(actor: Actor, organisation: str | None) -> bool:
    """Return whether `actor` may see the people of an organisation.

    The secretariat and auditors see everyone, a focal point the people of their own organisation.
    """
    if not may(actor, "person.read", Resource()):
        return False
    return actor.has_role([SECRETARIAT, AUDITOR]) or (organisation is not None and organisation == actor.organisation)


def list_people_of(tx: Tx, actor: Actor, *, organisation: str) -> list[Person]:
    """Return the people of an organisation in order of joining, former ones included.

    Returns none if the actor may not see them.
    """
    if not can_see_people_of(actor, organisation):
        return []
    return [one for _, one in people_store.list_all(tx, organisation=organisation, limit=MAX_PEOPLE)]


def list_visible_people(tx: Tx, actor: Actor) -> list[Person]:
    """Return all people `actor` may see, in order of joining. Raises `Forbidden`."""
    require(actor, "person.read")
    return [one for _, one in people_store.list_all(tx, limit=MAX_PEOPLE) if can_see_people_of(actor, one.organisation)]


def get_person(tx: Tx, actor: Actor, id: str) -> Person:
    """Return a person. Raises `NotFound` if `actor` may not see them."""
    found = or_not_found(people_store.get(tx, id))
    if not can_see_people_of(actor, found.organisation):
        raise NotFound()
    return found
