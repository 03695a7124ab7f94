"""Authenticator apps: time-based one-time passwords (RFC 6238) as a second factor, with recovery codes.

The secret of an app is derived from the instance's secret and a stored nonce, so it is not in the database. A code is
used at most once, also by two requests at the same time.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode

import pyotp

from service.actions.accounts import access, rate_limit
from service.actions.authorization import or_not_found, require
from service.domain.accounts.rules import (
    LINK,
    MAILED_PROOF_DELAY,
    TOTP,
    RequestOrigin,
    require_recent_authentication,
)
from service.domain.errors import N_, Conflict, Forbidden
from service.domain.membership.people import SECRETARIAT, Actor
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import totp as totp_store
from service.store.db import Tx

ISSUER = "Mithaq"
STEP = 30_000_000
"""µs for which a code is shown."""

STEPS_AROUND = (0, -1, 1)
"""Steps whose codes are accepted: clocks of phones are up to half a minute off."""

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
"""80 random bits: sixteen letters and digits, which are guessed under a rate limit only."""


def is_set_up(tx: Tx, person: str) -> bool:
    """Return whether the person has an app in use."""
    found = totp_store.get(tx, person)
    return found is not None and found.confirmed_at is not None


def signs(tx: Tx, person: str) -> bool:
    """Return whether the person's app confirms statements: it is in use, and not just set up by a mailed code alone."""
    found = totp_store.get(tx, person)
    if found is None or found.confirmed_at is None:
        return False
    return not found.by_mail or tx.now - found.confirmed_at >= MAILED_PROOF_DELAY


def request(tx: Tx, actor: Actor) -> None:
    """Begin to set up an app; `confirm` ends it. Raises `Forbidden` `proof_needed`, `Conflict` `totp_in_use`."""
    require(actor, "account.secure")
    require_recent_authentication(actor)
    if is_set_up(tx, actor.person):
        raise Conflict("totp_in_use", N_("You already use an authenticator app. Remove it first."))
    totp_store.request(tx, actor.person, nonce=secrets.token_hex(16), by_mail=_is_mail_alone(tx, actor))


def provisioning_uri(tx: Tx, actor: Actor, *, secret: bytes) -> str | None:
    """Return the otpauth URI of the app that waits to be confirmed; None if none does."""
    found = totp_store.get(tx, actor.person)
    if found is None or found.confirmed_at is not None:
        return None
    address = or_not_found(people_store.get(tx, actor.person)).email
    return _otp(actor.person, found.nonce, secret=secret).provisioning_uri(name=address, issuer_name=ISSUER)


def secret_of(uri: str) -> str:
    """Return the secret in a provisioning URI, in groups of four, to be typed where no camera reads the QR code."""
    key = pyotp.parse_uri(uri).secret
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))


def confirm(tx: Tx, actor: Actor, *, code: str, session: str, secret: bytes) -> list[str]:
    """Put the requested app into use, given its first code, and return recovery codes, which are shown once.

    All other sessions and all keys end, and the person is notified. Raises `Forbidden` `wrong_totp`.
    """
    require(actor, "account.secure")
    require_recent_authentication(actor)
    _check_code(tx, actor.person, code=code, origin=rate_limit.get_person_origin(actor), secret=secret)
    if not totp_store.confirm(tx, actor.person):
        raise Conflict("totp_in_use", N_("You already use an authenticator app. Remove it first."))
    codes = _new_recovery_codes(tx, actor.person, secret=secret)
    access.end_other_access(tx, actor.person, except_session=session)
    record_store.append(tx, act="totp.set", actor=actor.person, facts={"person": actor.person})
    access.notify_holder(tx, actor.person, kind="totp.set")
    return codes


def renew_recovery_codes(tx: Tx, actor: Actor, *, code: str, secret: bytes) -> list[str]:
    """Return new recovery codes, given a code of the app; the earlier ones end. Raises as `redeem` does."""
    require(actor, "account.secure")
    redeem(tx, actor.person, code=code, origin=rate_limit.get_person_origin(actor), secret=secret)
    access.notify_holder(tx, actor.person, kind="totp.codes")
    return _new_recovery_codes(tx, actor.person, secret=secret)


def remove(tx: Tx, actor: Actor, *, code: str, session: str, secret: bytes) -> None:
    """Remove the actor's app, given one of its codes or a recovery code; other sessions and all keys end.

    Raises as `redeem` does.
    """
    require(actor, "account.secure")
    redeem(tx, actor.person, code=code, origin=rate_limit.get_person_origin(actor), secret=secret)
    _remove(tx, actor.person, by=actor.person, except_session=session)


