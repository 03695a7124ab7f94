"""Endorsements: first the exact statement is prepared and a code is emailed, then the code casts it.

Codes are in `step_up`, the bytes of statements in `statements`.
"""

import secrets
from dataclasses import dataclass

from service.actions import authorization, notice_matters, notifications
from service.actions.accounts import code_mail, step_up, totp
from service.actions.authorization import or_not_found
from service.actions.endorsement import closing, colleagues, dispute_effects, reservation_proofs
from service.actions.endorsement.statements import (
    build_sentence,
    build_statement,
    check_statement_format,
    get_replaced_sha256,
)
from service.domain.accounts.rules import TOTP
from service.domain.documents.document import Document
from service.domain.endorsement.endorsement import CODE_LIFETIME, Endorsement, check_position
from service.domain.endorsement.round import PASSED, Round, check_round_open
from service.domain.endorsement.rules import ENDORSE_WITH_RESERVATION
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.membership.mandates import marks_in_round
from service.domain.membership.people import Actor, Mandate, Names
from service.domain.publication.notice_matters import ANSWER_KINDS
from service.domain.trust.statement import WITHDRAWAL, encode_statement, parse_statement, statement_sha256
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement.endorsements import Challenge
from service.store.membership import mandates as mandates_store


@dataclass(frozen=True, slots=True)
class PreparedEndorsement:
    """What the signatory sees before entering the code: the sentence, the bytes, and the expiry (µs UTC)."""

    challenge: str
    sentence: str
    statement: bytes
    statement_sha256: str
    expires_at: int


def prepare(
    tx: Tx,
    actor: Actor,
    *,
    round_id: str,
    position: str,
    reservation: Names | None = None,
    lang: str,
    replaces: str | None = None,
    secret: bytes,
) -> PreparedEndorsement:
    """Prepare the statement of the actor's organisation and email its code to the actor.

    Nothing is emailed to a signatory who uses an authenticator app: a code of it confirms.

    A reservation must be printable: it is rendered before, and `Conflict` `reservation_being_proved` asks to come back.

    `position` may be `withdraw`. An organisation that has answered already names the statement it `replaces` (its
    SHA-256), or gets `Conflict` `already_endorsed`. Raises also `Forbidden` `no_mandate`, `Conflict` `round_closed`,
    `InvalidInput` `reservation_unprintable`.
    """
    document, round_ = authorization.load_round(tx, actor, "endorsement.cast", round_id, lock=True)
    mandate = require_mandate(tx, actor, round_, position=position)
    reservation_texts = reservation_proofs.validate_texts(reservation or {})
    if position != WITHDRAWAL:
        check_position(position, reservation_texts)
    current = endorsements_store.get_live(tx, round_id=round_id, organisation=mandate.organisation)
    _check_replaces(current, replaces, position=position)
    if position != WITHDRAWAL:
        dispute_effects.check_answer_allowed(tx, actor, round_, organisation=mandate.organisation)
    reservation_proofs.require(tx, actor, round_, reservation_texts)
    step_up.admit_code_request(tx, actor, round_id=round_id)
    version = or_not_found(versions_store.get(tx, round_.version))
    withdrawn = current.position if current and position == WITHDRAWAL else None
    sentence_text = build_sentence(version, round_, mandate, position=position, withdrawn=withdrawn, lang=lang)
    salt, assurance = secrets.token_bytes(32), step_up.BY_TOTP if totp.signs(tx, actor.person) else step_up.BY_MAIL
    statement = build_statement(
        tx, document, version, round_, mandate, position=position, reservation_texts=reservation_texts, lang=lang,
        sentence_text=sentence_text, salt=salt, replaces=replaces, assurance=assurance,
    )  # fmt: skip
    encoded = encode_statement(statement)
    id = tx.new_id("chl")
    code = code_mail.derive_code(code_mail.STATEMENT, id, bound_to=encoded, secret=secret)
    challenge = Challenge(
        id=id,
        person=actor.person,
        round=round_id,
        organisation=mandate.organisation,
        mandate=mandate.id,
        position=position,
        reservation=reservation_texts,
        statement=encoded,
        sentence=sentence_text,
        salt=salt.hex(),
        code_hmac=step_up.code_hmac(code, encoded, secret=secret),
        tries=0,
        expires_at=tx.now + CODE_LIFETIME,
        used_at=None,
    )
    endorsements_store.add_challenge(tx, challenge)
    if assurance == step_up.BY_MAIL:
        step_up.mail_code(tx, actor, challenge_id=id, number=version.number, position=position, statement=encoded)
    return PreparedEndorsement(challenge.id, sentence_text, encoded, statement_sha256(encoded), challenge.expires_at)


