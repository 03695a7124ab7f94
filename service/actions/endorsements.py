"""An organisation answers: first the exact statement is prepared and a code is mailed, then the code casts it.

Level C of assurance: the code is bound to the bytes of the statement, single use, ten minutes, five tries. The levels
with the representative's own key (A) and with an authenticator (B) will stand beside `_check_code`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from service.actions import access, notices, rounds
from service.actions.access import seen
from service.actions.coalition import instance_name
from service.domain.document import Document
from service.domain.endorsement import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    Endorsement,
    check_position,
    reservation_text,
)
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.people import Actor, Mandate, Names
from service.domain.round import PASSED, Round, check_open
from service.domain.text.canonical import canonical
from service.domain.trust import canonical_json
from service.domain.trust.statement import (
    CAST,
    WITHDRAW,
    WITHDRAWAL,
    Statement,
    encode,
    parse,
    person_commitment,
    reservation_sha256,
    sentence,
    statement_sha256,
    text_sha256,
)
from service.domain.version import Version
from service.store import endorsements, mandates, organisations, people, record, versions
from service.store.db import Tx
from service.store.endorsements import Challenge
from service.words import LANGUAGES, Words, language

ASSURANCE = "C"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the signatory is shown before the code: the sentence, the bytes, and until when (µs UTC)."""

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
) -> Prepared:
    """Prepare the statement for the actor's organisation and mail its code to the actor.

    `position` may be `withdraw`. An organisation that has answered already names the statement it `replaces` (its
    SHA-256), or gets Conflict `already_endorsed`. Raises Forbidden `no_mandate`, Conflict `round_closed`.
    """
    document, round_ = access.round_(tx, actor, "endorsement.cast", round_id, lock=True)
    mandate = _ready(tx, actor, round_, position=position)
    words = _reservation(reservation or {})
    if position != WITHDRAWAL:
        check_position(position, words)
    before = endorsements.live(tx, round_id=round_id, organisation=mandate.organisation)
    _check_replaces(before, replaces, position=position)
    version = seen(versions.get(tx, round_.version))
    shown = _sentence(version, round_, mandate, position=position, lang=lang)
    salt = secrets.token_bytes(32)
    statement = _statement(
        tx, document, version, round_, mandate, position=position, words=words, lang=lang, shown=shown,
        salt=salt, replaces=replaces,
    )  # fmt: skip
    data = encode(statement)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    challenge = Challenge(
        id=tx.new_id("chl"),
        person=actor.person,
        round=round_id,
        organisation=mandate.organisation,
        mandate=mandate.id,
        position=position,
        reservation=words,
        statement=data,
        sentence=shown,
        salt=salt.hex(),
        code_hmac=_code_hmac(code, data, secret=secret),
        tries=0,
        expires_at=tx.now + CODE_LIFE,
        used_at=None,
    )
    endorsements.add_challenge(tx, challenge)
    _mail_code(tx, actor, code=code, version=version, position=position, data=data)
    return Prepared(challenge.id, shown, data, statement_sha256(data), challenge.expires_at)


def cast(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str, code: str, secret: bytes) -> Endorsement:
    """Cast the prepared statement. Endorsement, record entry and what follows from them are one transaction.

    Raises Conflict `round_closed`, `already_endorsed`; Forbidden `wrong_code`, `code_void`, `no_mandate`.
    """
    document, round_ = access.round_(tx, actor, "endorsement.cast", round_id, lock=True)
    challenge = _confirmed(tx, actor, round_, challenge_id=challenge_id, code=code, secret=secret)
    mandate = _ready(tx, actor, round_, position=challenge.position)
    if mandate.id != challenge.mandate or challenge.position == WITHDRAWAL:
        raise _void()
    before = endorsements.live(tx, round_id=round_id, organisation=challenge.organisation)
    _check_replaces(before, _replaces(challenge), position=challenge.position)
    if before:
        endorsements.end(tx, before.id, state="replaced")
    sha256 = statement_sha256(challenge.statement)
    id = tx.new_id("end")
    new = endorsements.add(tx, id=id, of=challenge, statement_sha256=sha256, assurance=ASSURANCE)
    facts = {"round": round_id, "organisation": challenge.organisation, "statement_sha256": sha256}
    record.append(tx, act="endorsement.cast", actor=actor.person, facts=facts)
    rounds.close_if_answered(tx, document, round_)
    return new


