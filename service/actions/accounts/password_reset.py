"""A forgotten password: a code by mail, and a new one; every session from before ends."""

from service.actions import notifications
from service.actions.accounts import email_codes, passwords, settings, sign_in
from service.actions.authorization import seen
from service.domain.accounts.rules import Origin
from service.domain.membership.people import SCOPES, Person
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx


def ask(tx: Tx, *, address: str, origin: Origin, secret: bytes) -> str:
    """Mail a code for a new password to whoever has this address; the id under which it is to be given. Raises as
    `codes.ask`."""
    return email_codes.ask(tx, address=address, purpose=email_codes.NEW_PASSWORD, origin=origin, secret=secret)


def asked(tx: Tx, *, id: str, code: str, new: str, secret: bytes) -> passwords.Question:
    """What is to be hashed before `renew`: nothing for a code that is not right. Raises Malformed as
    `accounts.check_password`."""
    found = email_codes.looked_at(tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret)
    settings.check_password(tx, new, besides=(found.address.partition("@")[0],) if found else ())
    return passwords.Question(new=new) if found and found.person else passwords.Question()


def renew(
    tx: Tx, *, id: str, code: str, secret: bytes, hashed: passwords.Answer, browser: sign_in.Browser
) -> tuple[str, Person]:
    """Use the code up: the new password is kept, every session ends, the person is told; the key of a new session, and
    whose it is. Raises Forbidden `wrong_code`, `code_void`."""
    person = email_codes.confirmed(tx, id=id, code=code, purpose=email_codes.NEW_PASSWORD, secret=secret)
    comer = seen(people_store.actor(tx, person, scopes=SCOPES))
    accounts_store.set_password(tx, person, hash_=hashed.new)
    sessions_store.end_all(tx, person)
    record_store.append(tx, act="password.renew", actor=person, facts={"person": person})
    its = seen(people_store.get(tx, person))
    notifications.tell(tx, [its], kind="password.renewed", about=id, params={}, mail=True)
    return sign_in.begin(tx, comer, browser=browser), its
