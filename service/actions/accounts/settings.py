"""One's own account: name, language, password, sessions."""

from zoneinfo import available_timezones

from service.actions.accounts import passwords, rate_limit, sign_in
from service.actions.authorization import require, seen
from service.actions.validation import checked_names, key_sha256, known_language
from service.domain.accounts.rules import check_proved
from service.domain.errors import N_, Malformed, NotFound
from service.domain.membership.people import Actor, Names
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

DIGITS = ("", "arab", "latn")


def edit(tx: Tx, actor: Actor, *, names: Names, lang: str, zone: str, digits: str) -> None:
    """How the actor is called and spoken to; empty `zone` and `digits`: as the coalition has them."""
    require(actor, "account.own")
    if zone and zone not in available_timezones():
        raise Malformed("unknown_zone", N_("There is no time zone “{zone}”."), zone=zone[:100])
    if digits not in DIGITS:
        raise Malformed("unknown_digits", N_("These digits are not known here."))
    called = checked_names(names)
    accounts_store.change_person(tx, actor.person, names=called, lang=known_language(lang), zone=zone, digits=digits)
    if called != dict(actor.names):
        record_store.append(tx, act="person.rename", actor=actor.person, facts={"person": actor.person})


def choose(tx: Tx, actor: Actor | None, *, lang: str, zone: str) -> None:
    """Keep the language and the zone chosen on any page, for mails and other browsers too; empty: as it was. What a
    stranger chose their browser alone keeps."""
    if actor is None:
        return
    now = seen(people_store.get(tx, actor.person))
    lang, zone = lang or now.lang, zone or now.zone
    accounts_store.change_person(tx, now.id, names=now.names, lang=lang, zone=zone, digits=now.digits)


def check_password(tx: Tx, password: str, *, besides: tuple[str, ...] = ()) -> None:
    """Raises Malformed for a password that is too short, too long or guessed first: names of ours count as known."""
    coalition = organisations_store.the_coalition(tx)
    names = tuple(coalition.settings["names"].values()) if coalition else ()
    passwords.check(password, names=(*names, *besides))


def asked_for_change(tx: Tx, actor: Actor, *, current: str, new: str) -> passwords.Question:
    """What is to be hashed before `change_password`. Raises Malformed as `check_password`, TooOften."""
    require(actor, "account.own")
    person = seen(people_store.get(tx, actor.person))
    check_password(tx, new, besides=(*person.names.values(), person.email.partition("@")[0]))
    known = sign_in.known_hash(tx, address=person.email, origin=rate_limit.own(actor))
    return passwords.Question(given=current if known else None, known=known, new=new)


def change_password(tx: Tx, actor: Actor, *, hashed: passwords.Answer, session: str) -> None:
    """Keep a new password and end the actor's other sessions. Whoever has a password gives it; whoever has none must
    have shown lately that it is they. Raises Forbidden `wrong_password`, `proof_needed`."""
    require(actor, "account.own")
    if accounts_store.password_of(tx, actor.person) is None:
        check_proved(actor)
    else:
        address = seen(people_store.get(tx, actor.person)).email
        sign_in.check_right(tx, address=address, right=hashed.right, origin=rate_limit.own(actor))
    accounts_store.set_password(tx, actor.person, hash_=hashed.new)
    sessions_store.end_all(tx, actor.person, but=key_sha256(session))
    sessions_store.prove(tx, key_sha256(session))
    record_store.append(tx, act="password.change", actor=actor.person, facts={"person": actor.person})


def end_session(tx: Tx, actor: Actor, *, session: str) -> None:
    """End one of the actor's own sessions, by its id. Raises NotFound."""
    require(actor, "account.own")
    if not sessions_store.end(tx, session, person_id=actor.person):
        raise NotFound()


def sign_out_everywhere(tx: Tx, actor: Actor) -> None:
    """End all sessions of the actor, this one too."""
    require(actor, "account.own")
    sessions_store.end_all(tx, actor.person)
