"""Participants of a document: the persons who hold a role for it only."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.actions.membership import directory
from service.domain.documents.document import Document
from service.domain.membership.people import ROLES, Person
from service.domain.policy import Resource
from service.i18n import collation_key
from service.store.accounts import role_holders as role_holders_store
from service.store.membership import organisations as organisations_store
from service.web.http.context import RequestContext


@dataclass(frozen=True)
class DocumentParticipant:
    """A person with their roles for one document, in the order of ROLES."""

    person: Person
    roles: tuple[str, ...]
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class ParticipantList:
    """The participants visible to the user; `can_grant`: the user may grant and revoke such roles."""

    participants: list[DocumentParticipant]
    can_grant: bool


def list_participants(context: RequestContext, document: Document) -> ParticipantList:
    """Return the participants of `document` whom the user may see, sorted by name."""
    found = role_holders_store.list_document_roles(context.tx, document.id)
    visible = [one for one in found if directory.can_see_people_of(context.user, one[0].organisation)]
    names = {one.id: one.names for one in organisations_store.list_all(context.tx)} if visible else {}
    listed = [
        DocumentParticipant(person, _sort_roles(roles), names.get(person.organisation or "", {}))
        for person, roles in visible
    ]
    return ParticipantList(
        sorted(listed, key=lambda one: name_sort_key(context, one.person)), context.may("role.grant", Resource())
    )


def _sort_roles(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(role for role in ROLES if role in roles)


def name_sort_key(context: RequestContext, person: Person) -> tuple[object, ...]:
    """Return the collation key of a person's name in the language of the request."""
    return collation_key(context.formatter.plain_name(person.names), lang=context.formatter.lang)
