"""End the ways into an account, except the one in use.

Somebody who changes a password, an address or a second factor may do so because somebody else got in.
"""

from service.actions import notifications
from service.actions.validation import secret_sha256
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx


def notify_holder(tx: Tx, person: str, *, kind: str, about: str = "") -> None:
    """Notify a person at once, by notice and email, of a change to what admits to their account."""
    holder = people_store.get(tx, person)
    if holder:
        about = about or tx.new_id("chg")
        notifications.notify(tx, [holder], kind=kind, about=about, params={}, urgent=True)


def end_other_access(tx: Tx, person: str, *, except_session: str = "") -> None:
    """End all API tokens of a person and all sessions except the one with the cookie `except_session`.

    Open sockets of ended sessions close when the transaction commits. The record names each token.
    """
    sessions_store.end_all(tx, person, except_sha256=secret_sha256(except_session) if except_session else "")
    for token in sessions_store.revoke_all_tokens(tx, person):
        record_store.append(tx, act="token.revoke", actor=person, facts={"token": token, "person": person})
