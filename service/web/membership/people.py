"""Organisations and people: lists, pages, and the form handlers of the secretariat."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.accounts import totp
from service.actions.authorization import or_not_found, require
from service.actions.membership import approval_decisions, directory, organisations
from service.actions.membership import people as people_actions
from service.domain.accounts.joining import Joining
from service.domain.errors import N_
from service.domain.membership.addresses import is_address_proved, is_proved_by_channel_only
from service.domain.membership.approvals import BY_ONE
from service.domain.membership.people import ROLES, Organisation, Person, RoleGrant
from service.domain.policy import Resource
from service.i18n import collation_key
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store
from service.web.forms.handlers import form, page
from service.web.forms.organisations import OrganisationNames
from service.web.forms.people import AddPersonForm
from service.web.http.context import Form, RequestContext, can_send_email, redirect
from service.web.http.pages import render_page
from service.web.membership.joining import count_uninvited, import_result, list_joining
from service.web.membership.participation import list_held_mandates, list_organisation_answers, list_untold
from service.web.rendering import labels
from service.web.rounds.tally import ORGANISATION_COLOURS


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation in a list; `people` counts the active ones, None if the user may not see them."""

    id: str
    names: Mapping[str, str]
    colour: int
    people: int | None


@dataclass(frozen=True)
class PersonRow:
    """A person in a list, with their roles in the whole coalition, in the order of `ROLES`."""

    person: Person
    roles: tuple[str, ...]
    organisation: Mapping[str, str]
    joining: Joining


@page
def list_organisations(context: RequestContext) -> Response:
    """`/organisations`: list the members and the organisations that left, by name."""
    require(context.user, "organisation.read")
    numbered = enumerate(organisations_store.list_all(context.tx))
    found = [(one, _organisation_row(context, one, place)) for place, one in numbered]
    listed = sorted(found, key=lambda both: _sort_key(context, context.formatter.plain_name(both[1].names)))
    return render_page(
        context,
        "membership/organisations.html",
        members=[shown for one, shown in listed if one.state == "member"],
        gone=[(one, shown) for one, shown in listed if one.state != "member"],
        adds=context.may("organisation.add", Resource()),
        reads_people=context.may("person.read", Resource()),
    )


@form(redisplay=list_organisations)
def add_organisation(context: RequestContext, form: Form) -> Response:
    """Add an organisation and redirect to its page."""
    names = OrganisationNames.parse(form).names
    id = organisations.add_organisation(context.tx, context.user, names=names)
    context.tell("organisation_added", name=context.formatter.plain_name(names))
    return redirect(f"/organisations/{id}")


@page
def show_organisation(context: RequestContext) -> Response:
    """`/organisations/{organisation}`: show its people, mandates and answers in rounds."""
    require(context.user, "organisation.read")
    found = or_not_found(organisations_store.get(context.tx, context.path_param("organisation")))
    return render_page(
        context,
        "membership/organisation.html",
        organisation=found,
        sees=directory.can_see_people_of(context.user, found.id),
        people=_person_rows(context, directory.list_people_of(context.tx, context.user, organisation=found.id)),
        mandates=list_held_mandates(context, found.id) if context.may("mandate.read", Resource()) else None,
        answers=list_organisation_answers(context, found.id),
        adds=context.may("person.add", Resource()),
        edits=context.may("organisation.edit", Resource()),
        mine=found.id == context.user.organisation,
        untold=list_untold(context) if found.id == context.user.organisation else [],
        roles=ROLES,
    )


@page
def list_people(context: RequestContext) -> Response:
    """`/people`: list the people the user may see, by name."""
    return render_page(
        context,
        "membership/people.html",
        people=_person_rows(context, directory.list_visible_people(context.tx, context.user)),
        adds=context.may("person.add", Resource()),
        organisation_options=_organisation_options(context),
        roles=ROLES,
        imported=import_result(context),
        uninvited=count_uninvited(context),
    )


@form(redisplay=list_people)
def add_person(context: RequestContext, form: Form) -> Response:
    """Add a person and redirect to their page."""
    person = AddPersonForm.parse(form)
    id = people_actions.add_person(
        context.tx,
        context.user,
        names=person.names,
        email=person.email,
        organisation=person.organisation,
        lang=person.lang,
        roles=person.roles,
    )
    context.tell("person_added", name=context.formatter.plain_name(person.names))
    return redirect(f"/people/{id}")


