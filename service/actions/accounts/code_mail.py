"""Codes in emails.

A code is an HMAC of what it confirms under the instance's secret, like the link of an invitation. It is in no row,
queued email, backup or log: the placeholder in the email is replaced when it is sent (or shown, in a sample).
"""

import hashlib
import hmac
from dataclasses import replace

from service.domain.endorsement.endorsement import CODE_DIGITS
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication.notices import Email

CODE_PLACEHOLDER = "{code}"
"""Where the code goes in a stored email."""

STATEMENT = "statement"
"""Purpose of a code that confirms one statement; its reference is a challenge."""


def derive_code(purpose: str, ref: str, *, bound_to: bytes = b"", secret: bytes) -> str:
    """Return the decimal digits that confirm `ref` for `purpose`, bound to the bytes of a statement if there is one."""
    message = f"mithaq.code.v1\n{purpose}\n{ref}\n".encode() + hashlib.sha256(bound_to).digest()
    number = int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def get_code(tx: Tx, email: Email, *, secret: bytes) -> str:
    """Return the code that an email brings; "" if it brings none."""
    if not email.code_of:
        return ""
    bound_to = b""
    if email.code_of == STATEMENT:
        challenge = endorsements_store.get_challenge(tx, email.code_ref)
        bound_to = challenge.statement if challenge else b""
    return derive_code(email.code_of, email.code_ref, bound_to=bound_to, secret=secret)


def fill_in_code(tx: Tx, email: Email, *, secret: bytes) -> Email:
    """Return the email as it is sent or shown: with its code, if it is to have one."""
    code = get_code(tx, email, secret=secret)
    return replace(email, body=email.body.replace(CODE_PLACEHOLDER, code)) if code else email


def is_void(tx: Tx, email: Email) -> bool:
    """Return whether the code of this email no longer works, so that the email need not be sent."""
    if not email.code_of:
        return False
    get = endorsements_store.get_challenge if email.code_of == STATEMENT else accounts_store.get_code
    found = get(tx, email.code_ref)
    return found is None or found.used_at is not None or found.expires_at <= tx.clock()
