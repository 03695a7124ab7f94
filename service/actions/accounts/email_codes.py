"""Codes by email: each for one purpose, once, for ten minutes.

Known and unknown addresses get the same answer at the same cost (no user enumeration): the same statements, the same
rows, an email and its job. The worker drops an email without a recipient.
"""

import hashlib
import hmac
from collections.abc import Mapping

from service.actions import notifications
from service.actions.accounts import address_proof, rate_limit
from service.actions.accounts.code_mail import CODE_PLACEHOLDER, derive_code
from service.actions.validation import validate_email
from service.domain.accounts.rules import CODE, DAY, RequestOrigin
from service.domain.endorsement.endorsement import CODE_LIFETIME, MAX_CODE_ATTEMPTS
from service.domain.errors import N_, Forbidden
from service.domain.membership.people import Person
from service.i18n import Translator
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts.accounts import MailedCode
from service.store.db import Tx

SIGN_IN, NEW_PASSWORD = "sign-in", "new-password"
OLD_ADDRESS, NEW_ADDRESS = "old-address", "new-address"
"""Purposes of codes."""

ADDRESS_TEXT = N_(
    "Code: {code}\n\nThis code proves one of the two addresses of an account that changes its email address. It works "
    "once and expires in ten minutes.\n\nIf you did not ask for it, do not give it to anyone and tell your secretariat."
)

EMAIL_TEXTS: Mapping[str, str] = {
    SIGN_IN: N_(
        "Code: {code}\n\nUse this code to sign in. It works once and expires in ten minutes.\n\nIf you did not ask "
        "for it, someone else typed your email address. You do not need to do anything. They cannot use the code."
    ),
    NEW_PASSWORD: N_(
        "Code: {code}\n\nUse this code to set a new password. It works once and expires in ten minutes.\n\nIf you "
        "did not ask for it, someone else typed your email address. You do not need to do anything. They cannot use "
        "the code."
    ),
    OLD_ADDRESS: ADDRESS_TEXT,
    NEW_ADDRESS: ADDRESS_TEXT,
}
"""Purpose → the text of the email."""

UNKNOWN_ADDRESS_LANGUAGE = "ar"
"""Language of an email without a recipient."""


def send_code(tx: Tx, *, address: str, purpose: str, origin: RequestOrigin, secret: bytes) -> str:
    """Send a code to the person with this address, if any, and return the id to redeem it with.

    Codes requested from other origins stay valid, so that nobody else can void them. Raises `RateLimited`
    `too_many_codes`, `InvalidInput` `bad_email`.
    """
    normalised = validate_email(address)
    person = _if_active(people_store.get_by_email(tx, normalised))
    return send_code_to(tx, person, address=normalised, purpose=purpose, origin=origin, secret=secret)


def send_code_to(
    tx: Tx, person: Person | None, *, address: str, purpose: str, origin: RequestOrigin, secret: bytes
) -> str:
    """Send a code for `person` to a normalised `address`, theirs or one they change to. Without a person it is dropped.

    Raises `RateLimited` `too_many_codes`.
    """
    rate_limit.check_rate_limit(tx, address=address, kind=CODE, origin=origin)
    accounts_store.delete_old_attempts(tx, before=tx.now - DAY)
    rate_limit.record_attempt(tx, address=address, kind=CODE, origin=origin)
    id = tx.new_id("cod")
    code = derive_code(purpose, id, secret=secret)
    accounts_store.add_code(
        tx,
        id=id,
        address=address,
        origin=origin,
        person_id=person.id if person else None,
        code_hmac=_hmac(code, id, purpose=purpose, secret=secret),
        expires_at=tx.now + CODE_LIFETIME,
    )
    translator = Translator(person.lang if person else UNKNOWN_ADDRESS_LANGUAGE)
    notifications.send_email(
        tx,
        person,
        subject=translator.t("Your code"),
        body=translator.t(EMAIL_TEXTS[purpose], code=CODE_PLACEHOLDER),
        code_of=purpose,
        code_ref=id,
        address=address if person else "",
    )
    return id


def find_valid_code(tx: Tx, *, id: str, code: str, purpose: str, secret: bytes) -> MailedCode | None:
    """Return the code if it is right and still valid; nothing is used up and no attempt is counted."""
    found = accounts_store.get_code(tx, id)
    is_valid = found is not None and _is_valid(tx, found)
    return found if found and is_valid and _matches(found, code, purpose=purpose, secret=secret) else None


def get_address(tx: Tx, id: str) -> str:
    """Return the address that a code was sent to; "" if there is no such code."""
    found = accounts_store.get_code(tx, id)
    return found.address if found else ""


def redeem_code(
    tx: Tx, *, id: str, code: str, purpose: str, secret: bytes, ends_access_from_before: bool = False
) -> str:
    """Use the code up, which proves the address, and return the id of its person.

    With `ends_access_from_before`, the first proof ends whatever access somebody else may have had until then.

    A wrong code is counted by committing, so this comes before any write. Raises `Forbidden` `wrong_code`, `code_void`.
    """
    found = accounts_store.lock_code(tx, id)
    if found is None or not _is_valid(tx, found):
        raise Forbidden("code_void", N_("This code has been used or has expired. Ask for a new one."), field="code")
    if not _matches(found, code, purpose=purpose, secret=secret) or found.person is None:
        accounts_store.increment_code_attempts(tx, id)
        left = MAX_CODE_ATTEMPTS - found.tries - 1
        raise tx.commit_on(Forbidden("wrong_code", N_("Wrong code. Tries left: {left}."), field="code", left=left))
    accounts_store.mark_code_used(tx, id)
    address_proof.mark_code_redeemed(
        tx, found.person, address=found.address, ends_access_from_before=ends_access_from_before
    )
    return found.person


def _if_active(person: Person | None) -> Person | None:
    return person if person and person.state == "active" else None


def _is_valid(tx: Tx, found: MailedCode) -> bool:
    return found.used_at is None and tx.now < found.expires_at and found.tries < MAX_CODE_ATTEMPTS


def _matches(found: MailedCode, code: str, *, purpose: str, secret: bytes) -> bool:
    return hmac.compare_digest(found.code_hmac, _hmac(code.strip(), found.id, purpose=purpose, secret=secret))


def _hmac(code: str, id: str, *, purpose: str, secret: bytes) -> str:
    message = f"mithaq.{purpose}.v1\n{id}\n{code}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