def prove_reservation(tx: Tx, actor: Actor, *, round_id: str, reservation: Names) -> list[str]:
    """Request the proofs of a reservation; return them if one is awaited, and none if `prepare` may follow.

    Raises as `prepare` does for the mandate and the texts, and `InvalidInput` `reservation_unprintable`.
    """
    _, round_ = authorization.load_round(tx, actor, "endorsement.cast", round_id, lock=True)
    require_mandate(tx, actor, round_, position=ENDORSE_WITH_RESERVATION)
    texts = reservation_proofs.validate_texts(reservation)
    check_position(ENDORSE_WITH_RESERVATION, texts)
    return reservation_proofs.request(tx, actor, round_, texts)


def cast(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str, code: str, secret: bytes) -> Endorsement:
    """Cast the prepared statement. Endorsement, record entry and consequences are one transaction.

    Raises `Conflict` `round_closed`, `already_endorsed`; `Forbidden` `wrong_code`, `code_void`, `no_mandate`,
    `second_proof_needed`.
    """
    document, round_ = authorization.load_round(tx, actor, "endorsement.cast", round_id, lock=True)
    proof = _require_proof(tx, actor, round_, challenge_id)
    challenge = step_up.redeem_challenge(tx, actor, round_.id, challenge_id=challenge_id, code=code, secret=secret)
    check_statement_format(challenge.statement, round_)
    mandate = require_mandate(tx, actor, round_, position=challenge.position)
    if mandate.id != challenge.mandate or challenge.position == WITHDRAWAL:
        raise step_up.code_void()
    current = endorsements_store.get_live(tx, round_id=round_id, organisation=challenge.organisation)
    _check_replaces(current, get_replaced_sha256(challenge), position=challenge.position)
    dispute_effects.settle_by_answer(tx, actor, round_, organisation=challenge.organisation)
    if current:
        endorsements_store.mark_replaced(tx, current.id)
    sha256, assurance = statement_sha256(challenge.statement), parse_statement(challenge.statement).assurance
    id, marks = tx.new_id("end"), marks_in_round(mandate, opened_at=round_.opened_at)
    endorsement = endorsements_store.add(
        tx, id=id, prepared=challenge, statement_sha256=sha256, assurance=assurance, proof=proof, marks=marks
    )
    facts = {
        "round": round_id,
        "organisation": challenge.organisation,
        "statement_sha256": sha256,
        "proof": proof,
        "marks": list(marks),
    }
    unproved = reservation_proofs.list_unproved(tx, round_id, challenge.reservation)
    facts |= {"unproved": unproved} if unproved else {}
    record_store.append(tx, act="endorsement.cast", actor=actor.person, facts=facts)
    notice_matters.settle_for(tx, challenge.organisation, ANSWER_KINDS, about=round_id)
    kind = "endorsement.replaced" if current else "endorsement.cast"
    _tell_organisation(tx, document, endorsement, kind=kind)
    closing.follow_answers(tx, document, round_)
    return endorsement


