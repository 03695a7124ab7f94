"""Confirmation of an answer by another person of the organisation, where the signatory has only their mailbox.

It is given in that person's own session, for one answer of one signatory, and stands for a day: a code that came too
late can be asked for again.
"""

from dataclasses import dataclass

from service.actions import authorization, notice_matters, notifications
from service.actions.accounts import proof
from service.actions.authorization import or_not_found, require
from service.actions.endorsement.statements import get_replaced_sha256
from service.domain.documents.document import Document
from service.domain.endorsement.endorsement import APPROVAL_LIFETIME, COLLEAGUE, MAIL
from service.domain.endorsement.round import Round, check_round_open
from service.domain.endorsement.terms import MAIL_ENOUGH
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.membership.people import FOCAL_POINT, Actor, Person
from service.domain.policy import Resource
from service.domain.publication.notice_matters import COLLEAGUE_KINDS
from service.domain.trust.statement import WITHDRAWAL, statement_sha256
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.endorsement.endorsements import Challenge
from service.store.membership import mandates as mandates_store


@dataclass(frozen=True, slots=True)
class AnswerToConfirm:
    """An answer that a signatory prepared, as another person of the organisation sees it before confirming."""

    document: Document
    round: Round
    challenge: Challenge
    signatory: Person
    is_approved: bool


def list_colleagues(tx: Tx, *, organisation: str, signatory: str) -> list[Person]:
    """Return who may confirm an answer of `signatory`: the organisation's other focal points and mandate holders."""
    focal_points = {one.id for one in people_store.list_role_holders(tx, [FOCAL_POINT])}
    people = [one for _, one in people_store.list_all(tx, organisation=organisation)]
    others = [one for one in people if one.state == "active" and one.id != signatory]
    return [
        one
        for one in others
        if one.id in focal_points or mandates_store.get_live(tx, organisation=organisation, person=one.id)
    ]


def require_proof(tx: Tx, actor: Actor, round_: Round, challenge: Challenge) -> str:
    """Return how the actor proved to be the signatory: in this session, by a colleague, or, if allowed, by email alone.

    Raises `Forbidden` `second_proof_needed`.
    """
    found = find_proof(tx, actor, round_, challenge)
    if found is None:
        raise Forbidden(
            "second_proof_needed",
            N_(
                "A code by email alone does not sign. Give your password or a code of your authenticator app, or ask "
                "another person of your organisation to confirm."
            ),
        )
    return found


def find_proof(tx: Tx, actor: Actor, round_: Round, challenge: Challenge) -> str | None:
    """Return what `require_proof` does; None if a proof is missing."""
    found = proof.of_session(tx, actor)
    if found is None and _is_approved(tx, challenge):
        return COLLEAGUE
    mail_is_enough = round_.terms is not None and round_.terms.proof == MAIL_ENOUGH
    return MAIL if found is None and mail_is_enough else found


def ask(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str) -> None:
    """Ask the colleagues to confirm the actor's prepared answer. Raises `NotFound`, `Conflict` `nobody_to_ask`."""
    _, round_ = authorization.load_round(tx, actor, "endorsement.cast", round_id)
    challenge = _load(tx, round_, challenge_id)
    if challenge.person != actor.person:
        raise NotFound()
    found = list_colleagues(tx, organisation=challenge.organisation, signatory=actor.person)
    if not found:
        raise Conflict(
            "nobody_to_ask",
            N_("Nobody else in your organisation is a focal point or has a mandate. Use your password or an app."),
        )
    notifications.notify(tx, found, kind="colleague.asked", about=challenge_id, params={"round": round_id}, urgent=True)


def load_request(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str) -> AnswerToConfirm:
    """Return a prepared answer that the actor may confirm. Raises `NotFound`, `Conflict` `round_closed`."""
    document, round_ = authorization.load_round(tx, actor, "round.read", round_id)
    challenge = _load(tx, round_, challenge_id)
    colleagues = list_colleagues(tx, organisation=challenge.organisation, signatory=challenge.person)
    if actor.person not in [one.id for one in colleagues]:
        raise NotFound()
    signatory = or_not_found(people_store.get(tx, challenge.person))
    return AnswerToConfirm(document, round_, challenge, signatory, _is_approved(tx, challenge))


def approve(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str) -> None:
    """Confirm the answer that a signatory of the actor's organisation prepared, and notify them.

    Raises `NotFound`, `Conflict` `round_closed`, `approval_over`.
    """
    require(actor, "endorsement.approve", Resource(organisation=actor.organisation))
    found = load_request(tx, actor, round_id=round_id, challenge_id=challenge_id)
    if tx.now >= found.challenge.expires_at + APPROVAL_LIFETIME:
        raise Conflict("approval_over", N_("This answer was prepared too long ago. Ask for a new one."))
    if not endorsements_store.add_approval(tx, challenge_id, person=actor.person):
        return
    facts = {
        "round": round_id,
        "organisation": found.challenge.organisation,
        "statement_sha256": statement_sha256(found.challenge.statement),
    }
    record_store.append(tx, act="endorsement.approve", actor=actor.person, facts=facts)
    notice_matters.settle(tx, COLLEAGUE_KINDS, about=challenge_id)
    params = {"round": round_id}
    notifications.notify(tx, [found.signatory], kind="answer.confirmed", about=challenge_id, params=params, urgent=True)


def _load(tx: Tx, round_: Round, challenge_id: str) -> Challenge:
    challenge = or_not_found(endorsements_store.get_challenge(tx, challenge_id))
    if challenge.round != round_.id:
        raise NotFound()
    if challenge.position != WITHDRAWAL or round_.state != "passed":
        check_round_open(or_not_found(rounds_store.get(tx, round_.id)), now=tx.now)
    return challenge


def _is_approved(tx: Tx, challenge: Challenge) -> bool:
    """Return whether a colleague, who still is one, confirmed this answer in this place within APPROVAL_LIFETIME."""
    since = tx.now - APPROVAL_LIFETIME
    approvals = endorsements_store.list_approvals(tx, person=challenge.person, round_id=challenge.round, since=since)
    approvers = {approver for approver, answer in approvals if _answer(answer) == _answer(challenge)}
    colleagues = list_colleagues(tx, organisation=challenge.organisation, signatory=challenge.person)
    return bool(approvers & {one.id for one in colleagues})


def _answer(challenge: Challenge) -> tuple[object, ...]:
    replaced = get_replaced_sha256(challenge)
    return challenge.organisation, challenge.position, dict(challenge.reservation), replaced
