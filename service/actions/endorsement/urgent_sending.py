"""Sending out an urgent statement, which skips review: its version is created and its texts are frozen at once.

The round opens in the requester's name as soon as its proofs are whole. Every step can be repeated: what a lost worker
left is carried on by the sweep.
"""

from collections.abc import Mapping
from dataclasses import replace

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.documents import versions
from service.actions.documents.documents import check_rev
from service.actions.endorsement import mail_check, readiness, rounds
from service.actions.endorsement.round_terms import freeze_terms
from service.actions.proofs import opening, proofs
from service.domain.documents.document import DRAFTING, ENDORSEMENT, Document, check_document_state, check_transition
from service.domain.endorsement.rules import check_rule_attainable, rule_from_json
from service.domain.endorsement.terms import DEFAULT_OPTIONS, RoundOptions
from service.domain.endorsement.urgent_sending import HOUR, SendingOptions, UrgentSending, check_hours
from service.domain.errors import N_, Conflict, DomainError, Forbidden, NotFound
from service.domain.membership.people import SCOPES, SECRETARIAT, Actor
from service.domain.publication.proof import PrintProof
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.store.membership import organisations as organisations_store


def send_out(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    hours: int,
    at_least: int,
    note: str = "",
    seen_seqs: Mapping[str, int] | None = None,
    rev: int | None = None,
    without_codes: bool = False,
    options: RoundOptions = DEFAULT_OPTIONS,
) -> str:
    """Cut the version, freeze the texts, request the proofs, and return the id of the sending.

    Its round will be open for `hours`. It passes with at least `at_least` signatories and closes early once all have
    answered, as `options` say. If nothing changed since the latest version (a round failed or was cancelled), that
    version is used again; with whole proofs, or a waiver, its round opens at once.

    The document is locked once; `version.cut` is checked besides `round.open`. Raises `InvalidInput`
    `hours_out_of_range`, `Conflict` `not_urgent`, `sending_under_way`, `codes_not_mailed`, and as `cut_version` and
    `open_round` do.
    """
    document = authorization.load_document(tx, actor, "round.open", document_id, lock=True)
    if not document.urgent:
        raise Conflict("not_urgent", N_("Only urgent statements skip review. Send this one to review first."))
    check_hours(hours)
    latest = urgent_sendings_store.get_latest(tx, document_id)
    if latest and latest.is_under_way:
        raise Conflict("sending_under_way", N_("This statement is being sent out already. Nothing was changed."))
    mail_check.require_codes_go_out(tx, confirmed=without_codes)
    check_rev(document, rev)
    check_transition(document, ENDORSEMENT)
    chosen = SendingOptions(hours, at_least, without_codes=without_codes, round=options)
    _check_terms(tx, document, chosen)
    version = versions.cut_if_changed(tx, actor, document, note=note, seen_seqs=seen_seqs, rev=rev)
    proofs.request_proofs(tx, version)
    _set_frozen(tx, document, frozen=True)
    id, frozen = tx.new_id("snd"), or_not_found(documents_store.get(tx, document_id))
    kept = replace(chosen, rev=frozen.rev)
    urgent_sendings_store.add(tx, id=id, document=document_id, version=version.id, by=actor.person, options=kept)
    facts = {"sending": id, "document": document_id, "version_sha256": version.version_sha256, "hours": hours}
    record_store.append(tx, act="sending.request", actor=actor.person, facts=facts)
    if opening.is_ready(tx, version, proofs.proof_state(tx, version)):
        carry_on(tx, document_id=document_id)
    return id


def cancel(tx: Tx, actor: Actor, *, document_id: str, sending_id: str) -> None:
    """End a sending before its round opens, and release the texts. Raises `NotFound`, `Conflict` `sending_ended`."""
    document = authorization.load_document(tx, actor, "round.open", document_id, lock=True)
    sending = or_not_found(urgent_sendings_store.get(tx, sending_id))
    or_not_found(sending if sending.document == document_id else None)
    if not urgent_sendings_store.mark_cancelled(tx, sending_id, by=actor.person):
        raise Conflict(
            "sending_ended", N_("This is over already. Nothing was changed."), extra={"state": sending.state}
        )
    _release(tx, document)
    _record_end(tx, sending, act="sending.cancel", by=actor.person, facts={})


def list_due(tx: Tx) -> list[str]:
    """Return the documents whose sending has not ended, for the sweep; none while the instance is paused."""
    return [] if organisations_store.is_paused(tx) else urgent_sendings_store.list_under_way(tx)


