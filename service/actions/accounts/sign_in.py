"""Sign-in by password, by a code sent by email, or by API token; and reauthentication.

Known and unknown addresses get the same answer at the cost of the same hash (no user enumeration).
"""

import secrets
from dataclasses import dataclass

from service.actions.accounts import access, address_proof, email_codes, rate_limit, second_factor, totp
from service.actions.authorization import or_not_found, require
from service.actions.validation import secret_sha256
from service.domain.accounts.rules import ALWAYS_AUTHENTICATED, CODE, DAY, KEY, PASSWORD, SAMPLE, RequestOrigin
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


@dataclass(frozen=True, slots=True)
class RenewedSession:
    """A session that goes on under a new id, the content of a cookie."""

    id: str
    own_device: bool


def start_session(
    tx: Tx, actor: Actor, *, browser: Browser, started_with: str = PASSWORD, with_totp: bool = False
) -> str:
    """Start a session and return its id, the content of a cookie; only its digest is stored.

    `started_with` is the authentication method; `with_totp` if a code of the authenticator app was given besides.
    """
    _notify_of_new_device(tx, actor, browser=browser, started_with=started_with)
    session = secrets.token_urlsafe(32)
    coalition = organisations_store.get_coalition(tx)
    proved = ALWAYS_AUTHENTICATED if coalition and coalition.sample else tx.now
    has_password = started_with in (PASSWORD, SAMPLE)
    sessions_store.add(
        tx,
        sha256=secret_sha256(session),
        signed_in=actor,
        device=browser.device,
        own_device=browser.own_device,
        proved_at=proved,
        started_with=started_with,
        password_at=proved if has_password else 0,
        totp_at=tx.now if with_totp else 0,
    )
    address_proof.mark_came_in(tx, actor)
    return session


def _notify_of_new_device(tx: Tx, actor: Actor, *, browser: Browser, started_with: str) -> None:
    """Notify a person of a sign-in with a browser that is not known for them, once a day; not of their first one."""
    if started_with not in (PASSWORD, CODE) or browser.origin.known or not sessions_store.has_any(tx, actor.person):
        return
    coalition = organisations_store.get_coalition(tx)
    if coalition and not coalition.sample:
        about = f"{browser.device}.{tx.now // DAY}"
        access.notify_holder(tx, actor.person, kind="device.new", about=about)


def renew_session(tx: Tx, session: str, *, with_password: bool = False, with_totp: bool = False) -> RenewedSession:
    """Note that the person authenticated again in this session, and give it a new id; the old one ends."""
    renewed = secrets.token_urlsafe(32)
    own_device = sessions_store.mark_proved(
        tx,
        secret_sha256(session),
        renewed_sha256=secret_sha256(renewed),
        with_password=with_password,
        with_totp=with_totp,
    )
    return RenewedSession(renewed, own_device)


def sign_in_with_token(tx: Tx, *, token: str, browser: Browser) -> str:
    """Start a session with the scopes of this API token, which ends with it. Raises `Forbidden` `unknown_key`."""
    actor = people_store.load_actor_by_token(tx, secret_sha256(token.strip()))
    if actor is None:
        raise Forbidden(
            "unknown_key",
            N_("This key is unknown or has expired. Check that you copied all of it."),
            field="key",
        )
    return start_session(tx, actor, browser=browser, started_with=KEY)


def get_password_hash(tx: Tx, *, address: str, origin: RequestOrigin = rate_limit.UNKNOWN_ORIGIN) -> str | None:
    """Return the hash that a password for this address must match. Raises `RateLimited` `too_many_passwords`."""
    rate_limit.check_rate_limit(tx, address=address, kind=PASSWORD, origin=origin)
    return accounts_store.get_password_hash_by_email(tx, address)


def sign_in_with_password(
    tx: Tx, *, address: str, is_correct: bool, browser: Browser, secret: bytes
) -> str | second_factor.Ticket:
    """Start a session of the person with this address if the password was right (`is_correct`).

    Returns a ticket for `finish_with_totp` instead if the person has set up an authenticator app. A wrong password is
    counted. Raises `Forbidden` `wrong_password`, `RateLimited` `too_many_passwords`.
    """
    check_password_attempt(tx, address=address, is_correct=is_correct, origin=browser.origin)
    person = or_not_found(people_store.get_by_email(tx, address))
    return _start_or_ask(tx, person, browser=browser, started_with=PASSWORD, secret=secret)


