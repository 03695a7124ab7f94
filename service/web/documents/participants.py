"""Participants of a document: the persons who hold a role for it alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.actions.membership import directory
from service.domain.documents.document import Document
from service.domain.membership.people import ROLES, Person
from service.domain.policy import Thing
from service.i18n import collation_key
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.web.http.context import Visit


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
    names = {one.id: one.names for one in organisations_store.every(visit.tx)} if seen else {}
    listed = [Participant(person, _ordered(roles), names.get(person.organisation or "", {})) for person, roles in seen]
    return Circle(sorted(listed, key=lambda one: by_name(visit, one.person)), visit.may("role.grant", Thing()))


def _ordered(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(role for role in ROLES if role in roles)


def by_name(visit: Visit, person: Person) -> tuple[object, ...]:
    return collation_key(visit.voice.plain(person.names), lang=visit.voice.lang)
