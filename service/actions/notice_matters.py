"""The matter of a notice: whom it is about, and whether it is settled."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from service.domain.endorsement.endorsement import APPROVAL_LIFETIME
from service.domain.membership.approvals import WAITING
from service.domain.membership.people import Actor
from service.domain.publication.notice_matters import (
    ANSWER_KINDS,
    APPROVAL_KINDS,
    COLLEAGUE_KINDS,
    GRANT_KINDS,
    MANDATE_KINDS,
    PROPOSAL_KINDS,
    REQUEST_KINDS,
    ROUND_KINDS,
)
from service.store.accounts import people as people_store
from service.store.comments import comments as comments_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import approvals as approvals_store
from service.store.membership import mandates as mandates_store
from service.store.membership import proposals as proposals_store
from service.store.publication import settled_notices as settled_notices_store
from service.store.publication.notices import Notice


@dataclass(frozen=True, slots=True)
class Matter:
    """Ids of the person and the organisation a notice is about, if any, and whether its matter is settled."""

    person: str | None = None
    organisation: str | None = None
    is_settled: bool = False


def settle(tx: Tx, kinds: Collection[str], *, about: str, persons: Collection[str] | None = None) -> None:
    """Mark the notices of these kinds about a subject as read: those of `persons`, or of everybody (None)."""
    settled_notices_store.mark_settled(tx, kinds=kinds, about=about, persons=persons)


def settle_for(tx: Tx, organisation: str, kinds: Collection[str], *, about: str) -> None:
    """Mark the notices of these kinds about a subject as read for the people of an organisation."""
    settled_notices_store.mark_settled(tx, kinds=kinds, about=about, organisation=organisation)


def load_matter(tx: Tx, reader: Actor, notice: Notice) -> Matter:
    """Return the matter of a notice to `reader`; an empty one if it has none, or its subject is gone."""
    about = str(notice.params.get("about", ""))
    loader = _LOADERS.get(notice.kind)
    found = loader(tx, reader, about) if loader else None
    organisation = notice.params.get("organisation")
    return found or Matter(organisation=str(organisation) if organisation else None)


def _mandate(tx: Tx, reader: Actor, id: str) -> Matter | None:
    found = mandates_store.get(tx, id)
    if found is None:
        return None
    is_settled = found.state != "granted" or reader.person in found.confirmations
    return Matter(found.person, found.organisation, is_settled)


def _named_mandate(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = mandates_store.get(tx, id)
    return Matter(found.person, found.organisation) if found else None


def _wanted_mandate(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = people_store.get(tx, id)
    if found is None:
        return None
    is_settled = any(one.is_live(now=tx.now) for one in mandates_store.list_unrevoked(tx, person=id))
    return Matter(id, found.organisation, is_settled or found.state != "active")


def _lacking_organisation(tx: Tx, _: Actor, id: str) -> Matter | None:
    is_settled = any(one.is_live(now=tx.now) for one in mandates_store.list_unrevoked(tx, organisation=id))
    return Matter(organisation=id, is_settled=is_settled)


def _approval(tx: Tx, reader: Actor, id: str) -> Matter | None:
    found = approvals_store.get(tx, id)
    if found is None:
        return None
    is_settled = found.state != WAITING or reader.person in [one.person for one in found.approvals]
    return Matter(found.requested_by, found.organisation, is_settled)


def _proposal(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = proposals_store.get(tx, id)
    return Matter(found.person, found.organisation, found.state != "proposed") if found else None


def _begun_role(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = proposals_store.get(tx, id)
    return Matter(found.person, found.organisation) if found else None


def _round(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = rounds_store.get(tx, id)
    return Matter(is_settled=not found.is_accepting(now=tx.now)) if found else None


def _answer(tx: Tx, reader: Actor, id: str) -> Matter | None:
    found, organisation = rounds_store.get(tx, id), reader.organisation
    if found is None:
        return None
    if organisation is None or organisation not in found.organisations:
        return Matter(is_settled=not found.is_accepting(now=tx.now))
    answered = endorsements_store.get_live(tx, round_id=id, organisation=organisation) is not None
    return Matter(organisation=organisation, is_settled=answered or not found.is_accepting(now=tx.now))


def _colleague(tx: Tx, _: Actor, id: str) -> Matter | None:
    found = endorsements_store.get_challenge(tx, id)
    if found is None:
        return None
    is_over = tx.now >= found.expires_at + APPROVAL_LIFETIME
    return Matter(found.person, found.organisation, is_over or endorsements_store.is_approved(tx, id))


def _comment(tx: Tx, reader: Actor, id: str) -> Matter | None:
    """Return the newest comment of somebody else as the matter, unless the reader may no longer see the thread."""
    found = comments_store.get_thread(tx, id)
    if found is None or found.organisation not in (None, reader.organisation):
        return None
    author = next((one.person for one in reversed(found.comments) if one.person != reader.person), None)
    return Matter(author)


_LOADERS: Mapping[str, Callable[[Tx, Actor, str], Matter | None]] = {
    **dict.fromkeys(ROUND_KINDS, _round),
    **dict.fromkeys(ANSWER_KINDS, _answer),
    **dict.fromkeys(MANDATE_KINDS, _mandate),
    **dict.fromkeys(REQUEST_KINDS, _wanted_mandate),
    **dict.fromkeys(GRANT_KINDS, _lacking_organisation),
    **dict.fromkeys(APPROVAL_KINDS, _approval),
    **dict.fromkeys(PROPOSAL_KINDS, _proposal),
    **dict.fromkeys(COLLEAGUE_KINDS, _colleague),
    **dict.fromkeys(("mandate.confirmed", "power.mandate_granted", "power.mandate_confirmed"), _named_mandate),
    **dict.fromkeys(("power.mandate_revoked", "coalition.mandate_by_one"), _named_mandate),
    **dict.fromkeys(("comment.mention", "comment.reply"), _comment),
    "power.role_begun": _begun_role,
}
"""Kind → how its matter is loaded."""