def withdraw(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str, code: str, secret: bytes) -> Endorsement:
    """Withdraw the organisation's endorsement by a prepared statement. After the seal it is a later event: the seal
    stays as it is, and what is published next shows it."""
    _, round_ = access.round_(tx, actor, "endorsement.withdraw", round_id, lock=True)
    challenge = _confirmed(tx, actor, round_, challenge_id=challenge_id, code=code, secret=secret)
    _ready(tx, actor, round_, position=WITHDRAWAL)
    before = endorsements.live(tx, round_id=round_id, organisation=challenge.organisation)
    if challenge.position != WITHDRAWAL or before is None or before.statement_sha256 != _replaces(challenge):
        raise _void()
    endorsements.end(tx, before.id, state="withdrawn")
    facts = {
        "round": round_id,
        "organisation": challenge.organisation,
        "withdraws": before.statement_sha256,
        "statement_sha256": statement_sha256(challenge.statement),
    }
    record.append(tx, act="endorsement.withdraw", actor=actor.person, facts=facts)
    return seen(endorsements.get(tx, before.id))


def mandate_sha256(mandate: Mandate) -> str:
    """The digest statements name a mandate by."""
    facts: Mapping[str, object] = {
        "id": mandate.id,
        "organisation": mandate.organisation,
        "granted_at": mandate.granted_at,
        "expires_at": mandate.expires_at,
        "confirmations": len(mandate.confirmations),
    }
    return canonical_json.digest("mithaq.mandate.v1", facts)


def _ready(tx: Tx, actor: Actor, round_: Round, *, position: str) -> Mandate:
    """The live mandate under which the actor may answer in this round now."""
    if not (position == WITHDRAWAL and round_.state == PASSED):
        check_open(round_, now=tx.now)
    organisation = actor.organisation or ""
    rounds.check_on_roll(round_, organisation)
    mandate = mandates.live(tx, organisation=organisation, person=actor.person)
    if mandate is None:
        raise Forbidden("no_mandate", N_("You hold no confirmed mandate to sign for this organisation."))
    return mandate


def _reservation(words: Names) -> dict[str, str]:
    """The words of a reservation by language, canonical; empty ones left out."""
    taken = {language(lang).code: canonical(text).text.strip() for lang, text in words.items()}
    return {lang: text for lang, text in taken.items() if text}


def _check_replaces(before: Endorsement | None, replaces: str | None, *, position: str) -> None:
    current = before.statement_sha256 if before else None
    if current == replaces and not (position == WITHDRAWAL and before is None):
        return
    if before is None:
        raise NotFound("nothing_to_replace", N_("Your organisation has no answer in this round to change."))
    raise Conflict(
        "already_endorsed",
        N_("Your organisation has answered already. To change the answer, say that it replaces that one."),
        extra={"statement_sha256": before.statement_sha256, "position": before.position},
    )


def _sentence(version: Version, round_: Round, mandate: Mandate, *, position: str, lang: str) -> str:
    if lang not in version.editions or lang not in LANGUAGES:
        raise NotFound("unknown_edition", N_("The document has no text in this language."))
    entry = next(entry for entry in round_.roll if entry.organisation == mandate.organisation)
    return sentence(
        position,
        lang=lang,
        organisation=entry.names.get(lang) or next(iter(entry.names.values())),
        number=version.number,
        title=version.editions[lang].title,
    )


