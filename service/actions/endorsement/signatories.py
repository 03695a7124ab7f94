"""Who can sign for an organisation when a round opens: all its people get the list and the marks."""

from collections.abc import Collection
from typing import Any

from service.actions import notifications
from service.actions.membership.power_notices import list_active_people
from service.domain.endorsement.round import Round
from service.domain.membership.mandates import marks_in_round
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Mandate
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def notify_opened(tx: Tx, round_: Round) -> None:
    """Notify every organisation on the roll, and others with a role of members, by notice and email, that it is open.

    All active people of an organisation are told who can sign for it now, with the marks of their mandates. Of an
    organisation whose people have not come in, only those with a role are: the others expect no emails yet.
    """
    unproved = round_.terms is not None and round_.terms.without_proof is not None
    kind, params = "round.opened_unproved" if unproved else "round.opened", {"document": round_.document}
    holders = people_store.list_role_holders(tx, [SIGNATORY, FOCAL_POINT], document=round_.document)
    signatories = {one.id for one in people_store.list_role_holders(tx, [SIGNATORY], document=round_.document)}
    for organisation in round_.organisations:
        people = list_active_people(tx, organisation)
        if not _has_people(tx, organisation):
            people = [one for one in people if one in holders]
        able = signatories & {one.id for one in people}
        listed = {**params, "signatories": _list_signatories(tx, organisation, able=able, opened_at=round_.opened_at)}
        notifications.notify(tx, people, kind=kind, about=round_.id, params=listed, by_email=True)
    others = [one for one in holders if one.organisation not in round_.organisations]
    notifications.notify(tx, others, kind=kind, about=round_.id, params=params, by_email=True)


def _list_signatories(tx: Tx, organisation: str, *, able: Collection[str], opened_at: int) -> list[dict[str, Any]]:
    """Return the persons among `able` with a mandate that is live, or will start, as JSON; each once."""
    found = [one for one in mandates_store.list_unrevoked(tx, organisation=organisation) if one.person in able]
    confirmed = [one for one in found if one.state == "confirmed" and not _is_over(one, now=tx.now)]
    newest = {one.person: one for one in sorted(confirmed, key=lambda one: one.is_live(now=tx.now))}
    return [
        {
            "person": person,
            "marks": list(marks_in_round(one, opened_at=opened_at)),
            "starts_at": None if one.is_live(now=tx.now) else one.starts_at,
        }
        for person, one in newest.items()
    ]


def _has_people(tx: Tx, organisation: str) -> bool:
    found = organisations_store.get(tx, organisation)
    return found is not None and found.first_person_at is not None


def _is_over(mandate: Mandate, *, now: int) -> bool:
    return mandate.expires_at is not None and mandate.expires_at <= now