def withdraw(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str, code: str, secret: bytes) -> Endorsement:
    """Withdraw the organisation's endorsement by a prepared statement.

    After the seal this is a later event: the seal does not change, and the next publication shows it.
    """
    document, round_ = authorization.load_round(tx, actor, "endorsement.withdraw", round_id, lock=True)
    proof = _require_proof(tx, actor, round_, challenge_id)
    challenge = step_up.redeem_challenge(tx, actor, round_.id, challenge_id=challenge_id, code=code, secret=secret)
    check_statement_format(challenge.statement, round_)
    mandate = require_mandate(tx, actor, round_, position=WITHDRAWAL)
    current = endorsements_store.get_live(tx, round_id=round_id, organisation=challenge.organisation)
    current_sha256 = current.statement_sha256 if current else None
    if (
        current is None
        or challenge.position != WITHDRAWAL
        or (mandate.id, current_sha256) != (challenge.mandate, get_replaced_sha256(challenge))
    ):
        raise step_up.code_void()
    endorsements_store.mark_withdrawn(tx, current.id, withdrawal=challenge)
    facts = {
        "round": round_id,
        "organisation": challenge.organisation,
        "withdraws": current.statement_sha256,
        "statement_sha256": statement_sha256(challenge.statement),
        "proof": proof,
        "marks": list(marks_in_round(mandate, opened_at=round_.opened_at)),
    }
    record_store.append(tx, act="endorsement.withdraw", actor=actor.person, facts=facts)
    _tell_organisation(tx, document, current, kind="endorsement.withdrawn")
    closing.follow_answers(tx, document, round_)
    return or_not_found(endorsements_store.get(tx, current.id))


def _require_proof(tx: Tx, actor: Actor, round_: Round, challenge_id: str) -> str:
    """Return how the actor proves to be the person; nothing is used up. Raises as `colleagues.require_proof` does."""
    challenge = endorsements_store.get_challenge(tx, challenge_id)
    if challenge is None or challenge.person != actor.person or challenge.round != round_.id:
        raise NotFound()
    if parse_statement(challenge.statement).assurance == step_up.BY_TOTP:
        return TOTP
    return colleagues.require_proof(tx, actor, round_, challenge)


def require_mandate(tx: Tx, actor: Actor, round_: Round, *, position: str) -> Mandate:
    """Return the live mandate under which the actor may answer in this round now.

    Raises `Forbidden` `no_mandate`, `NotFound` `not_on_roll`, `Conflict` `round_closed`.
    """
    if not (position == WITHDRAWAL and round_.state == PASSED):
        check_round_open(round_, now=tx.now)
    organisation = actor.organisation or ""
    _check_on_roll(round_, organisation)
    mandate = mandates_store.get_live(tx, organisation=organisation, person=actor.person)
    if mandate is None:
        raise Forbidden("no_mandate", N_("You have no confirmed mandate to sign for this organisation."))
    return mandate


def _tell_organisation(tx: Tx, document: Document, endorsement: Endorsement, *, kind: str) -> None:
    """Tell the organisation's people at once what was done in its name, with the link to dispute it."""
    params = {"document": document.id, "round": endorsement.round}
    notifications.notify_organisation(tx, endorsement.organisation, kind=kind, about=endorsement.id, params=params)


def _check_on_roll(round_: Round, organisation: str) -> None:
    """Raise `NotFound` `not_on_roll` for an organisation that is not on the roll."""
    if organisation not in round_.organisations:
        raise NotFound("not_on_roll", N_("Your organisation is not in the list for this round."))


def _check_replaces(current: Endorsement | None, replaces: str | None, *, position: str) -> None:
    current_sha256 = current.statement_sha256 if current else None
    if current_sha256 == replaces and not (position == WITHDRAWAL and current is None):
        return
    if current is None:
        raise NotFound("nothing_to_replace", N_("Your organisation has no answer to change in this round."))
    raise Conflict(
        "already_endorsed",
        N_("Your organisation has already answered. To change the answer, confirm that you want to replace it."),
        extra={"statement_sha256": current.statement_sha256, "position": current.position},
    )