def finish_with_totp(tx: Tx, *, ticket: str, code: str, browser: Browser, secret: bytes) -> tuple[str, Person]:
    """Start the session that a ticket promises, given a code of the person's authenticator app.

    Returns the session and its person. Raises `Forbidden` `ticket_void` and as `totp.redeem` does.
    """
    found = second_factor.read_ticket(tx, ticket, secret=secret)
    person = or_not_found(people_store.get(tx, found.person))
    signed_in = _load_actor(person, tx)
    totp.redeem(tx, person.id, code=code, origin=browser.origin, secret=secret)
    session = start_session(tx, signed_in, browser=browser, started_with=found.method, with_totp=True)
    return session, person


def _start_or_ask(
    tx: Tx, person: Person, *, browser: Browser, started_with: str, secret: bytes
) -> str | second_factor.Ticket:
    if totp.is_set_up(tx, person.id):
        return second_factor.make_ticket(tx, person.id, method=started_with, secret=secret)
    return start_session(tx, _load_actor(person, tx), browser=browser, started_with=started_with)


def check_password_attempt(tx: Tx, *, address: str, is_correct: bool, origin: RequestOrigin) -> None:
    """Check the outcome of a password attempt. Raises as `sign_in_with_password` does.

    A wrong password is counted by committing, so this comes before any write.
    """
    rate_limit.check_rate_limit(tx, address=address, kind=PASSWORD, origin=origin)
    if not is_correct:
        rate_limit.record_attempt(tx, address=address, kind=PASSWORD, origin=origin)
        wrong = Forbidden("wrong_password", N_("The email address or password is wrong."))
        raise tx.commit_on(wrong)


def sign_in_with_code(
    tx: Tx, *, id: str, code: str, secret: bytes, browser: Browser
) -> tuple[str | second_factor.Ticket, Person]:
    """Redeem a code and return a new session and its person; a ticket instead, as `sign_in_with_password` does.

    Raises `Forbidden` `wrong_code`, `code_void`.
    """
    redeemed = email_codes.redeem_code(
        tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret, ends_access_from_before=True
    )
    person = or_not_found(people_store.get(tx, redeemed))
    return _start_or_ask(tx, person, browser=browser, started_with=CODE, secret=secret), person


def sign_in_as_sample_person(tx: Tx, *, person: str, sample: bool, browser: Browser) -> str:
    """Start a session of any person, in a sample instance only. Raises `NotFound` elsewhere."""
    coalition = organisations_store.get_coalition(tx)
    if not (sample and coalition and coalition.sample):
        raise NotFound()
    signed_in = _load_actor(or_not_found(people_store.get(tx, person)), tx)
    return start_session(tx, signed_in, browser=browser, started_with=SAMPLE)


def sign_out(tx: Tx, *, session: str) -> None:
    """End this session."""
    sessions_store.end(tx, secret_sha256(session))


def reauthenticate_with_password(tx: Tx, actor: Actor, *, session: str, is_correct: bool) -> RenewedSession:
    """Note that the password was given again in this session, which gets a new id.

    Raises as `sign_in_with_password` does.
    """
    require(actor, "account.own")
    check_password_attempt(
        tx,
        address=or_not_found(people_store.get(tx, actor.person)).email,
        is_correct=is_correct,
        origin=rate_limit.get_person_origin(actor),
    )
    return renew_session(tx, session, with_password=True)


def reauthenticate_with_code(
    tx: Tx, actor: Actor, *, session: str, id: str, code: str, secret: bytes
) -> RenewedSession:
    """Note that a code sent to the actor was given in this session, which gets a new id.

    A code by email does not stand in for the app of a person who uses one. Raises as `sign_in_with_code` does, and
    `Forbidden` `totp_needed`.
    """
    require(actor, "account.own")
    if totp.is_set_up(tx, actor.person):
        raise Forbidden("totp_needed", N_("Enter a code of your authenticator app, or your password."), field="totp")
    if email_codes.redeem_code(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=secret) != actor.person:
        raise NotFound()
    return renew_session(tx, session)


def reauthenticate_with_totp(tx: Tx, actor: Actor, *, session: str, code: str, secret: bytes) -> RenewedSession:
    """Note that a code of the authenticator app was given in this session, which gets a new id.

    Raises as `totp.redeem` does.
    """
    require(actor, "account.own")
    totp.redeem(tx, actor.person, code=code, origin=rate_limit.get_person_origin(actor), secret=secret)
    return renew_session(tx, session, with_totp=True)


def mark_session_used(tx: Tx, *, session: str) -> None:
    """Set the session's time of last use to now."""
    sessions_store.mark_used(tx, secret_sha256(session))


def _load_actor(person: Person, tx: Tx) -> Actor:
    return or_not_found(people_store.load_actor(tx, person.id, scopes=SCOPES))
