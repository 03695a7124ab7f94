"""Open disputes and answers: who may answer while one is open, and that the answer of somebody else settles it."""

from service.domain.endorsement.dispute import (
    ANSWER,
    NEW_ANSWER,
    DisputeStatus,
    check_may_answer,
)
from service.domain.endorsement.round import Round
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.endorsement import disputes as disputes_store
from service.store.endorsement import endorsements as endorsements_store


def list_disputes(tx: Tx, round_: Round, *, organisation: str) -> list[DisputeStatus]:
    """Return the disputes of an organisation's answers in a round, in order."""
    return [one for one in disputes_store.list_by_round(tx, round_.id) if one.dispute.organisation == organisation]


def check_answer_allowed(tx: Tx, actor: Actor, round_: Round, *, organisation: str) -> None:
    """Check that the actor may answer for the organisation. Raises `Conflict` `answer_disputed`."""
    _list_answerable(tx, actor, round_, organisation=organisation)


def settle_by_answer(tx: Tx, actor: Actor, round_: Round, *, organisation: str) -> None:
    """Settle the open disputes of the organisation by the answer the actor gives now.

    Raises `Conflict` `answer_disputed` if somebody else disputes what the actor signed.
    """
    for one in _list_answerable(tx, actor, round_, organisation=organisation):
        disputes_store.add_settlement(tx, dispute_id=one.dispute.id, person=actor.person, act=NEW_ANSWER)
        facts = {"round": round_.id, "dispute": one.dispute.id, "act": NEW_ANSWER, "settled": True}
        record_store.append(tx, act="endorsement.settle", actor=actor.person, facts=facts)


def _list_answerable(tx: Tx, actor: Actor, round_: Round, *, organisation: str) -> list[DisputeStatus]:
    """Return the organisation's open disputes, all of which the actor may settle by an answer.

    Raises `Conflict` `answer_disputed`.
    """
    unsettled = [one for one in list_disputes(tx, round_, organisation=organisation) if one.is_open]
    check_may_answer([(one, _get_author(tx, one)) for one in unsettled], by=actor.person)
    return unsettled


def _get_author(tx: Tx, status: DisputeStatus) -> str | None:
    """Return who gave the disputed answer, or withdrew it."""
    disputed = endorsements_store.get(tx, status.dispute.endorsement)
    if disputed is None:
        return None
    return disputed.person if status.dispute.subject == ANSWER else disputes_store.get_withdrawer(tx, disputed)
