"""The people of a sample, as its door shows them: by organisation, with what each does today."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from service.domain.errors import N_
from service.domain.membership.people import ROLES, SIGNATORY, Person
from service.i18n import collation_key
from service.store.accounts import people as people_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store
from service.web.http.context import Visit
from service.web.rounds.tally import COLOURS

DOES: Mapping[str, str] = {
    "secretariat": N_("Moves documents on, opens and closes rounds, confirms mandates."),
    "drafter": N_("Writes the texts and fixes versions."),
    "focal_point": N_("Invites the organisation’s people and grants mandates."),
    "signatory": N_("Reads what changed and signs for the organisation."),
    "communications": N_("Makes the files and publishes."),
    "observer": N_("Reads what is in review and after."),
    "auditor": N_("Reads everything, the record too."),
}
"""What somebody of this role comes for."""


NEVER = 2**62
"""Later than any deadline (µs UTC)."""


@dataclass(frozen=True)
class Player:
    """Somebody of a sample; `waits` counts the rounds that wait for their signature."""

    id: str
    names: Mapping[str, str]
    roles: tuple[str, ...]
    does: tuple[str, ...]
    waits: int


@dataclass(frozen=True)
class Group:
    """The people of one organisation; those of the coalition itself have no names above them."""

    names: Mapping[str, str]
    colour: int
    players: tuple[Player, ...]


def groups(visit: Visit) -> list[Group]:
    """Everyone who may play: the coalition's own people first, then organisations by name."""
    found = [one for _, one in people_store.every(visit.tx) if one.state == "active"]
    members = {
        one.id: (one.names, place % COLOURS + 1) for place, (_, one) in enumerate(organisations_store.members(visit.tx))
    }
    silent = _silent(visit)
    found.sort(key=lambda one: _place(visit, members.get(one.organisation or "", ({}, 0))[0], one))
    parted = groupby(found, key=lambda one: one.organisation if one.organisation in members else None)
    return [
        Group(*members.get(key or "", ({}, 0)), players=_by_role([_player(visit, one, silent) for one in its]))
        for key, its in parted
    ]


def _place(visit: Visit, names: Mapping[str, str], one: Person) -> tuple[object, ...]:
    return (bool(names), collation_key(visit.voice.plain(names), lang=visit.voice.lang), one.organisation or "")


def _silent(visit: Visit) -> Counter[str]:
    """How many open rounds wait for the answer of each organisation."""
    found: Counter[str] = Counter()
    for id in rounds_store.ending(visit.tx, after=visit.tx.now, until=NEVER):
        its = rounds_store.get(visit.tx, id)
        asked = its.organisations if its else ()
        found.update(one for one in asked if endorsements_store.live(visit.tx, round_id=id, organisation=one) is None)
    return found


def _player(visit: Visit, one: Person, silent: Counter[str]) -> Player:
    held = {grant.role for grant in people_store.grants(visit.tx, one.id)}
    roles = tuple(role for role in ROLES if role in held)
    waits = silent[one.organisation or ""] if SIGNATORY in held else 0
    return Player(one.id, one.names, roles, tuple(DOES[role] for role in roles), waits)


def _by_role(found: list[Player]) -> tuple[Player, ...]:
    return tuple(sorted(found, key=lambda one: [ROLES.index(role) for role in one.roles] or [len(ROLES)]))
