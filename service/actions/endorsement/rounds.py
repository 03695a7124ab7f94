"""Rounds: opened on an exact version under a frozen rule, closed once.

A round is closed by its deadline, by everyone's answer, or by persons of the secretariat. A round that passes seals the
document in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.documents.documents import check_rev
from service.actions.endorsement import mail_check
from service.actions.endorsement.sealing import seal_document
from service.domain.documents.document import APPROVED, ENDORSEMENT, REVIEW, Document, check_transition
from service.domain.endorsement.round import (
    CANCELLED,
    FAILED,
    OPEN,
    PASSED,
    RollEntry,
    Round,
    approvals_needed_to_close,
    check_closing_time,
    check_round_open,
    roll_sha256,
)
from service.domain.endorsement.rules import (
    EndorsementEvent,
    Outcome,
    check_rule_attainable,
    default_rule,
    evaluate,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.errors import N_, Conflict
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SECRETARIAT, SIGNATORY, Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Agreement:
    """Persons of the secretariat who requested an early end of a round; `needed` of them end it."""

    close: tuple[str, ...]
    cancel: tuple[str, ...]
    needed: int


def open_round(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    version_number: int,
    closes_at: int,
    rule: Mapping[str, Any] | None = None,
    close_when_all_answered: bool = False,
    rev: int | None = None,
    without_codes: bool = False,
) -> str:
    """Open a round on the latest version for all member organisations and return its id.

    `rule` None is the default of the document's kind. The drafts are frozen while the round is open. Raises `Conflict`
    `stale_version`, `document_state`, `stale_document` (if the document's revision is not `rev`), `InvalidInput` for
    rule and deadline.
    """
    document = authorization.load_document(tx, actor, "round.open", document_id, lock=True)
    check_rev(document, rev)
    mail_check.require_codes_go_out(tx, confirmed=without_codes)
    return open_authorised_round(
        tx,
        actor,
        document,
        version_number=version_number,
        closes_at=closes_at,
        rule=rule,
        close_when_all_answered=close_when_all_answered,
    )


def open_authorised_round(
    tx: Tx,
    actor: Actor,
    document: Document,
    *,
    version_number: int,
    closes_at: int,
    rule: Mapping[str, Any] | None = None,
    close_when_all_answered: bool = False,
) -> str:
    """Open a round as `open_round` does, for a document that is locked and authorised for `round.open`."""
    check_transition(document, ENDORSEMENT)
    check_closing_time(now=tx.now, closes_at=closes_at)
    version = versions_store.get_latest(tx, document.id)
    if version is None or version.number != version_number:
        raise Conflict(
            "stale_version", N_("A round can only be opened on the latest version, and this is an older one.")
        )
    roll = tuple(RollEntry(one.id, one.names) for _, one in organisations_store.list_members(tx))
    effective_rule = rule_from_json(rule) if rule is not None else default_rule(document.kind)
    check_rule_attainable(effective_rule, [entry.organisation for entry in roll])
    _change_document_state(tx, document, to_state=ENDORSEMENT, frozen=True)
    id = tx.new_id("rnd")
    facts = {
        "round": id,
        "document": document.id,
        "version_sha256": version.version_sha256,
        "rule_sha256": rule_sha256(effective_rule),
        "roll_sha256": roll_sha256(roll),
        "closes_at": closes_at,
    }
    opens_seq = record_store.append(tx, act="round.open", actor=actor.person, facts=facts)
    rounds_store.add(
        tx,
        Round(
            id=id,
            document=document.id,
            version=version.id,
            rule=rule_to_json(effective_rule),
            rule_sha256=rule_sha256(effective_rule),
            roll=roll,
            roll_sha256=roll_sha256(roll),
            state=OPEN,
            close_when_all_answered=close_when_all_answered,
            opened_by=actor.person,
            opened_at=tx.now,
            opens_seq=opens_seq,
            closes_at=closes_at,
            closed_at=None,
            outcome=None,
        ),
    )
    recipients = people_store.list_role_holders(tx, [SIGNATORY, FOCAL_POINT], document=document.id)
    notifications.notify(tx, recipients, kind="round.opened", about=id, params={"document": document.id}, by_email=True)
    return id


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
    """Close a round whose deadline has passed; return False if there was nothing to do."""
    unlocked = rounds_store.get(tx, round_id)
    if unlocked is None:
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


def tally(tx: Tx, round_: Round) -> Outcome:
    """Return the outcome of the round if it closed now."""
    return evaluate(
        rule_from_json(round_.rule), round_.organisations, _list_events(tx, round_.id), at=round_.closed_at or tx.now
    )


def _list_events(tx: Tx, round_id: str) -> list[EndorsementEvent]:
    events = []
    for one in endorsements_store.list_by_round(tx, round_id):
        events.append(EndorsementEvent(one.organisation, one.position, one.cast_at, 2 * one.seq))
        if one.state == "withdrawn" and one.ended_at is not None:
            events.append(
                EndorsementEvent(one.organisation, one.position, one.ended_at, 2 * one.seq + 1, withdrawn=True)
            )
    return events


def _request_end(tx: Tx, actor: Actor, *, round_id: str, act: str) -> Round:
    document, round_ = authorization.load_round(tx, actor, "round.close", round_id, lock=True)
    check_round_open(round_, now=tx.now)
    requesters = rounds_store.add_agreement(tx, round_id, person=actor.person, act=act)
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
    _change_document_state(tx, document, to_state=APPROVED if state == PASSED else REVIEW, frozen=state == PASSED)
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


def _change_document_state(tx: Tx, document: Document, *, to_state: str, frozen: bool) -> None:
    if not documents_store.change_state(tx, document.id, from_state=document.state, to_state=to_state):
        raise Conflict()
    for edition in document.editions.values():
        journal_store.set_frozen(tx, edition.draft, frozen=frozen)
