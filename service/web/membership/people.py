"""Organisations and people: who belongs, what each may do, and how the secretariat changes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.authorization import require, seen
from service.actions.membership import directory, offboarding
from service.actions.membership import people as people_actions
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.membership.people import ROLES, Grant, Mandate, Organisation, Person
from service.domain.policy import Thing, scope
from service.i18n import LANGUAGES, collation_key
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.web.forms.fields import names_of
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.rounds.tally import COLOURS

ANSWERS = 20


@dataclass(frozen=True)
class Member:
    """An organisation in a list; `people` is None where the reader is not shown who they are."""

    id: str
    names: Mapping[str, str]
    colour: int
    people: int | None


@dataclass(frozen=True)
class Someone:
    """A person in a list, with the roles they hold for the whole coalition, in the order of ROLES."""

    person: Person
    roles: tuple[str, ...]
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What an organisation said in a round; `position` is `silent` where it said nothing."""

    document: Document
    round: Round
    position: str
    at: int | None


@dataclass(frozen=True)
class Held:
    """A mandate and whose it is; `name` is empty where the reader is not shown people."""

    mandate: Mandate
    name: str
    live: bool


def all_organisations(visit: Visit) -> Response:
    """`/organisations`: every member, by name, and who has left."""
    require(visit.reader, "organisation.read")
    every = enumerate(organisations_store.every(visit.tx))
    found = [(one, _member(visit, one, place)) for place, one in every]
    listed = sorted(found, key=lambda both: _key(visit, visit.voice.plain(both[1].names)))
    return show(
        visit,
        "membership/organisations.html",
        members=[shown for one, shown in listed if one.state == "member"],
        gone=[(one, shown) for one, shown in listed if one.state != "member"],
        adds=visit.may("organisation.add", Thing()),
        reads_people=visit.may("person.read", Thing()),
    )


def add_organisation(visit: Visit, form: Form) -> Response:
    """Add an organisation, and show its page."""
    names = {lang: form.get(f"name_{lang}", "").strip() for lang in LANGUAGES}
    return onward(f"/organisations/{people_actions.add_organisation(visit.tx, visit.reader, names=names)}")


def organisation(visit: Visit) -> Response:
    """`/organisations/{organisation}`: its people, its mandates, its answers."""
    require(visit.reader, "organisation.read")
    found = seen(organisations_store.get(visit.tx, visit.path("organisation")))
    return show(
        visit,
        "membership/organisation.html",
        organisation=found,
        sees=directory.sees_people_of(visit.reader, found.id),
        people=_listed(visit, directory.people_of(visit.tx, visit.reader, organisation=found.id)),
        mandates=_mandates(visit, found.id) if visit.may("mandate.read", Thing()) else None,
        answers=_answers(visit, found.id),
        adds=visit.may("person.add", Thing()),
        edits=visit.may("organisation.edit", Thing()),
        mine=found.id == visit.reader.organisation,
        members=_members(visit),
        roles=ROLES,
    )


def all_people(visit: Visit) -> Response:
    """`/people`: everyone the reader may see, by name."""
    return show(
        visit,
        "membership/people.html",
        people=_listed(visit, directory.everyone(visit.tx, visit.reader)),
        adds=visit.may("person.add", Thing()),
        members=_members(visit),
        roles=ROLES,
    )


def add_person(visit: Visit, form: Form) -> Response:
    """Add a person, and show their page."""
    id = people_actions.add_person(
        visit.tx,
        visit.reader,
        names=names_of(form),
        email=form.get("email", ""),
        organisation=form.get("organisation") or None,
        lang=form.get("lang", ""),
        roles=tuple(role for role in ROLES if form.get(f"role_{role}")),
    )
    return onward(f"/people/{id}")


def person(visit: Visit) -> Response:
    """`/people/{person}`: who they are and what they may do."""
    found = directory.person(visit.tx, visit.reader, visit.path("person"))
    grants = people_store.grants(visit.tx, found.id)
    its = organisations_store.get(visit.tx, found.organisation) if found.organisation else None
    return show(
        visit,
        "membership/person.html",
        person=found,
        organisation=its,
        grants=sorted(grants, key=lambda one: (ROLES.index(one.role), one.document)),
        titles=_titles(visit, grants),
        mandates=[one for one in _mandates(visit, found.organisation or "") if one.mandate.person == found.id],
        others=[role for role in ROLES if Grant(role, "") not in grants],
        changes=visit.may("role.grant", Thing()),
        closes=visit.may("person.close", Thing()),
    )


