"""Step-up authentication before an act that binds an organisation.

Assurance level C: a code is sent by email that is bound to the bytes of one statement: single use, ten minutes, five
attempts. Level B: a code of the signatory's authenticator app, where one is in use. The level with the signatory's own
key (A) is not implemented yet.
"""

import hashlib
import hmac

from service.actions import notifications
from service.actions.accounts import address_proof, rate_limit, totp
from service.actions.accounts.code_mail import CODE_PLACEHOLDER, STATEMENT
from service.actions.authorization import or_not_found
from service.domain.endorsement.endorsement import (
    CODE_LIFETIME,
    HOUR,
    MAX_ATTEMPTS_PER_HOUR,
    MAX_CODE_ATTEMPTS,
    MAX_CODES_PER_HOUR,
)
from service.domain.errors import N_, Forbidden, NotFound, RateLimited
from service.domain.membership.addresses import BY_CODE
from service.domain.membership.people import Actor
from service.domain.trust.statement import WITHDRAWAL, parse_statement, statement_sha256
from service.i18n import Translator
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement.endorsements import Challenge

BY_MAIL, BY_TOTP = "C", "B"
"""Assurance levels of statements confirmed here."""

POSITION_LABELS = {
    "endorse": N_("we endorse"),
    "endorse_with_reservation": N_("we endorse, with a reservation"),
    "abstain": N_("we abstain"),
    "decline": N_("we do not endorse"),
    WITHDRAWAL: N_("we withdraw our position"),
}
"""Position → how the email names it."""


def admit_code_request(tx: Tx, actor: Actor, *, round_id: str) -> None:
    """Check the rate limits before a new code and void the earlier codes of this round.

    Raises `RateLimited` `too_many_codes`, `too_many_tries`.
    """
    requested, wrong_codes = endorsements_store.count_recent_challenges(
        tx, person=actor.person, since=tx.now - HOUR + CODE_LIFETIME
    )
    if requested >= MAX_CODES_PER_HOUR:
        raise RateLimited("too_many_codes", N_("You asked for too many codes. Wait an hour, then ask again."))
    if wrong_codes >= MAX_ATTEMPTS_PER_HOUR:
        raise RateLimited("too_many_tries", N_("Too many wrong codes. Wait an hour, then ask for a new one."))
    endorsements_store.void_challenges(tx, person=actor.person, round_id=round_id)


def code_hmac(code: str, statement: bytes, *, secret: bytes) -> str:
    """Return what is stored of a code: an HMAC that verifies it for this statement only."""
    message = code.encode("utf-8", "surrogatepass") + b"\n" + hashlib.sha256(statement).digest()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def mail_code(tx: Tx, actor: Actor, *, challenge_id: str, number: int, position: str, statement: bytes) -> None:
    """Email the code to the signatory, with version, answer and fingerprint but no title."""
    translator = Translator(actor.lang)
    digest = statement_sha256(statement)
    groups = " ".join(digest[i : i + 4] for i in range(0, 32, 4))
    answer = translator.t(POSITION_LABELS[position])
    body = translator.t(
        "Code: {code}\n\nThis code confirms one answer, within ten minutes: {answer}, version {number}.\n"
        "Fingerprint of the signed statement: {groups}\n\nIf you did not ask for this code, tell your secretariat.",
        code=CODE_PLACEHOLDER,
        answer=answer,
        number=number,
        groups=groups,
    )
    notifications.send_email(
        tx,
        or_not_found(people_store.get(tx, actor.person)),
        subject=translator.t("Your code"),
        body=body,
        code_of=STATEMENT,
        code_ref=challenge_id,
    )


def redeem_challenge(tx: Tx, actor: Actor, round_id: str, *, challenge_id: str, code: str, secret: bytes) -> Challenge:
    """Return the challenge, used up by the right code.

    A wrong code is counted by committing, so this comes before any write. Raises `NotFound` for another person's
    challenge, `Forbidden` `code_void`, `wrong_code`, and as `totp.redeem` does.
    """
    challenge = endorsements_store.lock_challenge(tx, challenge_id)
    if challenge is None or challenge.person != actor.person or challenge.round != round_id:
        raise NotFound()
    if challenge.used_at is not None or challenge.expires_at <= tx.now or challenge.tries >= MAX_CODE_ATTEMPTS:
        raise code_void()
    by_totp = parse_statement(challenge.statement).assurance == BY_TOTP
    if by_totp:
        totp.redeem(tx, actor.person, code=code, origin=rate_limit.get_person_origin(actor), secret=secret)
    elif not hmac.compare_digest(challenge.code_hmac, code_hmac(code.strip(), challenge.statement, secret=secret)):
        endorsements_store.increment_challenge_attempts(tx, challenge_id)
        left = MAX_CODE_ATTEMPTS - challenge.tries - 1
        wrong_code = Forbidden(
            "wrong_code", N_("This code is wrong for this statement. Tries left: {left}."), left=left
        )
        raise tx.commit_on(wrong_code)
    endorsements_store.mark_challenge_used(tx, challenge_id)
    if not by_totp:
        address_proof.mark_proved(tx, actor.person, proof=BY_CODE, by=actor.person)
    return challenge


def code_void() -> Forbidden:
    """Return the error for a code that is used, expired, or meant for another act."""
    return Forbidden(
        "code_void", N_("This code has been used or has expired. Nothing was recorded. Ask for a new one.")
    )