def remove_of_other(tx: Tx, actor: Actor, *, person: str) -> None:
    """Remove the app of somebody who lost it with its recovery codes: the second person that this needs.

    A focal point does so for their own organisation, the secretariat for anybody. The person is notified, and all their
    sessions and keys end. Raises `NotFound` if there is no app.
    """
    holder = or_not_found(people_store.get(tx, person))
    require(actor, "factor.remove")
    if holder.id == actor.person or not (
        actor.has_role([SECRETARIAT]) or (holder.organisation and holder.organisation == actor.organisation)
    ):
        raise Forbidden()
    or_not_found(totp_store.get(tx, person))
    _remove(tx, person, by=actor.person)


def remove_at_recovery(tx: Tx, person: str) -> None:
    """Remove the app of a person whom the administrator lets in again, if there is one: it may be lost for good.

    The administrator is the second person, and for the time of the restriction nobody signs in that session.
    """
    if is_set_up(tx, person):
        _remove(tx, person, by=person)


def redeem(tx: Tx, person: str, *, code: str, origin: RequestOrigin, secret: bytes) -> None:
    """Use up a code of the person's app, or one of their recovery codes.

    A wrong one is counted by committing, so this comes before any write. Raises `Forbidden` `wrong_totp`, `RateLimited`
    `too_many_passwords`.
    """
    if not is_set_up(tx, person):
        raise Forbidden("no_totp", N_("You have not set up an authenticator app."), field="totp")
    _check_code(tx, person, code=code, origin=origin, secret=secret)


def _check_code(tx: Tx, person: str, *, code: str, origin: RequestOrigin, secret: bytes) -> None:
    address = or_not_found(people_store.get(tx, person)).email
    rate_limit.check_rate_limit(tx, address=address, kind=TOTP, origin=origin)
    if _use_code(tx, person, code="".join(code.split()).replace("-", "").lower(), secret=secret):
        return
    rate_limit.record_attempt(tx, address=address, kind=TOTP, origin=origin)
    wrong = Forbidden(
        "wrong_totp",
        N_("This code of the app is wrong or was used already. Wait for the next one, then try again."),
        field="totp",
    )
    raise tx.commit_on(wrong)


def _use_code(tx: Tx, person: str, *, code: str, secret: bytes) -> bool:
    found = totp_store.get(tx, person)
    if found is None:
        return False
    if len(code) != 6:
        used = totp_store.use_recovery_code(tx, person, digest=_recovery_digest(person, code, secret=secret))
        if used:
            access.notify_holder(tx, person, kind="totp.recovered")
        return used
    otp, now = _otp(person, found.nonce, secret=secret), tx.clock() // STEP
    step = next((now + one for one in STEPS_AROUND if hmac.compare_digest(otp.generate_otp(now + one), code)), None)
    return step is not None and totp_store.use_step(tx, person, step=step)


def _otp(person: str, nonce: str, *, secret: bytes) -> pyotp.TOTP:
    key = hmac.new(secret, f"mithaq.totp.v1\n{person}\n{nonce}".encode(), hashlib.sha256).digest()[:20]
    return pyotp.TOTP(b32encode(key).decode())


def _new_recovery_codes(tx: Tx, person: str, *, secret: bytes) -> list[str]:
    codes = [b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    digests = [_recovery_digest(person, one, secret=secret) for one in codes]
    totp_store.replace_recovery_codes(tx, person, digests=digests)
    return ["-".join(one[i : i + 4] for i in range(0, len(one), 4)) for one in codes]


def _recovery_digest(person: str, code: str, *, secret: bytes) -> str:
    message = f"mithaq.recovery-code.v1\n{person}\n{code}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _is_mail_alone(tx: Tx, actor: Actor) -> bool:
    """Return whether nothing but control of a mailbox has begun this session. An invitation's link began it rightly."""
    renewed = accounts_store.get_password_renewed_by_mail(tx, actor.person)
    is_fresh = renewed is not None and tx.now - renewed < MAILED_PROOF_DELAY
    return actor.started_with != LINK and (is_fresh or not actor.password_at)


def _remove(tx: Tx, person: str, *, by: str, except_session: str = "") -> None:
    totp_store.remove(tx, person)
    access.end_other_access(tx, person, except_session=except_session)
    record_store.append(tx, act="totp.remove", actor=by, facts={"person": person})
    access.notify_holder(tx, person, kind="totp.removed")
