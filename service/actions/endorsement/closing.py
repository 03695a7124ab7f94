"""How rounds end: closed once by their deadline, by everyone's answer, or by persons of the secretariat; or cancelled.

A round that passes seals the document in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.endorsement.sealing import seal_document
from service.actions.endorsement.tally import tally
from service.domain.documents.document import APPROVED, REVIEW, Document
from service.domain.endorsement.round import (
    CANCELLED,
    FAILED,
    OPEN,
    PASSED,
    Round,
    approvals_needed_to_close,
    check_round_open,
)
from service.domain.errors import N_, Conflict
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SECRETARIAT, SIGNATORY, Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Agreement:
    """Persons of the secretariat who requested an early end of a round; `needed` of them end it."""

    close: tuple[str, ...]
    cancel: tuple[str, ...]
    needed: int


def request_close(tx: Tx, actor: Actor, *, round_id: str) -> Round:
    """Request an early close: done once two persons of the secretariat have (one, if there is only one)."""
    return _request_end(tx, actor, round_id=round_id, act="close")


def request_cancel(tx: Tx, actor: Actor, *, round_id: str) -> Round:
    """Request to cancel, with the same agreement as `request_close`; the document goes back to review."""
    return _request_end(tx, actor, round_id=round_id, act="cancel")


def get_agreement(tx: Tx, document: Document, round_: Round) -> Agreement:
    """Return who has requested to close or cancel the round, and how many must."""
    requests = rounds_store.list_agreements(tx, round_.id)
    return Agreement(
        close=tuple(person for act, person in requests if act == "close"),
        cancel=tuple(person for act, person in requests if act == "cancel"),
        needed=approvals_needed_to_close(len(people_store.list_role_holders(tx, [SECRETARIAT], document=document.id))),
    )


def close_if_due(tx: Tx, *, round_id: str) -> bool:
    """Close a round whose deadline has passed; return False if there was nothing to do, or while paused."""
    unlocked = rounds_store.get(tx, round_id)
    if unlocked is None or organisations_store.is_paused(tx):
        return False
    document = or_not_found(documents_store.lock(tx, unlocked.document))
    locked = or_not_found(rounds_store.lock(tx, round_id))
    if locked.state != OPEN or tx.now < locked.closes_at:
        return False
    _close_round(tx, document, locked, by=None)
    return True


def close_if_answered(tx: Tx, document: Document, round_: Round) -> None:
    """Close the round if it closes early and every organisation on the roll has answered. Both rows are locked."""
    if round_.close_when_all_answered and not tally(tx, round_).silent:
        _close_round(tx, document, round_, by=None)


def _request_end(tx: Tx, actor: Actor, *, round_id: str, act: str) -> Round:
    document, round_ = authorization.load_round(tx, actor, "round.close", round_id, lock=True)
    check_round_open(round_, now=tx.now)
    restricted = recoveries_store.list_restricted(tx) - {actor.person}
    requesters = set(rounds_store.add_agreement(tx, round_id, person=actor.person, act=act)) - restricted
    record_store.append(tx, act=f"round.{act}.agree", actor=actor.person, facts={"round": round_id})
    if len(requesters) >= approvals_needed_to_close(
        len(people_store.list_role_holders(tx, [SECRETARIAT], document=document.id))
    ):
        if act == "close":
            _close_round(tx, document, round_, by=actor.person)
        else:
            _end_round(tx, document, round_, state=CANCELLED, outcome=None, by=actor.person)
    return or_not_found(rounds_store.get(tx, round_id))


def _close_round(tx: Tx, document: Document, round_: Round, *, by: str | None) -> None:
    outcome = tally(tx, round_)
    state = PASSED if outcome.passes else FAILED
    _end_round(tx, document, round_, state=state, outcome=outcome.to_json(), by=by)


def _end_round(
    tx: Tx, document: Document, round_: Round, *, state: str, outcome: Mapping[str, Any] | None, by: str | None
) -> None:
    if not rounds_store.mark_closed(tx, round_.id, state=state, outcome=outcome, at=tx.now):
        raise Conflict("round_closed", N_("This round is closed. Nothing was changed."))
    change_document_state(tx, document, to_state=APPROVED if state == PASSED else REVIEW, frozen=state == PASSED)
    facts = {"round": round_.id, "state": state, "outcome": dict(outcome) if outcome else None}
    record_store.append(tx, act="round.close", actor=by, facts=facts)
    if state == PASSED:
        seal_document(tx, document, round_, outcome=outcome or {})
    recipients = people_store.list_role_holders(
        tx, [SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY], document=document.id
    )
    notifications.notify(
        tx, recipients, kind=f"round.{state}", about=round_.id, params={"document": document.id}, by_email=True
    )


def change_document_state(tx: Tx, document: Document, *, to_state: str, frozen: bool) -> None:
    """Change the state of a locked document, and freeze or release its drafts. Raises `Conflict`."""
    if not documents_store.change_state(tx, document.id, from_state=document.state, to_state=to_state):
        raise Conflict()
    for edition in document.editions.values():
        journal_store.set_frozen(tx, edition.draft, frozen=frozen)