@page
def show_person(context: RequestContext) -> Response:
    """`/people/{person}`: show a person, their roles and their mandates."""
    found = directory.get_person(context.tx, context.user, context.path_param("person"))
    grants = people_store.list_grants(context.tx, found.id)
    person_organisation = organisations_store.get(context.tx, found.organisation) if found.organisation else None
    return render_page(
        context,
        "membership/person.html",
        person=found,
        organisation=person_organisation,
        joining=list_joining(context, [found])[found.id],
        invites=context.may("person.appoint", Resource()),
        grants=sorted(grants, key=lambda one: (ROLES.index(one.role), one.document)),
        titles=_titles(context, grants),
        mandates=[
            one for one in list_held_mandates(context, found.organisation or "") if one.mandate.person == found.id
        ],
        role_options=[
            (role, context.formatter.translate(labels.ROLES[role]))
            for role in ROLES
            if RoleGrant(role, "") not in grants
        ],
        changes=context.may("role.grant", Resource()),
        closes=context.may("person.close", Resource()),
        helps=context.may("factor.remove", Resource()) and found.id != context.user.person,
        has_app=totp.is_set_up(context.tx, found.id),
        proposed=[one.role for one in proposals_store.list_open(context.tx, person=found.id)],
        waiting=[
            one.act
            for one in approval_decisions.list_visible(context.tx, context.user)
            if found.id in (one.subject, one.about_person)
        ],
        by_one={
            role for id, role in proposals_store.list_accepted_by_one(context.tx, channel=BY_ONE) if id == found.id
        },
        proved=is_address_proved(found),
        new_address=addresses_store.get_waiting_change(context.tx, found.id),
        moves=context.may("address.change", Resource())
        and found.organisation == context.user.organisation
        and found.id != context.user.person,
        proved_otherwise=is_proved_by_channel_only(found),
        confirms=context.may("address.confirm", Resource()) and not can_send_email(context),
    )


def _organisation_options(context: RequestContext) -> list[tuple[str, str]]:
    """Return "no organisation", then the members by name."""
    members = [
        (one.id, context.formatter.plain_name(one.names)) for _, one in organisations_store.list_members(context.tx)
    ]
    no_organisation = ("", context.formatter.translate(N_("No organisation: works for the coalition")))
    return [no_organisation, *sorted(members, key=lambda one: _sort_key(context, one[1]))]


def _organisation_row(context: RequestContext, one: Organisation, place: int) -> OrganisationRow:
    can_see_people = directory.can_see_people_of(context.user, one.id)
    found = directory.list_people_of(context.tx, context.user, organisation=one.id)
    return OrganisationRow(
        one.id,
        one.names,
        place % ORGANISATION_COLOURS + 1,
        len([p for p in found if p.state == "active"]) if can_see_people else None,
    )


def _person_rows(context: RequestContext, found: list[Person]) -> list[PersonRow]:
    """Return rows sorted by name; closed accounts come last."""
    names = {one.id: one.names for one in organisations_store.list_all(context.tx)}
    joining = list_joining(context, found)
    person_rows = [
        PersonRow(one, _coalition_roles(context, one.id), names.get(one.organisation or "", {}), joining[one.id])
        for one in found
    ]
    plain_name = context.formatter.plain_name
    return sorted(
        person_rows,
        key=lambda one: (one.person.state != "active", _sort_key(context, plain_name(one.person.names))),
    )


def _coalition_roles(context: RequestContext, person_id: str) -> tuple[str, ...]:
    held_roles = {grant.role for grant in people_store.list_grants(context.tx, person_id) if not grant.document}
    return tuple(role for role in ROLES if role in held_roles)


def _titles(context: RequestContext, grants: frozenset[RoleGrant]) -> dict[str, Mapping[str, str]]:
    found = {grant.document: documents_store.get(context.tx, grant.document) for grant in grants if grant.document}
    return {id: {lang: its.title for lang, its in one.editions.items()} for id, one in found.items() if one}


def _sort_key(context: RequestContext, name: str) -> tuple[object, ...]:
    return collation_key(name, lang=context.formatter.lang)
