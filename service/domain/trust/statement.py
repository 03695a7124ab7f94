"""The statement of an endorsement: the exact bytes an organisation's signatory agrees to.

Format v2 is v1 with the digest of the round's terms. A round keeps the format it was opened with, and the domain of a
statement's digest follows the format in its own bytes (`v`).

One object of canonical JSON (canonical_json.py). Absent values are omitted, unknown keys rejected; times are RFC 3339
in UTC with whole seconds, digests SHA-256 in lower-case hexadecimal. A person appears only as a salted commitment, a
reservation as a digest; the sentence shown is bound by its digest too.
"""

import hashlib
from dataclasses import dataclass
from functools import partial

from service.domain.errors import N_, InvalidInput
from service.domain.trust import json_reader
from service.domain.trust.canonical_json import decode, digest_bytes
from service.domain.trust.canonical_json import encode as encode_json
from service.domain.trust.json_reader import JsonField
from service.domain.trust.sentence import WITHDRAWAL, sentence

__all__ = [
    "CAST",
    "WITHDRAW",
    "WITHDRAWAL",
    "Statement",
    "encode_statement",
    "parse_statement",
    "person_commitment",
    "reservation_sha256",
    "sentence",
    "sentence_sha256",
    "statement_sha256",
]

CAST, WITHDRAW = "endorsement.cast", "endorsement.withdraw"
NAMED, WITHHELD = "named", "withheld"
REPRESENTATIVE, PROXY = "representative", "proxy"

STATEMENT_DOMAINS = {1: "mithaq.endorsement.v1", 2: "mithaq.endorsement.v2"}
"""Format → domain of the digest."""
PERSON_DOMAIN = "mithaq.person.v1"
RESERVATION_DOMAIN = "mithaq.reservation.v1"
SALT_BYTES = 32

