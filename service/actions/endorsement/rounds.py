"""Rounds: opened on an exact version under a frozen rule. How they end is in `closing`."""

from collections.abc import Mapping
from typing import Any

from service.actions import authorization
from service.actions.documents.documents import check_rev
from service.actions.endorsement import mail_check, readiness, signatories
from service.actions.endorsement.closing import change_document_state
from service.actions.endorsement.round_terms import freeze_terms, list_secretariat
from service.actions.proofs import opening
from service.actions.proofs.proofs import load_subject
from service.domain.documents.document import ENDORSEMENT, Document, check_transition
from service.domain.endorsement.round import OPEN, Round, check_closing_time, roll_sha256
from service.domain.endorsement.rules import (
    check_rule_attainable,
    default_rule,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.endorsement.terms import DEFAULT_OPTIONS, RoundOptions, round_sha256
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store


def open_round(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    version_number: int,
    closes_at: int,
    rule: Mapping[str, Any] | None = None,
    close_when_all_answered: bool = False,
    options: RoundOptions = DEFAULT_OPTIONS,
    rev: int | None = None,
    without_codes: bool = False,
) -> str:
    """Open a round on the latest version for all member organisations and return its id.

    `rule` None is the default of the document's kind. The drafts are frozen while the round is open. Raises `Conflict`
    `stale_version`, `document_state`, `stale_document` (if the document's revision is not `rev`), `nobody_can_sign`,
    `proof_not_whole`, `proof_failed`, `InvalidInput` for rule, deadline and options.
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
        options=options,
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
    options: RoundOptions = DEFAULT_OPTIONS,
) -> str:
    """Open a round as `open_round` does, for a document that is locked and authorised for `round.open`."""
    check_transition(document, ENDORSEMENT)
    check_closing_time(now=tx.now, closes_at=closes_at)
    version = versions_store.get_latest(tx, document.id)
    if version is None or version.number != version_number:
        raise stale_version()
    sealed = load_subject(tx, version)
    roll = sealed.roll
    effective_rule = rule_from_json(rule) if rule is not None else default_rule(document.kind)
    check_rule_attainable(effective_rule, [entry.organisation for entry in roll])
    readiness.require_signatories(tx, document_id=document.id, organisations=[one.organisation for one in roll])
    secretariat = list_secretariat(tx, document)
    proofs = opening.require_proofs(tx, sealed)
    terms = freeze_terms(
        tx, document, closes_at=closes_at, close_when_all_answered=close_when_all_answered, options=options,
        secretariat=secretariat, sealed=sealed, without_proof=proofs.without_proof,
    )  # fmt: skip
    digests = {
        "version_sha256": version.version_sha256,
        "rule_sha256": rule_sha256(effective_rule),
        "roll_sha256": roll_sha256(roll),
    }
    bound = round_sha256(terms, **digests)
    change_document_state(tx, document, to_state=ENDORSEMENT, frozen=True)
    id = tx.new_id("rnd")
    facts = {"round": id, "document": document.id, **digests, "closes_at": closes_at, "round_sha256": bound}
    facts |= proofs.facts
    opens_seq = record_store.append(tx, act="round.open", actor=actor.person, facts=facts)
    opened = Round(
        id=id,
        document=document.id,
        version=version.id,
        rule=rule_to_json(effective_rule),
        rule_sha256=digests["rule_sha256"],
        roll=roll,
        roll_sha256=digests["roll_sha256"],
        state=OPEN,
        close_when_all_answered=close_when_all_answered,
        opened_by=actor.person,
        opened_at=tx.now,
        opens_seq=opens_seq,
        closes_at=closes_at,
        closed_at=None,
        outcome=None,
        format=terms.format,
        wording=terms.wording,
        terms=terms,
        round_sha256=bound,
        secretariat=secretariat,
        proofs=proofs.stored,
    )
    rounds_store.add(tx, opened)
    signatories.notify_opened(tx, opened)
    return id


def stale_version() -> Conflict:
    """Return the error for a round on an older version."""
    return Conflict("stale_version", N_("A round can only be opened on the latest version, and this is an older one."))
