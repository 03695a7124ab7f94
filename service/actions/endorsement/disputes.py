"""Disputes: an organisation's people dispute an answer given in its name, and settle it. Nobody else does.

Links carry no power: who disputes is signed in as a person and has proved who they are recently.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.endorsement.closing import follow_answers
from service.actions.endorsement.dispute_effects import list_disputes
from service.actions.endorsement.visible_answers import view_answers
from service.actions.membership.addresses import require_proved_address
from service.domain.documents.document import Document
from service.domain.endorsement.dispute import (
    DisputeStatus,
    Settling,
    check_disputable,
    check_reason,
    deadline_after_dispute,
    dispute_sha256,
    settling_act,
    subject_of,
)
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.errors import N_, Conflict, DomainError, Forbidden, NotFound
from service.domain.membership.addresses import is_address_proved
from service.domain.membership.people import FOCAL_POINT, SECRETARIAT, SIGNATORY, Actor
from service.domain.policy import Resource, may
from service.domain.text.markup.canonical import canonicalise
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import disputes as disputes_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store


@dataclass(frozen=True, slots=True)
class DisputeView:
    """The answer of the actor's organisation and its disputes.

    `endorsement` is the last answer, also a withdrawn one. `hindrance` is why the actor cannot dispute it, None if they
    can. `settling` says, by id of an open dispute, how the actor can settle it.
    """

    document: Document
    round: Round
    endorsement: Endorsement | None
    disputes: tuple[DisputeStatus, ...]
    hindrance: DomainError | None
    settling: Mapping[str, Settling]


def load_view(tx: Tx, actor: Actor, *, round_id: str) -> DisputeView:
    """Return all that a person of an organisation on the roll needs. Raises `NotFound` `not_on_roll`."""
    document, round_ = authorization.load_round(tx, actor, "round.read", round_id)
    organisation = _organisation_on_roll(actor, round_)
    last = endorsements_store.get_last(tx, round_id=round_id, organisation=organisation)
    made = list_disputes(tx, round_, organisation=organisation)
    resource = Resource(document.id, document.state, document.ever_shared, organisation=organisation)
    allowed = may(actor, "dispute.make", resource)
    return DisputeView(
        document=document,
        round=round_,
        endorsement=last,
        disputes=tuple(made),
        hindrance=_get_hindrance(tx, actor, document, round_, last) if allowed else Forbidden(),
        settling=_list_settling(tx, actor, made) if allowed else {},
    )


def list_visible(tx: Tx, actor: Actor, round_: Round) -> list[DisputeStatus]:
    """Return the disputes in a round of the answers that the actor may see now, in order."""
    visible = view_answers(tx, actor, round_).organisations
    return [one for one in disputes_store.list_by_round(tx, round_.id) if one.dispute.organisation in visible]


def dispute(tx: Tx, actor: Actor, *, round_id: str, endorsement_id: str, reason: str) -> DisputeStatus:
    """Dispute the present answer of the actor's organisation, or its withdrawal; it no longer counts until settled.

    In the last hour of a round it moves the deadline, once. Raises `Forbidden` `address_not_proved`,
    `not_for_organisation`, `Conflict` `stale_answer`, `dispute_too_late`, `already_disputed`, `InvalidInput`
    `reason_needed`.
    """
    document, round_ = authorization.load_round(tx, actor, "dispute.make", round_id, lock=True)
    require_proved_address(tx, actor)
    organisation = _organisation_on_roll(actor, round_)
    words = canonicalise(reason).text.strip()
    check_reason(words)
    last = endorsements_store.get_last(tx, round_id=round_id, organisation=organisation)
    if last is None or last.id != endorsement_id:
        raise Conflict(
            "stale_answer", N_("Your organisation’s answer has changed since you opened this page. Read it first.")
        )
    hindrance = _get_hindrance(tx, actor, document, round_, last)
    if hindrance is not None:
        raise hindrance
    id, at = tx.new_id("dsp"), max(tx.now, (round_.closed_at or 0) + 1)
    disputes_store.add(tx, id=id, disputed=last, subject=subject_of(last), person=actor.person, reason=words, at=at)
    made = or_not_found(disputes_store.get(tx, id))
    _record_dispute(tx, made, last)
    _extend_round(tx, document, round_, made)
    follow_answers(tx, document, or_not_found(rounds_store.get(tx, round_id)))
    _tell(tx, document, made, kind="made", repeat_key=id)
    return made


def settle(tx: Tx, actor: Actor, *, dispute_id: str) -> DisputeStatus:
    """Settle a dispute: by who made it, or by two others of the organisation, or its focal point as the only other.

    The answer then counts again. The first of two others is noted, and the others are told. Raises `Forbidden`
    `address_not_proved`, `focal_point_settles`, `Conflict` `dispute_settled`, `already_agreed`.
    """
    authorization.require(actor, "dispute.settle", Resource(organisation=actor.organisation))
    found = or_not_found(disputes_store.get(tx, dispute_id))
    document, round_ = authorization.load_round(tx, actor, "dispute.settle", found.dispute.round, lock=True)
    require_proved_address(tx, actor)
    found = or_not_found(disputes_store.get(tx, dispute_id))
    if found.dispute.organisation != actor.organisation:
        raise NotFound()
    act = _settling_act(tx, actor, found)
    disputes_store.add_settlement(tx, dispute_id=dispute_id, person=actor.person, act=act)
    settled = or_not_found(disputes_store.get(tx, dispute_id))
    facts = {"round": round_.id, "dispute": dispute_id, "act": act, "settled": not settled.is_open}
    record_store.append(tx, act="endorsement.settle", actor=actor.person, facts=facts)
    if settled.is_open:
        _tell_organisation(tx, document, settled, kind="dispute.agreed", repeat_key=actor.person)
    else:
        follow_answers(tx, document, round_)
        _tell(tx, document, settled, kind="settled", repeat_key=f"{dispute_id}.settled")
    return settled


def _organisation_on_roll(actor: Actor, round_: Round) -> str:
    if actor.organisation is None or actor.organisation not in round_.organisations:
        raise NotFound("not_on_roll", N_("Your organisation is not in the list for this round."))
    return actor.organisation


def _get_hindrance(
    tx: Tx, actor: Actor, document: Document, round_: Round, last: Endorsement | None
) -> DomainError | None:
    """Return why the actor cannot dispute the last answer of their organisation."""
    organisation = actor.organisation or ""
    if last is None:
        return NotFound("nothing_to_dispute", N_("Your organisation has not answered in this round."))
    if not actor.has_role([FOCAL_POINT]) and not mandates_store.get_live(
        tx, organisation=organisation, person=actor.person
    ):
        return Forbidden(
            "not_for_organisation",
            N_("Only a focal point of your organisation, or someone with a mandate to sign for it, can do this."),
        )
    made = [one.dispute for one in list_disputes(tx, round_, organisation=organisation)]
    try:
        check_disputable(last, round_, document_state=document.state, made=made, by=actor.person, now=tx.now)
    except DomainError as error:
        return error
    return None


def _list_settling(tx: Tx, actor: Actor, made: list[DisputeStatus]) -> dict[str, Settling]:
    found = {}
    for one in made:
        try:
            found[one.dispute.id] = _settling_act(tx, actor, one)
        except DomainError:
            continue
    return found


def _settling_act(tx: Tx, actor: Actor, status: DisputeStatus) -> Settling:
    people = [
        one.id
        for one in people_store.list_role_holders(tx, [FOCAL_POINT, SIGNATORY])
        if one.organisation == status.dispute.organisation and is_address_proved(one)
    ]
    others = [one for one in people if one != status.dispute.person]
    is_focal_point = actor.has_role([FOCAL_POINT])
    return settling_act(status, by=actor.person, is_focal_point=is_focal_point, others=others)


def _record_dispute(tx: Tx, made: DisputeStatus, disputed: Endorsement) -> None:
    facts = {
        "round": made.dispute.round,
        "organisation": made.dispute.organisation,
        "dispute": made.dispute.id,
        "subject": made.dispute.subject,
        "disputes": disputed.statement_sha256,
        "dispute_sha256": dispute_sha256(made.dispute),
    }
    record_store.append(tx, act="endorsement.dispute", actor=made.dispute.person, facts=facts)


def _extend_round(tx: Tx, document: Document, round_: Round, made: DisputeStatus) -> None:
    """Move the deadline of a round that closes within the hour, once, and tell everybody who answers in it."""
    closes_at = deadline_after_dispute(round_, urgent=document.urgent, now=tx.now)
    if closes_at is None or not rounds_store.extend(tx, round_.id, closes_at=closes_at):
        return
    facts = {"round": round_.id, "from": round_.closes_at, "to": closes_at, "dispute": made.dispute.id}
    record_store.append(tx, act="round.extend", actor=None, facts=facts)
    recipients = people_store.list_role_holders(tx, [SECRETARIAT, SIGNATORY, FOCAL_POINT], document=document.id)
    params = {"document": document.id, "closes_at": closes_at}
    notifications.notify(tx, recipients, kind="round.extended", about=round_.id, params=params, urgent=True)


def _tell(tx: Tx, document: Document, status: DisputeStatus, *, kind: str, repeat_key: str) -> None:
    """Tell the organisation's people, and the secretariat, which sees that the answer does not count."""
    _tell_organisation(tx, document, status, kind=f"dispute.{kind}")
    outside = [
        one
        for one in people_store.list_role_holders(tx, [SECRETARIAT])
        if one.organisation != status.dispute.organisation
    ]
    about, params = status.dispute.round, {"document": document.id}
    notifications.notify(
        tx, outside, kind=f"round.dispute_{kind}", about=about, params=params, repeat_key=repeat_key, urgent=True
    )


def _tell_organisation(tx: Tx, document: Document, status: DisputeStatus, *, kind: str, repeat_key: str = "") -> None:
    params = {"document": document.id, "round": status.dispute.round}
    notifications.notify_organisation(
        tx, status.dispute.organisation, kind=kind, about=status.dispute.id, params=params, repeat_key=repeat_key
    )
