"""What a session proves of its person beyond control of a mailbox."""

from service.actions.accounts import totp
from service.domain.accounts.rules import MAILED_PROOF_DELAY, PASSWORD, TOTP, is_recently_authenticated
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.db import Tx


def of_session(tx: Tx, actor: Actor) -> str | None:
    """Return the strongest recent proof in the actor's session: TOTP, PASSWORD, or None if a mailbox is all there is.

    A password renewed by email, and an app that nothing but email set up, count after MAILED_PROOF_DELAY.
    """
    now = tx.clock()
    if is_recently_authenticated(proved_at=actor.totp_at, now=now) and totp.signs(tx, actor.person):
        return TOTP
    if is_recently_authenticated(proved_at=actor.password_at, now=now) and password_signs_from(tx, actor) <= now:
        return PASSWORD
    return None


def password_signs_from(tx: Tx, actor: Actor) -> int:
    """Return from when on the present password signs (µs UTC); 0 if it always did."""
    renewed = accounts_store.get_password_renewed_by_mail(tx, actor.person)
    return 0 if renewed is None else renewed + MAILED_PROOF_DELAY