def carry_on(tx: Tx, *, document_id: str) -> None:
    """Open the round of a sending if its proofs are whole or waived; end it if one has failed, or after PROVING_TIME.

    Without authorization: access and state of the requester are asked again. Nothing happens if no sending is under
    way, or the instance is paused.
    """
    latest = urgent_sendings_store.get_latest(tx, document_id)
    if latest is None or not latest.is_under_way or organisations_store.is_paused(tx):
        return
    document = or_not_found(documents_store.lock(tx, document_id))
    sending = or_not_found(urgent_sendings_store.get(tx, latest.id))
    if not sending.is_under_way:
        return
    try:
        actor = _require_unchanged(tx, document, sending)
    except DomainError as error:
        _fail(tx, document, sending, error)
        return
    version = or_not_found(versions_store.get(tx, sending.version))
    proofs.request_proofs(tx, version)
    state = proofs.proof_state(tx, version)
    urgent_sendings_store.mark_proving(tx, sending.id)
    if opening.is_ready(tx, version, state):
        _open(tx, document, sending, actor, version_number=version.number)
    elif state.failed:
        _fail(tx, document, sending, opening.proof_failed(state), proof=state.failed[0])
    elif tx.now >= sending.gives_up_at:
        _fail(tx, document, sending, _too_late())


def _too_late() -> Conflict:
    return Conflict(
        "proofs_not_made",
        N_("The files of this version were not checked within ten minutes, so no round was opened. Send it again."),
    )


def _check_terms(tx: Tx, document: Document, chosen: SendingOptions) -> None:
    """Check what opening the round will check, so that a mistake is reported at once. Raises as `open_round` does."""
    roll = [one.id for _, one in organisations_store.list_members(tx)]
    check_rule_attainable(rule_from_json(chosen.rule), roll)
    readiness.require_signatories(tx, document_id=document.id, organisations=roll)
    closes_at = tx.now + chosen.hours * HOUR
    freeze_terms(tx, document, closes_at=closes_at, close_when_all_answered=True, options=chosen.round, secretariat=())


def _require_unchanged(tx: Tx, document: Document, sending: UrgentSending) -> Actor:
    """Return the requester, who may still open the round of the document as it was frozen.

    Raises `Forbidden` `requester_not_allowed`, `Conflict` `document_state`, `stale_document`, `stale_version`,
    `codes_not_mailed`.
    """
    actor = people_store.load_actor(tx, sending.requested_by, scopes=SCOPES)
    try:
        authorization.authorise(or_not_found(actor), "round.open", document)
    except (Forbidden, NotFound) as error:
        raise Forbidden(
            "requester_not_allowed",
            N_("The person who sent this out may no longer open rounds, so no round was opened."),
        ) from error
    check_document_state(document, DRAFTING)
    check_rev(document, sending.options.rev)
    latest = versions_store.get_latest(tx, document.id)
    if latest is None or latest.id != sending.version:
        raise rounds.stale_version()
    mail_check.require_codes_go_out(tx, confirmed=sending.options.without_codes)
    return or_not_found(actor)


def _open(tx: Tx, document: Document, sending: UrgentSending, actor: Actor, *, version_number: int) -> None:
    chosen = sending.options
    try:
        round_id = rounds.open_authorised_round(
            tx,
            actor,
            document,
            version_number=version_number,
            closes_at=tx.now + chosen.hours * HOUR,
            rule=chosen.rule,
            close_when_all_answered=True,
            options=chosen.round,
        )
    except DomainError as error:
        _fail(tx, document, sending, error)
        return
    urgent_sendings_store.mark_opened(tx, sending.id, round_id=round_id)
    facts = {"sending": sending.id, "document": document.id, "round": round_id}
    record_store.append(tx, act="sending.open", actor=actor.person, facts=facts)


def _fail(
    tx: Tx, document: Document, sending: UrgentSending, error: DomainError, *, proof: PrintProof | None = None
) -> None:
    failure: dict[str, object] = {"v": 1, "code": error.code, "message": error.sentence, "params": dict(error.params)}
    if proof:
        failure["proof"] = {"lang": proof.lang, "format": proof.format, "failure": dict(proof.failure or {})}
    urgent_sendings_store.mark_failed(tx, sending.id, failure=failure)
    _release(tx, document)
    _record_end(tx, sending, act="sending.fail", by=None, facts={"code": error.code})


def _record_end(tx: Tx, sending: UrgentSending, *, act: str, by: str | None, facts: Mapping[str, object]) -> None:
    """Record that a sending has ended without a round, and tell its requester and the secretariat."""
    record_store.append(tx, act=act, actor=by, facts={"sending": sending.id, "document": sending.document, **facts})
    recipients = {one.id: one for one in people_store.list_role_holders(tx, [SECRETARIAT], document=sending.document)}
    requester = people_store.get(tx, sending.requested_by)
    if requester and requester.state == "active":
        recipients[requester.id] = requester
    kind = "sending.cancelled" if act == "sending.cancel" else "sending.failed"
    params = {"document": sending.document}
    notifications.notify(tx, recipients.values(), kind=kind, about=sending.id, params=params, by_email=True)


def _release(tx: Tx, document: Document) -> None:
    """Let the texts be changed again, unless the document has left drafting."""
    if document.state == DRAFTING:
        _set_frozen(tx, document, frozen=False)


def _set_frozen(tx: Tx, document: Document, *, frozen: bool) -> None:
    for edition in document.editions.values():
        journal_store.set_frozen(tx, edition.draft, frozen=frozen)
