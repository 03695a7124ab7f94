"""Sign-in by password, by a code sent by email, or by API token; and reauthentication.

Known and unknown addresses get the same answer at the cost of the same hash (no user enumeration).
"""

import secrets
from dataclasses import dataclass

from service.actions.accounts import address_proof, email_codes, rate_limit
from service.actions.authorization import or_not_found, require
from service.actions.validation import secret_sha256
from service.domain.accounts.rules import ALWAYS_AUTHENTICATED, PASSWORD, RequestOrigin
from service.domain.errors import N_, Forbidden, NotFound
from service.domain.membership.people import SCOPES, Actor, Person
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Browser:
    """The client: `device` as `describe_device` names it, and the origin under which its attempts are counted.

    `own_device`: the person says that the device is their own.
    """

    device: str = ""
    own_device: bool = False
    origin: RequestOrigin = rate_limit.UNKNOWN_ORIGIN


def start_session(tx: Tx, actor: Actor, *, browser: Browser) -> str:
    """Start a session and return its id, the content of a cookie; only its digest is stored."""
    session = secrets.token_urlsafe(32)
    coalition = organisations_store.get_coalition(tx)
    proved = ALWAYS_AUTHENTICATED if coalition and coalition.sample else tx.now
    sessions_store.add(
        tx,
        sha256=secret_sha256(session),
        signed_in=actor,
        device=browser.device,
        own_device=browser.own_device,
        proved_at=proved,
    )
    address_proof.mark_came_in(tx, actor)
    return session


def sign_in_with_token(tx: Tx, *, token: str, browser: Browser) -> str:
    """Start a session with the scopes of this API token, which ends with it. Raises `Forbidden` `unknown_key`."""
    actor = people_store.load_actor_by_token(tx, secret_sha256(token.strip()))
    if actor is None:
        raise Forbidden(
            "unknown_key",
            N_("This key is unknown or has expired. Check that you copied all of it."),
            field="key",
        )
    return start_session(tx, actor, browser=browser)


def get_password_hash(tx: Tx, *, address: str, origin: RequestOrigin = rate_limit.UNKNOWN_ORIGIN) -> str | None:
    """Return the hash that a password for this address must match. Raises `RateLimited` `too_many_passwords`."""
    rate_limit.check_rate_limit(tx, address=address, kind=PASSWORD, origin=origin)
    return accounts_store.get_password_hash_by_email(tx, address)


def sign_in_with_password(tx: Tx, *, address: str, is_correct: bool, browser: Browser) -> str:
    """Start a session of the person with this address if the password was right (`is_correct`).

    A wrong one is counted. Raises `Forbidden` `wrong_password`, `RateLimited` `too_many_passwords`.
    """
    check_password_attempt(tx, address=address, is_correct=is_correct, origin=browser.origin)
    return start_session(
        tx,
        _load_actor(or_not_found(people_store.get_by_email(tx, address)), tx),
        browser=browser,
    )


def check_password_attempt(tx: Tx, *, address: str, is_correct: bool, origin: RequestOrigin) -> None:
    """Check the outcome of a password attempt. Raises as `sign_in_with_password` does.

    A wrong password is counted by committing, so this comes before any write.
    """
    rate_limit.check_rate_limit(tx, address=address, kind=PASSWORD, origin=origin)
    if not is_correct:
        rate_limit.record_attempt(tx, address=address, kind=PASSWORD, origin=origin)
        wrong = Forbidden("wrong_password", N_("The email address or password is wrong."))
        raise tx.commit_on(wrong)


def sign_in_with_code(tx: Tx, *, id: str, code: str, secret: bytes, browser: Browser) -> tuple[str, Person]:
    """Redeem a code and return a new session and its person. Raises `Forbidden` `wrong_code`, `code_void`."""
    redeemed = email_codes.redeem_code(
        tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret, ends_access_from_before=True
    )
    person = or_not_found(people_store.get(tx, redeemed))
    return start_session(tx, _load_actor(person, tx), browser=browser), person


def sign_in_as_sample_person(tx: Tx, *, person: str, sample: bool, browser: Browser) -> str:
    """Start a session of any person, in a sample instance only. Raises `NotFound` elsewhere."""
    coalition = organisations_store.get_coalition(tx)
    if not (sample and coalition and coalition.sample):
        raise NotFound()
    return start_session(tx, _load_actor(or_not_found(people_store.get(tx, person)), tx), browser=browser)


def sign_out(tx: Tx, *, session: str) -> None:
    """End this session."""
    sessions_store.end(tx, secret_sha256(session))


def reauthenticate_with_password(tx: Tx, actor: Actor, *, session: str, is_correct: bool) -> None:
    """Note that the password was given again in this session. Raises as `sign_in_with_password` does."""
    require(actor, "account.own")
    check_password_attempt(
        tx,
        address=or_not_found(people_store.get(tx, actor.person)).email,
        is_correct=is_correct,
        origin=rate_limit.get_person_origin(actor),
    )
    sessions_store.mark_proved(tx, secret_sha256(session))


def reauthenticate_with_code(tx: Tx, actor: Actor, *, session: str, id: str, code: str, secret: bytes) -> None:
    """Note that a code sent to the actor was given in this session. Raises as `sign_in_with_code` does."""
    require(actor, "account.own")
    if email_codes.redeem_code(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret) != actor.person:
        raise NotFound()
    sessions_store.mark_proved(tx, secret_sha256(session))


def mark_session_used(tx: Tx, *, session: str) -> None:
    """Set the session's time of last use to now."""
    sessions_store.mark_used(tx, secret_sha256(session))


def _load_actor(person: Person, tx: Tx) -> Actor:
    return or_not_found(people_store.load_actor(tx, person.id, scopes=SCOPES))
