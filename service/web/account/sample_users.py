"""People of the sample instance as the sign-in page lists them: by organisation, with their roles and tasks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from service.domain.membership.people import ROLES, SIGNATORY, Person
from service.i18n import collation_key
from service.store.accounts import people as people_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store
from service.web.http.context import RequestContext
from service.web.rendering.labels import ROLE_TASKS
from service.web.rounds.tally import ORGANISATION_COLOURS

FAR_FUTURE = 2**62
"""Later than any deadline (µs UTC)."""


@dataclass(frozen=True)
class SampleUser:
    """A person of the sample; `pending_rounds` counts the open rounds that wait for their signature."""

    id: str
    names: Mapping[str, str]
    roles: tuple[str, ...]
    tasks: tuple[str, ...]
    pending_rounds: int


@dataclass(frozen=True)
class SampleUserGroup:
    """The people of one organisation; for those who work for the coalition itself, `names` is empty."""

    names: Mapping[str, str]
    colour: int
    users: tuple[SampleUser, ...]


def list_sample_users(context: RequestContext) -> list[SampleUserGroup]:
    """Return all active people by organisation: those of the coalition first, then organisations by name."""
    found = [one for _, one in people_store.list_all(context.tx) if one.state == "active"]
    members = {
        one.id: (one.names, place % ORGANISATION_COLOURS + 1)
        for place, (_, one) in enumerate(organisations_store.list_members(context.tx))
    }
    pending = _pending_rounds(context)
    found.sort(key=lambda one: _sort_key(context, members.get(one.organisation or "", ({}, 0))[0], one))
    grouped = groupby(found, key=lambda one: one.organisation if one.organisation in members else None)
    return [
        SampleUserGroup(
            *members.get(key or "", ({}, 0)),
            users=_sorted_by_role([_sample_user(context, one, pending) for one in its]),
        )
        for key, its in grouped
    ]


def _sort_key(context: RequestContext, names: Mapping[str, str], one: Person) -> tuple[object, ...]:
    return (
        bool(names),
        collation_key(context.formatter.plain_name(names), lang=context.formatter.lang),
        one.organisation or "",
    )


def _pending_rounds(context: RequestContext) -> Counter[str]:
    """Return by organisation how many open rounds wait for its answer."""
    found: Counter[str] = Counter()
    for id in rounds_store.list_closing_between(context.tx, after=context.tx.now, until=FAR_FUTURE):
        its = rounds_store.get(context.tx, id)
        asked = its.organisations if its else ()
        found.update(
            one for one in asked if endorsements_store.get_live(context.tx, round_id=id, organisation=one) is None
        )
    return found


def _sample_user(context: RequestContext, one: Person, pending: Counter[str]) -> SampleUser:
    held_roles = {grant.role for grant in people_store.list_grants(context.tx, one.id)}
    roles = tuple(role for role in ROLES if role in held_roles)
    pending_rounds = pending[one.organisation or ""] if SIGNATORY in held_roles else 0
    return SampleUser(one.id, one.names, roles, tuple(ROLE_TASKS[role] for role in roles), pending_rounds)


def _sorted_by_role(users: list[SampleUser]) -> tuple[SampleUser, ...]:
    return tuple(sorted(users, key=lambda one: [ROLES.index(role) for role in one.roles] or [len(ROLES)]))
