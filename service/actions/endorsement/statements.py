"""The statement that a signatory confirms: its sentence and its fields."""

import base64
import secrets

from service.actions.accounts import step_up
from service.actions.authorization import or_not_found
from service.actions.membership.coalition import instance_name
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import CODE_LIFETIME, reservation_text
from service.domain.endorsement.round import Round
from service.domain.endorsement.terms import NAMED
from service.domain.errors import N_, NotFound
from service.domain.membership.people import Mandate, Names, mandate_sha256
from service.domain.trust.sentence_wording2 import SignedText, sentence_wording2
from service.domain.trust.statement import (
    CAST,
    WITHDRAW,
    WITHDRAWAL,
    Statement,
    parse_statement,
    person_commitment,
    reservation_sha256,
    sentence,
    sentence_sha256,
)
from service.i18n import LANGUAGES
from service.store.db import Tx
from service.store.endorsement.endorsements import Challenge
from service.store.membership import organisations as organisations_store


def build_sentence(
    version: Version, round_: Round, mandate: Mandate, *, position: str, withdrawn: str | None, lang: str
) -> str:
    """Return the sentence shown to the signatory, in `lang` and the wording of the round.

    `withdrawn` is the position that a withdrawal ends. Raises `NotFound` `unknown_edition`.
    """
    if lang not in version.editions or lang not in LANGUAGES:
        raise NotFound("unknown_edition", N_("The document has no text in this language."))
    entry = next(entry for entry in round_.roll if entry.organisation == mandate.organisation)
    organisation = entry.names.get(lang) or next(iter(entry.names.values()))
    title = version.editions[lang].title
    if round_.terms is None or round_.wording == 1:
        return sentence(position, lang=lang, organisation=organisation, number=version.number, title=title)
    return sentence_wording2(
        position,
        SignedText(
            lang=lang,
            number=version.number,
            title=title,
            official=version.authentic,
            signed=version.issued_by == "signatories",
        ),
        organisation=organisation,
        named_in_public=round_.terms.named_in_public == NAMED,
        withdrawn=withdrawn,
    )


def build_statement(
    tx: Tx,
    document: Document,
    version: Version,
    round_: Round,
    mandate: Mandate,
    *,
    position: str,
    reservation_texts: Names,
    lang: str,
    sentence_text: str,
    salt: bytes,
    replaces: str | None,
    assurance: str,
) -> Statement:
    """Return the statement to be encoded and confirmed, in the format of the round, with a new nonce."""
    origin = instance_name(or_not_found(organisations_store.get_coalition(tx)).origin)
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
        reservation_sha256=reservation_sha256(reservation_text(reservation_texts)) if reservation_texts else None,
        reservation_public=True if reservation_texts else None,
        organisation_id=mandate.organisation,
        organisation_name=entry.names.get(lang) or next(iter(entry.names.values())),
        signatory_commitment=person_commitment(mandate.person, salt=salt),
        mandate_sha256=mandate_sha256(mandate),
        replaces=replaces,
        shown_sha256=sentence_sha256(sentence_text),
        ui_lang=lang,
        assurance=assurance,
        nonce=base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("="),
        issued_at=tx.now,
        expires_at=tx.now + CODE_LIFETIME,
        round_sha256=round_.round_sha256 if round_.format > 1 else None,
    )


def check_statement_format(statement: bytes, round_: Round) -> None:
    """Check that a prepared statement has the format of its round. Raises `Forbidden` `code_void`.

    So a statement never replaces or withdraws one of another format.
    """
    if parse_statement(statement).format != round_.format:
        raise step_up.code_void()


def get_replaced_sha256(challenge: Challenge) -> str | None:
    """Return the digest of the statement that this challenge replaces, if any."""
    return parse_statement(challenge.statement).replaces
