"""Coming in: by password, by a code that is mailed, by key; and showing again that it is you.

Known and unknown addresses are answered alike, and cost the same hash.
"""

import secrets
from dataclasses import dataclass

from service.actions.accounts import email_codes, rate_limit
from service.actions.authorization import require, seen
from service.actions.validation import key_sha256
from service.domain.accounts.rules import NO_PROOF_NEEDED, PASSWORD, Origin
from service.domain.errors import N_, Forbidden, NotFound
from service.domain.membership.people import SCOPES, Actor, Person
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Browser:
    """`device` as `accounts.device` names it; `own`: the reader says that it is their own; `origin`: where its tries
    are counted."""

    device: str = ""
    own: bool = False
    origin: Origin = rate_limit.NOWHERE


def begin(tx: Tx, who: Actor, *, browser: Browser) -> str:
    """The key of a new session: the content of a cookie, kept as a digest only."""
    key = secrets.token_urlsafe(32)
    coalition = organisations_store.the_coalition(tx)
    proved = NO_PROOF_NEEDED if coalition and coalition.sample else tx.now
    sessions_store.begin(
        tx, sha256=key_sha256(key), who=who, device=browser.device, own_device=browser.own, proved_at=proved
    )
    return key


def by_key(tx: Tx, *, token: str, browser: Browser) -> str:
    """A session that reaches as far as this key and ends with it. Raises Forbidden `unknown_key`."""
    actor = people_store.actor_of_token(tx, key_sha256(token.strip()))
    if actor is None:
        raise Forbidden(
            "unknown_key",
            N_(
                "This key is not known here, or it has ended. Check that it was copied whole; nothing else was changed."
            ),
        )
    return begin(tx, actor, browser=browser)


def known_hash(tx: Tx, *, address: str, origin: Origin = rate_limit.NOWHERE) -> str | None:
    """What a password given for this address must match. Raises TooOften `too_many_passwords`."""
    rate_limit.admit(tx, address=address, kind=PASSWORD, origin=origin)
    return accounts_store.password_at(tx, rate_limit.plain(address))


def by_password(tx: Tx, *, address: str, right: bool, browser: Browser) -> str:
    """A session of whoever has this address, if the password was `right`. A wrong one is counted.

    Raises Forbidden `wrong_password`, TooOften `too_many_passwords`.
    """
    check_right(tx, address=address, right=right, origin=browser.origin)
    return begin(tx, _comer(seen(people_store.by_email(tx, rate_limit.plain(address))), tx), browser=browser)


def check_right(tx: Tx, *, address: str, right: bool, origin: Origin) -> None:
    """Counts a wrong password by committing, so this comes before any write. Raises as `by_password`."""
    rate_limit.admit(tx, address=address, kind=PASSWORD, origin=origin)
    if not right:
        rate_limit.count(tx, address=address, kind=PASSWORD, origin=origin)
        wrong = Forbidden("wrong_password", N_("The mail address or the password is not right. Nothing was changed."))
        raise tx.keeping(wrong)


def by_code(tx: Tx, *, id: str, code: str, secret: bytes, browser: Browser) -> tuple[str, Person]:
    """A session, for the right code, and whose it is. Raises Forbidden `wrong_code`, `code_void`."""
    person = seen(
        people_store.get(tx, email_codes.confirmed(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret))
    )
    return begin(tx, _comer(person, tx), browser=browser), person


def by_name(tx: Tx, *, person: str, sample: bool, browser: Browser) -> str:
    """A session of anybody, in a sample that knows it is one. Raises NotFound elsewhere."""
    coalition = organisations_store.the_coalition(tx)
    if not (sample and coalition and coalition.sample):
        raise NotFound()
    return begin(tx, _comer(seen(people_store.get(tx, person)), tx), browser=browser)


def leave(tx: Tx, *, session: str) -> None:
    """End the session of this key."""
    sessions_store.end(tx, key_sha256(session))


def prove_by_password(tx: Tx, actor: Actor, *, session: str, right: bool) -> None:
    """The password was given again in this session. Raises as `by_password`."""
    require(actor, "account.own")
    check_right(tx, address=seen(people_store.get(tx, actor.person)).email, right=right, origin=rate_limit.own(actor))
    sessions_store.prove(tx, key_sha256(session))


def prove_by_code(tx: Tx, actor: Actor, *, session: str, id: str, code: str, secret: bytes) -> None:
    """A code mailed to the actor was given in this session. Raises as `by_code`."""
    require(actor, "account.own")
    if email_codes.confirmed(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret) != actor.person:
        raise NotFound()
    sessions_store.prove(tx, key_sha256(session))


def used(tx: Tx, *, session: str) -> None:
    """The session was used now."""
    sessions_store.touch(tx, key_sha256(session))


def _comer(person: Person, tx: Tx) -> Actor:
    return seen(people_store.actor(tx, person.id, scopes=SCOPES))
