"""Password reset: a code by email, then a new password; all earlier sessions and keys end."""

from service.actions import notifications
from service.actions.accounts import access, email_codes, passwords, settings, sign_in
from service.actions.authorization import or_not_found
from service.domain.accounts.rules import RequestOrigin
from service.domain.errors import at_field
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
    tx: Tx, *, id: str, code: str, secret: bytes, hashed: passwords.HashingResult, browser: sign_in.Browser
) -> tuple[str, Person]:
    """Redeem the code, set the password, end all sessions and keys and notify the person.

    Returns the id of a new session and its person. Raises `Forbidden` `wrong_code`, `code_void`.
    """
    person = email_codes.redeem_code(
        tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret, ends_access_from_before=True
    )
    actor = or_not_found(people_store.load_actor(tx, person, scopes=SCOPES))
    accounts_store.set_password(tx, person, hash_=hashed.new_hash)
    access.end_other_access(tx, person)
    record_store.append(tx, act="password.renew", actor=person, facts={"person": person})
    account_holder = or_not_found(people_store.get(tx, person))
    notifications.notify(tx, [account_holder], kind="password.renewed", about=id, params={}, by_email=True)
    return sign_in.start_session(tx, actor, browser=browser), account_holder
