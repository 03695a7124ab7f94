"""How rounds end: closed once by their deadline, by everyone's answer, or early (`endings`); or cancelled.

A round that passes seals the document in the same transaction.
"""

from collections.abc import Mapping
from typing import Any

from service.actions import notice_matters, notifications
from service.actions.authorization import or_not_found
from service.actions.endorsement.sealing import seal_document
from service.actions.endorsement.tally import tally
from service.domain.documents.document import APPROVED, REVIEW, Document
from service.domain.endorsement.round import CANCELLED, FAILED, OPEN, PASSED, Round
from service.domain.errors import N_, Conflict
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SECRETARIAT, SIGNATORY
from service.domain.publication.notice_matters import ROUND_KINDS
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store


def list_due(tx: Tx) -> list[str]:
    """Return the ids of the open rounds that `close_if_due` would close now."""
    answered = [
        one.id
        for one in rounds_store.list_answered(tx)
        if (one.closes_answered_at or tx.now + 1) <= tx.now < one.closes_at
    ]
    return [*rounds_store.list_overdue(tx, now=tx.now), *answered]


def close_if_due(tx: Tx, *, round_id: str) -> bool:
    """Close a round whose deadline has passed, or in which all have answered long enough ago.

    Returns False if there was nothing to do, or while the instance is paused.
    """
    unlocked = rounds_store.get(tx, round_id)
    if unlocked is None or organisations_store.is_paused(tx):
        return False
    document = or_not_found(documents_store.lock(tx, unlocked.document))
    locked = or_not_found(rounds_store.lock(tx, round_id))
    if locked.state != OPEN or not (tx.now >= locked.closes_at or _was_answered(tx, locked)):
        return False
    close_round(tx, document, locked, by=None)
    return True


def follow_answers(tx: Tx, document: Document, round_: Round) -> None:
    """Note whether every organisation has answered, and close the round if it then closes at once.

    To be called after each answer, withdrawal, dispute and settlement; both rows are locked. The wait of a round that
    closes a while after the last answer begins again with each of these.
    """
    wait = round_.close_after_all_us
    if round_.state != OPEN or wait is None:
        return
    if tally(tx, round_).silent:
        rounds_store.set_answered(tx, round_.id, at=None)
    elif wait == 0:
        close_round(tx, document, round_, by=None)
    else:
        rounds_store.set_answered(tx, round_.id, at=tx.now)


def close_round(tx: Tx, document: Document, round_: Round, *, by: str | None) -> None:
    """Close an open round with its outcome as it is now; both rows are locked. Raises `Conflict` `round_closed`."""
    outcome = tally(tx, round_)
    state = PASSED if outcome.passes else FAILED
    _end_round(tx, document, round_, state=state, outcome=outcome.to_json(), by=by)


def cancel_round(tx: Tx, document: Document, round_: Round, *, by: str | None) -> None:
    """End an open round without an outcome; both rows are locked. Raises `Conflict` `round_closed`."""
    _end_round(tx, document, round_, state=CANCELLED, outcome=None, by=by)


def _was_answered(tx: Tx, round_: Round) -> bool:
    due = round_.closes_answered_at
    return due is not None and due <= tx.now and not tally(tx, round_).silent


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
    notice_matters.settle(tx, ROUND_KINDS, about=round_.id)
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
