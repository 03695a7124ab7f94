"""Password reset: a code by email, then a new password; all earlier sessions and keys end."""

from service.actions import notifications
from service.actions.accounts import access, email_codes, passwords, settings, sign_in, totp
from service.actions.authorization import or_not_found
from service.domain.accounts.rules import CODE, RequestOrigin
from service.domain.errors import N_, Forbidden, at_field
from service.domain.membership.people import SCOPES, Person
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Tx


def request_reset(tx: Tx, *, address: str, origin: RequestOrigin, secret: bytes) -> str:
    """Send a code for a new password to the person with this address and return its id. Raises as `send_code` does."""
    return email_codes.send_code(tx, address=address, purpose=email_codes.NEW_PASSWORD, origin=origin, secret=secret)


def prepare_reset(tx: Tx, *, id: str, code: str, new: str, secret: bytes) -> passwords.HashingRequest:
    """Return what to hash before `reset_password`: nothing if the code is not right.

    Raises `InvalidInput` as `settings.check_password` does.
    """
    found = email_codes.find_valid_code(tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret)
    with at_field("new"):
        settings.check_password(tx, new, forbidden_words=(found.address.partition("@")[0],) if found else ())
    return passwords.HashingRequest(new_password=new) if found and found.person else passwords.HashingRequest()


def reset_password(
    tx: Tx,
    *,
    id: str,
    code: str,
    totp_code: str,
    secret: bytes,
    hashed: passwords.HashingResult,
    browser: sign_in.Browser,
) -> tuple[str, Person]:
    """Redeem the code, set the password, end all sessions and keys and notify the person.

    A person with an authenticator app also gives a code of it: a mailbox alone does not replace a second factor.
    Returns the id of a new session and its person. Raises `Forbidden` `wrong_code`, `code_void`, `totp_needed` and as
    `totp.redeem` does.
    """
    with_totp = _check_second_factor(tx, id=id, code=code, totp_code=totp_code, origin=browser.origin, secret=secret)
    person = email_codes.redeem_code(
        tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret, ends_access_from_before=True
    )
    actor = or_not_found(people_store.load_actor(tx, person, scopes=SCOPES))
    accounts_store.set_password(tx, person, hash_=hashed.new_hash, by_mail=True)
    access.end_other_access(tx, person)
    record_store.append(tx, act="password.renew", actor=person, facts={"person": person})
    account_holder = or_not_found(people_store.get(tx, person))
    notifications.notify(tx, [account_holder], kind="password.renewed", about=id, params={}, urgent=True)
    session = sign_in.start_session(tx, actor, browser=browser, started_with=CODE, with_totp=with_totp)
    return session, account_holder


def _check_second_factor(tx: Tx, *, id: str, code: str, totp_code: str, origin: RequestOrigin, secret: bytes) -> bool:
    """Return whether a code of an authenticator app was needed, and right. A wrong mailed code reveals nothing."""
    found = email_codes.find_valid_code(tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret)
    if found is None or found.person is None or not totp.is_set_up(tx, found.person):
        return False
    if not totp_code:
        raise Forbidden(
            "totp_needed", N_("Enter a code of your authenticator app too, or a recovery code."), field="totp"
        )
    totp.redeem(tx, found.person, code=totp_code, origin=origin, secret=secret)
    return True