def _statement(
    tx: Tx,
    document: Document,
    version: Version,
    round_: Round,
    mandate: Mandate,
    *,
    position: str,
    words: Names,
    lang: str,
    shown: str,
    salt: bytes,
    replaces: str | None,
) -> Statement:
    origin = instance_name(seen(organisations.the_coalition(tx)).origin)
    entry = next(entry for entry in round_.roll if entry.organisation == mandate.organisation)
    return Statement(
        type=WITHDRAW if position == WITHDRAWAL else CAST,
        instance=origin,
        log=f"{origin}/log1",
        round_id=round_.id,
        rule_sha256=round_.rule_sha256,
        roll_sha256=round_.roll_sha256,
        opens_seq=round_.opens_seq,
        document_id=document.id,
        version=version.number,
        version_sha256=version.version_sha256,
        lang=lang,
        text_sha256=version.editions[lang].text_sha256,
        choice=None if position == WITHDRAWAL else position,
        reservation_sha256=reservation_sha256(reservation_text(words)) if words else None,
        reservation_public=True if words else None,
        organisation_id=mandate.organisation,
        organisation_name=entry.names.get(lang) or next(iter(entry.names.values())),
        signatory_commitment=person_commitment(mandate.person, salt=salt),
        mandate_sha256=mandate_sha256(mandate),
        replaces=replaces,
        shown_sha256=text_sha256(shown),
        ui_lang=lang,
        assurance=ASSURANCE,
        nonce=base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("="),
        issued_at=tx.now,
        expires_at=tx.now + CODE_LIFE,
    )


def _confirmed(tx: Tx, actor: Actor, round_: Round, *, challenge_id: str, code: str, secret: bytes) -> Challenge:
    """The challenge, used up by the right code. A wrong code counts even though the transaction is rolled back."""
    challenge = endorsements.lock_challenge(tx, challenge_id)
    if challenge is None or challenge.person != actor.person or challenge.round != round_.id:
        raise NotFound()
    if challenge.used_at is not None or challenge.expires_at <= tx.now or challenge.tries >= CODE_TRIES:
        raise _void()
    if not hmac.compare_digest(challenge.code_hmac, _code_hmac(code.strip(), challenge.statement, secret=secret)):
        tx.on_refusal(lambda later: endorsements.count_try(later, challenge_id))
        left = CODE_TRIES - challenge.tries - 1
        raise Forbidden("wrong_code", N_("This is not the code of this statement. Tries left: {left}."), left=left)
    endorsements.use_challenge(tx, challenge_id)
    return challenge


def _void() -> Forbidden:
    return Forbidden("code_void", N_("This code is used up or too old. Nothing was recorded; ask for a new one."))


def _replaces(challenge: Challenge) -> str | None:
    return parse(challenge.statement).replaces


def _code_hmac(code: str, statement: bytes, *, secret: bytes) -> str:
    message = code.encode("utf-8", "surrogatepass") + b"\n" + hashlib.sha256(statement).digest()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _mail_code(tx: Tx, actor: Actor, *, code: str, version: Version, position: str, data: bytes) -> None:
    words = Words(actor.lang)
    digest = statement_sha256(data)
    groups = " ".join(digest[i : i + 4] for i in range(0, 32, 4))
    answer = words.t(POSITION_WORDS[position])
    body = words.t(
        "Code: {code}\n\nIt confirms this one answer, within ten minutes: {answer}, version {number}.\n"
        "Fingerprint of the statement: {groups}\n\nIf you did not ask for it, tell your secretariat.",
        code=code,
        answer=answer,
        number=version.number,
        groups=groups,
    )
    notices.send(tx, seen(people.get(tx, actor.person)), subject=words.t("Your code"), body=body)


POSITION_WORDS = {
    "endorse": N_("we endorse"),
    "endorse_with_reservation": N_("we endorse, with a reservation"),
    "abstain": N_("we abstain"),
    "decline": N_("we do not endorse"),
    WITHDRAWAL: N_("we withdraw our answer"),
}
