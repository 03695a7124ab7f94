"""The founding of the sample coalition: its organisations and people, with what one asks and another confirms."""

from collections.abc import Mapping
from typing import Any

from service.actions import notifications
from service.actions.accounts import address_proof
from service.actions.authorization import or_not_found
from service.actions.membership import approval_decisions, coalition, organisations, proposals
from service.actions.membership import people as people_actions
from service.domain.membership.addresses import SAMPLE
from service.domain.membership.approvals import RoleProposal
from service.domain.membership.people import SCOPES, SECRETARIAT, Actor
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import approvals as approvals_store
from service.store.publication import notices as notices_store


def create_members(tx: Tx, script: Mapping[str, Any], *, origin: str) -> dict[str, str]:
    """Create the coalition, organisations and people; return their ids by their keys in the script."""
    settings_entry, first = script["coalition"], script["people"][0]
    settings = {
        "names": settings_entry["name"],
        "about": settings_entry["about"],
        "place": script["place"],
        "press": settings_entry["press"],
    }
    founder = {"names": first["name"], "email": first["email"], "lang": "ar"}
    _, id = coalition.create_coalition(tx, origin=origin, sample=True, settings=settings, first_person=founder)
    ids = {first["key"]: id}
    secretariat = _load_actor(tx, id)
    for one in script["organisations"]:
        ids[one["key"]] = organisations.add_organisation(tx, secretariat, names=one["name"])
    proposed: list[RoleProposal] = []
    for one in script["people"][1:]:
        ids[one["key"]], more = people_actions.add_with_proposals(
            tx,
            secretariat,
            names=one["name"],
            email=one["email"],
            organisation=ids[one["organisation"]] if one["organisation"] else None,
            lang=one.get("lang", "ar"),
            roles=tuple(one["roles"]),
        )
        proposed += more
    proposals.settle(tx, proposed, by=id)
    _confirm_all(tx, ids[_second_of_secretariat(script)])
    for one in script["people"]:
        address_proof.mark_proved(tx, ids[one["key"]], proof=SAMPLE, by=None)
        address_proof.mark_came_in(tx, _load_actor(tx, ids[one["key"]]))
    return ids


def _confirm_all(tx: Tx, second_person: str) -> None:
    """Let the second member of the secretariat confirm all that waits for one; both have read the notices of it."""
    for request in approvals_store.list_waiting(tx):
        approval_decisions.approve(tx, _load_actor(tx, second_person), request=request.id, channel="sample")
        for person in (second_person, request.requested_by):
            notifications.mark_read(tx, _load_actor(tx, person))
            for notice in notices_store.list_awaiting_email(tx, person):
                notices_store.mark_emailed(tx, notice.id)


def _second_of_secretariat(script: Mapping[str, Any]) -> str:
    return str([one["key"] for one in script["people"] if SECRETARIAT in one["roles"]][1])


def _load_actor(tx: Tx, person: str) -> Actor:
    return or_not_found(people_store.load_actor(tx, person, scopes=SCOPES))
