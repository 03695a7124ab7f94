"""Coming in: by password, by a code that is mailed, by key; and showing again that it is you.

Known and unknown addresses are answered alike, and cost the same hash; what little time a mail takes besides drowns in
the commit, and may be measured six times an hour.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from service.actions import notices
from service.actions.access import require, seen
from service.actions.people import checked_email, key_sha256
from service.actions.stepup import new_code
from service.domain.accounts import CODES_AN_HOUR, DAY, HOUR, NO_PROOF_NEEDED, WRONG_AN_HOUR
from service.domain.endorsement import CODE_LIFE, CODE_TRIES
from service.domain.errors import N_, Forbidden, NotFound, TooOften
from service.domain.people import SCOPES, Actor, Person
from service.store import accounts, organisations, people, sessions
from service.store.db import Tx
from service.words import Words

PASSWORD, CODE = "password", "code"


@dataclass(frozen=True, slots=True)
class Browser:
    """`device` as `accounts.device` names it; `own`: the reader says that it is their own."""

    device: str = ""
    own: bool = False


def begin(tx: Tx, who: Actor, *, browser: Browser) -> str:
    """The key of a new session: the content of a cookie, kept as a digest only."""
    key = secrets.token_urlsafe(32)
    coalition = organisations.the_coalition(tx)
    proved = NO_PROOF_NEEDED if coalition and coalition.sample else tx.now
    sessions.begin(tx, sha256=key_sha256(key), who=who, device=browser.device, own_device=browser.own, proved_at=proved)
    return key


def by_key(tx: Tx, *, token: str, browser: Browser) -> str:
    """A session that reaches as far as this key and ends with it. Raises Forbidden `unknown_key`."""
    actor = people.actor_of_token(tx, key_sha256(token.strip()))
    if actor is None:
        raise Forbidden(
            "unknown_key",
            N_(
                "This key is not known here, or it has ended. Check that it was copied whole; nothing else was changed."
            ),
        )
    return begin(tx, actor, browser=browser)


def known_hash(tx: Tx, *, address: str) -> str | None:
    """What a password given for this address must match. Raises TooOften `too_many_passwords`."""
    _admit(tx, address=_plain(address), kind=PASSWORD, most=WRONG_AN_HOUR)
    return accounts.password_at(tx, _plain(address))


def by_password(tx: Tx, *, address: str, right: bool, browser: Browser) -> str:
    """A session of whoever has this address, if the password was `right`. A wrong one is counted.

    Raises Forbidden `wrong_password`, TooOften `too_many_passwords`.
    """
    check_right(tx, address=address, right=right)
    return begin(tx, _comer(seen(people.by_email(tx, _plain(address))), tx), browser=browser)


def check_right(tx: Tx, *, address: str, right: bool) -> None:
    """Counts a wrong password by committing, so this comes before any write. Raises as `by_password`."""
    _admit(tx, address=_plain(address), kind=PASSWORD, most=WRONG_AN_HOUR)
    if not right:
        accounts.count_try(tx, address=_plain(address), kind=PASSWORD)
        wrong = Forbidden("wrong_password", N_("The mail address or the password is not right. Nothing was changed."))
        raise tx.keeping(wrong)


def ask_code(tx: Tx, *, address: str, secret: bytes) -> str:
    """Mail a code to whoever has this address, if anybody; the id under which it is to be given.

    Raises TooOften `too_many_codes`, Malformed `bad_email`.
    """
    plain = checked_email(address)
    _admit(tx, address=plain, kind=CODE, most=CODES_AN_HOUR)
    accounts.forget_tries(tx, before=tx.now - DAY)
    accounts.count_try(tx, address=plain, kind=CODE)
    person = people.by_email(tx, plain)
    known = person if person and person.state == "active" else None
    id, code = tx.new_id("cod"), new_code()
    accounts.add_code(
        tx,
        id=id,
        address=plain,
        person_id=known.id if known else None,
        code_hmac=_hmac(code, id, secret=secret),
        expires_at=tx.now + CODE_LIFE,
    )
    if known:
        _mail_code(tx, known, code=code)
    return id


def by_code(tx: Tx, *, id: str, code: str, secret: bytes, browser: Browser) -> tuple[str, Person]:
    """A session, for the right code, and whose it is. Raises Forbidden `wrong_code`, `code_void`."""
    person = seen(people.get(tx, _confirmed(tx, id=id, code=code, secret=secret)))
    return begin(tx, _comer(person, tx), browser=browser), person


def by_name(tx: Tx, *, person: str, sample: bool, browser: Browser) -> str:
    """A session of anybody, in a sample that knows it is one. Raises NotFound elsewhere."""
    coalition = organisations.the_coalition(tx)
    if not (sample and coalition and coalition.sample):
        raise NotFound()
    return begin(tx, _comer(seen(people.get(tx, person)), tx), browser=browser)


def leave(tx: Tx, *, session: str) -> None:
    """End the session of this key."""
    sessions.end(tx, key_sha256(session))


def prove_by_password(tx: Tx, actor: Actor, *, session: str, right: bool) -> None:
    """The password was given again in this session. Raises as `by_password`."""
    require(actor, "account.own")
    check_right(tx, address=seen(people.get(tx, actor.person)).email, right=right)
    sessions.prove(tx, key_sha256(session))


def prove_by_code(tx: Tx, actor: Actor, *, session: str, id: str, code: str, secret: bytes) -> None:
    """A code mailed to the actor was given in this session. Raises as `by_code`."""
    require(actor, "account.own")
    if _confirmed(tx, id=id, code=code, secret=secret) != actor.person:
        raise NotFound()
    sessions.prove(tx, key_sha256(session))


def used(tx: Tx, *, session: str) -> None:
    """The session was used now."""
    sessions.touch(tx, key_sha256(session))


def _comer(person: Person, tx: Tx) -> Actor:
    return seen(people.actor(tx, person.id, scopes=SCOPES))


def _plain(address: str) -> str:
    """The address as tries are counted under; one that cannot be an address is just one nobody has."""
    return address.strip().lower()[:254]


def _admit(tx: Tx, *, address: str, kind: str, most: int) -> None:
    if accounts.tries(tx, address=address, kind=kind, since=tx.clock() - HOUR) < most:
        return
    if kind == CODE:
        raise TooOften("too_many_codes", N_("You asked for too many codes. Wait an hour, then ask again."))
    raise TooOften(
        "too_many_passwords",
        N_("There were too many wrong passwords for this address. Wait an hour, or sign in by a code by mail."),
    )


def _confirmed(tx: Tx, *, id: str, code: str, secret: bytes) -> str:
    """Whose code it is, used up by being right. A wrong one is counted by committing."""
    found = accounts.lock_code(tx, id)
    if found is None or found.used_at is not None or found.expires_at <= tx.now or found.tries >= CODE_TRIES:
        raise Forbidden("code_void", N_("This code is used up or too old. Ask for a new one."))
    right = hmac.compare_digest(found.code_hmac, _hmac(code.strip(), id, secret=secret))
    if not right or found.person is None:
        accounts.count_code_try(tx, id)
        left = CODE_TRIES - found.tries - 1
        raise tx.keeping(Forbidden("wrong_code", N_("This is not the code. Tries left: {left}."), left=left))
    accounts.use_code(tx, id)
    return found.person


def _hmac(code: str, id: str, *, secret: bytes) -> str:
    message = f"mithaq.sign-in.v1\n{id}\n{code}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _mail_code(tx: Tx, person: Person, *, code: str) -> None:
    words = Words(person.lang)
    body = words.t(
        "Code: {code}\n\nIt signs you in, once, within ten minutes.\n\n"
        "If you did not ask for it, somebody typed your address: nothing happened, and the code is of no use to them.",
        code=code,
    )
    notices.send(tx, person, subject=words.t("Your code"), body=body)
