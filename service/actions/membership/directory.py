"""Who belongs: what one may see of the coalition's people."""

from service.actions.authorization import or_not_found, require
from service.domain.errors import NotFound
from service.domain.membership.people import AUDITOR, SECRETARIAT, Actor, Person
from service.domain.policy import Resource, may
from service.store.accounts import people as people_store
from service.store.db import Tx

MAX_PEOPLE = 5000


def can_see_people_of(actor: Actor, organisation: str | None) -> bool:
    """Whether `actor` may see who belongs to an organisation: the secretariat and auditors anybody, a focal point the
    people of their own."""
    if not may(actor, "person.read", Resource()):
        return False
    return actor.has_role([SECRETARIAT, AUDITOR]) or (organisation is not None and organisation == actor.organisation)


def list_people_of(tx: Tx, actor: Actor, *, organisation: str) -> list[Person]:
    """The people of an organisation in order of joining, those who left included; none where they are not shown."""
    if not can_see_people_of(actor, organisation):
        return []
    return [one for _, one in people_store.list_all(tx, organisation=organisation, limit=MAX_PEOPLE)]


def list_visible_people(tx: Tx, actor: Actor) -> list[Person]:
    """All people `actor` may see, in order of joining. Raises Forbidden where that is nobody by role."""
    require(actor, "person.read")
    return [one for _, one in people_store.list_all(tx, limit=MAX_PEOPLE) if can_see_people_of(actor, one.organisation)]


def get_person(tx: Tx, actor: Actor, id: str) -> Person:
    """One person. Raises NotFound where they are not shown to `actor`."""
    found = or_not_found(people_store.get(tx, id))
    if not can_see_people_of(actor, found.organisation):
        raise NotFound()
    return found
