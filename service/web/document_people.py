"""The people of a document: who holds a role for it alone, and the secretariat's giving and taking."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import access, directory, leaving, people
from service.actions.access import require
from service.domain.document import Document
from service.domain.people import FOR_ONE_DOCUMENT, ROLES, Person
from service.domain.policy import Thing
from service.store import organisations
from service.store import people as people_store
from service.web.once import new_key, once
from service.web.page import show
from service.web.visit import Form, Visit, acting
from service.words import collation_key


@dataclass(frozen=True)
class Participant:
    """A person with their roles for one document, in the order of ROLES."""

    person: Person
    roles: tuple[str, ...]
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class Circle:
    """Who of them the reader is shown; `gives`: the reader may give and take such roles."""

    people: list[Participant]
    gives: bool


def circle(visit: Visit, document: Document) -> Circle:
    """Who holds a role for `document` alone, by name, as far as the reader is shown people."""
    found = people_store.granted_for(visit.tx, document.id)
    seen = [one for one in found if directory.sees_people_of(visit.reader, one[0].organisation)]
    names = {one.id: one.names for one in organisations.every(visit.tx)} if seen else {}
    listed = [Participant(person, _ordered(roles), names.get(person.organisation or "", {})) for person, roles in seen]
    return Circle(sorted(listed, key=lambda one: _key(visit, one.person)), visit.may("role.grant", Thing()))


def every(visit: Visit) -> Response:
    """`/documents/{document}/people`: for the secretariat. The proof is asked for before anybody chooses."""
    found = access.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    require(visit.reader, "role.grant")
    active = [one for one in directory.everyone(visit.tx, visit.reader) if one.state == "active"]
    return show(
        visit,
        "document_people.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        circle=circle(visit, found),
        everyone=sorted(active, key=lambda one: _key(visit, one)),
        names={one.id: one.names for one in organisations.every(visit.tx)},
        roles=FOR_ONE_DOCUMENT,
        key=new_key(),
    )


def give(visit: Visit, form: Form) -> Response:
    """Give a role for this document alone."""
    document = visit.path("document")

    def act() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        people.grant_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


def take(visit: Visit, form: Form) -> Response:
    """Take such a role back."""
    document = visit.path("document")

    def act() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        leaving.take_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


GIVE, TAKE = acting(give), acting(take)


def _ordered(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(role for role in ROLES if role in roles)


def _key(visit: Visit, person: Person) -> tuple[object, ...]:
    return collation_key(visit.voice.plain(person.names), lang=visit.voice.lang)