_WITH_RESERVATION = "endorse_with_reservation"
_CHOICES = ("endorse", _WITH_RESERVATION, "abstain", "decline")


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of an organisation in a round. Times are µs UTC, truncated to seconds when encoded.

    `version` is the number of the version; `lang` and `text_sha256` name the edition that was read, `version_sha256`
    binds all editions. A withdrawal has no `choice` and names what it withdraws in `replaces` (the SHA-256 of the
    organisation's previous statement). `log` is the origin of the record, `opens_seq` the row that opened the round.
    A withheld organisation appears only as a commitment. `round_sha256` binds the terms of the round (format 2); None
    in format 1.
    """

    type: str
    instance: str
    log: str
    round_id: str
    rule_sha256: str
    roll_sha256: str
    opens_seq: int
    document_id: str
    version: int
    version_sha256: str
    lang: str
    text_sha256: str
    choice: str | None
    reservation_sha256: str | None
    signatory_commitment: str
    mandate_sha256: str
    shown_sha256: str
    ui_lang: str
    assurance: str
    nonce: str
    issued_at: int
    expires_at: int
    organisation_id: str | None = None
    organisation_name: str | None = None
    organisation_commitment: str | None = None
    replaces: str | None = None
    reservation_public: bool | None = None
    visibility: str = NAMED
    capacity: str = REPRESENTATIVE
    delegation_sha256: str | None = None
    round_sha256: str | None = None

    @property
    def format(self) -> int:
        """Return the format of its bytes."""
        return 1 if self.round_sha256 is None else 2


_FIELDS_V1 = (
    JsonField("type", "type", partial(json_reader.one_of, CAST, WITHDRAW)),
    JsonField("instance", "instance", json_reader.host),
    JsonField("log", "log", json_reader.log_origin),
    JsonField("round.id", "round_id", json_reader.identifier),
    JsonField("round.rule_sha256", "rule_sha256", json_reader.sha256),
    JsonField("round.roll_sha256", "roll_sha256", json_reader.sha256),
    JsonField("round.opens_seq", "opens_seq", json_reader.positive_integer),
    JsonField("document.id", "document_id", json_reader.identifier),
    JsonField("document.version", "version", json_reader.positive_integer),
    JsonField("document.version_sha256", "version_sha256", json_reader.sha256),
    JsonField("document.lang", "lang", json_reader.language_tag),
    JsonField("document.text_sha256", "text_sha256", json_reader.sha256),
    JsonField("choice", "choice", partial(json_reader.one_of, *_CHOICES), optional=True),
    JsonField("reservation.sha256", "reservation_sha256", json_reader.sha256, optional=True),
    JsonField("reservation.public", "reservation_public", json_reader.boolean, optional=True),
    JsonField("organisation.id", "organisation_id", json_reader.identifier, optional=True),
    JsonField("organisation.name", "organisation_name", json_reader.display_name, optional=True),
    JsonField("organisation.commitment", "organisation_commitment", json_reader.sha256, optional=True),
    JsonField("visibility", "visibility", partial(json_reader.one_of, NAMED, WITHHELD)),
    JsonField("signatory.commitment", "signatory_commitment", json_reader.sha256),
    JsonField("signatory.capacity", "capacity", partial(json_reader.one_of, REPRESENTATIVE, PROXY)),
    JsonField("mandate_sha256", "mandate_sha256", json_reader.sha256),
    JsonField("delegation_sha256", "delegation_sha256", json_reader.sha256, optional=True),
    JsonField("replaces", "replaces", json_reader.sha256, optional=True),
    JsonField("shown.text_sha256", "shown_sha256", json_reader.sha256),
    JsonField("shown.ui_lang", "ui_lang", json_reader.language_tag),
    JsonField("assurance", "assurance", partial(json_reader.one_of, "A", "B", "C")),
    JsonField("nonce", "nonce", json_reader.nonce),
    JsonField("issued_at", "issued_at", json_reader.timestamp, write=json_reader.format_timestamp),
    JsonField("expires_at", "expires_at", json_reader.timestamp, write=json_reader.format_timestamp),
)
_FIELDS = {1: _FIELDS_V1, 2: (*_FIELDS_V1, JsonField("round.round_sha256", "round_sha256", json_reader.sha256))}


def encode_statement(statement: Statement) -> bytes:
    """Encode a statement; `parse_statement` reads it back. Raises InvalidInput `statement_refused`."""
    try:
        encoded = json_reader.write_fields(statement, _FIELDS[statement.format])
    except json_reader.InvalidValue as error:
        raise _refused(error.path) from None
    data = encode_json({**encoded, "v": statement.format})
    parse_statement(data)
    return data


def parse_statement(data: bytes) -> Statement:
    """Parse a statement. Raises InvalidInput `not_canonical` or `statement_refused`."""
    encoded = decode(data)
    if not isinstance(encoded, dict):
        raise _refused("v")
    format_ = encoded.pop("v", None)
    if type(format_) is not int or format_ not in _FIELDS:
        raise _refused("v")
    try:
        statement = Statement(**json_reader.read_fields(encoded, _FIELDS[format_]))
    except json_reader.InvalidValue as error:
        raise _refused(error.path) from None
    contradiction = _contradiction(statement)
    if contradiction:
        raise _refused(contradiction)
    return statement


def statement_sha256(data: bytes) -> str:
    """Return the digest that identifies a statement; at assurance level A the signatory's key signs it.

    Bytes that are no statement have the domain of format 1.
    """
    return digest_bytes(STATEMENT_DOMAINS[_format_of(data)], data)


def person_commitment(person: str, *, salt: bytes) -> str:
    """Return the salted commitment (32 bytes of salt) by which a statement refers to a person."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return digest_bytes(PERSON_DOMAIN, salt + encode_json({"person": person}))


def reservation_sha256(text: str) -> str:
    """Return the digest of a reservation in canonical form."""
    return digest_bytes(RESERVATION_DOMAIN, text.encode())


def sentence_sha256(text: str) -> str:
    """Return the digest of the sentence shown: SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _format_of(data: bytes) -> int:
    try:
        encoded = decode(data)
    except InvalidInput:
        return 1
    return 2 if isinstance(encoded, dict) and encoded.get("v") == 2 else 1


def _contradiction(statement: Statement) -> str | None:
    """Return the path of the first field that contradicts another."""
    named = (statement.organisation_id is not None, statement.organisation_name is not None)
    rules = {
        "log": statement.log.startswith(f"{statement.instance}/"),
        "choice": (statement.choice is None) == (statement.type == WITHDRAW),
        "replaces": statement.replaces is not None or statement.type == CAST,
        "reservation.sha256": (statement.reservation_sha256 is None) == (statement.choice != _WITH_RESERVATION),
        "reservation.public": statement.reservation_public is None or statement.reservation_sha256 is not None,
        "organisation.id": all(named) if statement.visibility == NAMED else not any(named),
        "organisation.commitment": statement.visibility == NAMED or statement.organisation_commitment is not None,
        "delegation_sha256": (statement.delegation_sha256 is None) == (statement.capacity == REPRESENTATIVE),
        "expires_at": statement.issued_at < statement.expires_at,
    }
    return next((path for path, holds in rules.items() if not holds), None)


def _refused(path: str) -> InvalidInput:
    return InvalidInput("statement_refused", N_("This is not a valid signed statement: “{path}” is wrong."), path=path)
