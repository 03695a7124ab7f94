"""A forgotten password: a code by mail, and a new one; every session from before ends."""

from service.actions import accounts as account_actions
from service.actions import codes, entry, notices, passwords
from service.actions.access import seen
from service.domain.accounts import Origin
from service.domain.people import SCOPES, Person
from service.store import accounts as accounts_store
from service.store import people as people_store
from service.store import record as record_store
from service.store import sessions as sessions_store
from service.store.db import Tx


def ask(tx: Tx, *, address: str, origin: Origin, secret: bytes) -> str:
    """Mail a code for a new password to whoever has this address; the id under which it is to be given. Raises as
    `codes.ask`."""
    return codes.ask(tx, address=address, purpose=codes.NEW_PASSWORD, origin=origin, secret=secret)


def asked(tx: Tx, *, id: str, code: str, new: str, secret: bytes) -> passwords.Question:
    """What is to be hashed before `renew`: nothing for a code that is not right. Raises Malformed as
    `accounts.check_password`."""
    found = codes.looked_at(tx, id=id, code=code, purpose=codes.NEW_PASSWORD, secret=secret)
    account_actions.check_password(tx, new, besides=(found.address.partition("@")[0],) if found else ())
    return passwords.Question(new=new) if found and found.person else passwords.Question()


def renew(
    tx: Tx, *, id: str, code: str, secret: bytes, hashed: passwords.Answer, browser: entry.Browser
) -> tuple[str, Person]:
    """Use the code up: the new password is kept, every session ends, the person is told; the key of a new session, and
    whose it is. Raises Forbidden `wrong_code`, `code_void`."""
    person = codes.confirmed(tx, id=id, code=code, purpose=codes.NEW_PASSWORD, secret=secret)
    comer = seen(people_store.actor(tx, person, scopes=SCOPES))
    accounts_store.set_password(tx, person, hash_=hashed.new)
    sessions_store.end_all(tx, person)
    record_store.append(tx, act="password.renew", actor=person, facts={"person": person})
    its = seen(people_store.get(tx, person))
    notices.tell(tx, [its], kind="password.renewed", about=id, params={}, mail=True)
    return entry.begin(tx, comer, browser=browser), its