def give_role(visit: Visit, form: Form) -> Response:
    """Give a role in the whole coalition."""
    id = visit.path("person")
    people_actions.grant_role(visit.tx, visit.reader, person=id, role=form.get("role", ""))
    return onward(f"/people/{id}")


def take_role(visit: Visit, form: Form) -> Response:
    """Take a role back."""
    id = visit.path("person")
    role, document = form.get("role", ""), form.get("document", "")
    offboarding.take_role(visit.tx, visit.reader, person=id, role=role, document=document)
    return onward(f"/people/{id}")


def close(visit: Visit, _: Form) -> Response:
    """Close a person."""
    id = visit.path("person")
    offboarding.close_person(visit.tx, visit.reader, person=id)
    return onward(f"/people/{id}")


def _members(visit: Visit) -> list[Organisation]:
    """By name."""
    found = [one for _, one in organisations_store.members(visit.tx)]
    return sorted(found, key=lambda one: _key(visit, visit.voice.plain(one.names)))


def _member(visit: Visit, one: Organisation, place: int) -> Member:
    sees = directory.sees_people_of(visit.reader, one.id)
    found = directory.people_of(visit.tx, visit.reader, organisation=one.id)
    return Member(
        one.id, one.names, place % COLOURS + 1, len([p for p in found if p.state == "active"]) if sees else None
    )


def _listed(visit: Visit, found: list[Person]) -> list[Someone]:
    """By name; those who left after all others."""
    names = {one.id: one.names for one in organisations_store.every(visit.tx)}
    every = [Someone(one, _roles(visit, one.id), names.get(one.organisation or "", {})) for one in found]
    return sorted(
        every, key=lambda one: (one.person.state != "active", _key(visit, visit.voice.plain(one.person.names)))
    )


def _roles(visit: Visit, person_id: str) -> tuple[str, ...]:
    held = {grant.role for grant in people_store.grants(visit.tx, person_id) if not grant.document}
    return tuple(role for role in ROLES if role in held)


def _mandates(visit: Visit, organisation_id: str) -> list[Held]:
    """The newest first."""
    found = [one for _, one in mandates_store.every(visit.tx, organisation=organisation_id)]
    sees = directory.sees_people_of(visit.reader, organisation_id)
    return [_held(visit, one, sees=sees) for one in reversed(found)]


def _held(visit: Visit, one: Mandate, *, sees: bool) -> Held:
    holder = people_store.get(visit.tx, one.person) if sees else None
    return Held(one, visit.voice.plain(holder.names) if holder else "", one.is_live(now=visit.tx.now))


def _answers(visit: Visit, organisation_id: str) -> list[Answer]:
    """In the rounds the reader may see, the newest documents first."""
    if not visit.may("round.read", Thing()):
        return []
    found = documents_store.newest(visit.tx, scope(visit.reader, "round.read"), limit=ANSWERS)
    return [
        _answer(visit, document, round_, organisation_id)
        for _, document in found
        for round_ in reversed(rounds_store.of_document(visit.tx, document.id))
        if organisation_id in round_.organisations
    ]


def _answer(visit: Visit, document: Document, round_: Round, organisation_id: str) -> Answer:
    live = endorsements_store.live(visit.tx, round_id=round_.id, organisation=organisation_id)
    return Answer(document, round_, live.position if live else "silent", live.cast_at if live else None)


def _titles(visit: Visit, grants: frozenset[Grant]) -> dict[str, Mapping[str, str]]:
    found = {grant.document: documents_store.get(visit.tx, grant.document) for grant in grants if grant.document}
    return {id: {lang: its.title for lang, its in one.editions.items()} for id, one in found.items() if one}


def _key(visit: Visit, name: str) -> tuple[object, ...]:
    return collation_key(name, lang=visit.voice.lang)
