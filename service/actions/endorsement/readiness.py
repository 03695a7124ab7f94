"""Who can sign a round that is not open yet, and requests to those who can change it."""

from collections.abc import Collection

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.domain.accounts.rules import DAY
from service.domain.documents.document import DRAFTING, REVIEW, check_document_state
from service.domain.endorsement.readiness import (
    UNCONFIRMED,
    OrganisationReadiness,
    check_somebody_can_sign,
    organisation_state,
)
from service.domain.membership.people import FOCAL_POINT, SECRETARIAT, SIGNATORY, Actor, Person
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def list_organisations(tx: Tx, *, document_id: str) -> list[OrganisationReadiness]:
    """Return for each member organisation whether somebody can sign a round on the document for it now."""
    members = [one.id for _, one in organisations_store.list_members(tx)]
    people: dict[str, set[str]] = {id: set() for id in members}
    for _, one in people_store.list_all(tx):
        if one.state == "active" and one.organisation in people:
            people[one.organisation].add(one.id)
    signatories = {one.id for one in people_store.list_role_holders(tx, [SIGNATORY], document=document_id)}
    mandates = [one for _, one in mandates_store.list_all(tx)]
    return [
        OrganisationReadiness(
            id,
            organisation_state(
                people=people[id],
                signatories=people[id] & signatories,
                mandates=[one for one in mandates if one.organisation == id],
                now=tx.now,
            ),
        )
        for id in members
    ]


def require_signatories(tx: Tx, *, document_id: str, organisations: Collection[str]) -> None:
    """Check that somebody can sign for one of `organisations`. Raises Conflict `nobody_can_sign`."""
    found = list_organisations(tx, document_id=document_id)
    check_somebody_can_sign(one.state for one in found if one.organisation in organisations)


def ask_for_mandate(tx: Tx, actor: Actor, *, document_id: str, organisation_id: str) -> None:
    """Ask those who can give an organisation a signatory; each of them is told once a day.

    For a mandate that waits, that is the secretariat, else the organisation's focal points, or all its people if it has
    none. Raises Conflict `document_state`.
    """
    document = authorization.load_document(tx, actor, "version.cut", document_id)
    check_document_state(document, DRAFTING, REVIEW)
    found = {one.organisation: one.state for one in list_organisations(tx, document_id=document_id)}
    state = or_not_found(found.get(organisation_id))
    asked = _secretariat(tx) if state == UNCONFIRMED else _responsible_people(tx, organisation_id)
    kind = "mandate.unconfirmed" if state == UNCONFIRMED else "mandate.asked"
    _notify_once_a_day(tx, [one for one in asked if one.id != actor.person], kind=kind, about=organisation_id)


def ask_for_next_step(tx: Tx, actor: Actor, *, document_id: str) -> None:
    """Tell the secretariat that a drafter thinks the document can move on, once a day.

    Raises Conflict `document_state`.
    """
    document = authorization.load_document(tx, actor, "version.cut", document_id)
    check_document_state(document, DRAFTING, REVIEW)
    asked = [one for one in _secretariat(tx) if one.id != actor.person]
    _notify_once_a_day(tx, asked, kind="document.ready", about=document_id, document=document_id)


def _notify_once_a_day(tx: Tx, people: list[Person], *, kind: str, about: str, document: str = "") -> None:
    params = {"document": document} if document else {}
    notifications.notify(
        tx, people, kind=kind, about=about, params=params, by_email=True, repeat_key=str(tx.now // DAY)
    )


def _secretariat(tx: Tx) -> list[Person]:
    return people_store.list_role_holders(tx, [SECRETARIAT])


def _responsible_people(tx: Tx, organisation: str) -> list[Person]:
    people = [one for _, one in people_store.list_all(tx, organisation=organisation) if one.state == "active"]
    focal_points = {one.id for one in people_store.list_role_holders(tx, [FOCAL_POINT])}
    return [one for one in people if one.id in focal_points] or people
