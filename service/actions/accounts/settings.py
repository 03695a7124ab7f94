"""Account settings: name, language, password, sessions."""

from zoneinfo import available_timezones

from service.actions.accounts import access, passwords, rate_limit, sign_in
from service.actions.authorization import or_not_found, require
from service.actions.validation import validate_language, validate_names
from service.domain.accounts.rules import CODE, require_recent_authentication
from service.domain.errors import N_, InvalidInput, NotFound, at_field
from service.domain.membership.people import Actor, Names
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

DIGIT_SYSTEMS = ("", "arab", "latn")
"""Numerals a person can choose; empty: the coalition's."""


def update_profile(tx: Tx, actor: Actor, *, names: Names, lang: str, zone: str, digits: str) -> None:
    """Set the actor's names, language, time zone and numerals; empty `zone` and `digits` mean the coalition's."""
    require(actor, "account.own")
    if zone and zone not in available_timezones():
        raise InvalidInput("unknown_zone", N_("There is no time zone “{zone}”."), field="zone", zone=zone[:100])
    if digits not in DIGIT_SYSTEMS:
        raise InvalidInput("unknown_digits", N_("Unknown numerals."), field="digits")
    validated = validate_names(names)
    with at_field("lang"):
        validate_language(lang)
    accounts_store.update_person(tx, actor.person, names=validated, lang=lang, zone=zone, digits=digits)
    if validated != dict(actor.names):
        facts = {"person": actor.person}
        record_store.append(
            tx, act="person.rename", actor=actor.person, facts=facts, values={"person.names": validated}
        )


def check_password(tx: Tx, password: str, *, forbidden_words: tuple[str, ...] = ()) -> None:
    """Check a new password, with the coalition's names and `forbidden_words` as known words.

    Raises `InvalidInput` as `check_strength` does.
    """
    coalition = organisations_store.get_coalition(tx)
    names = tuple(coalition.settings["names"].values()) if coalition else ()
    passwords.check_strength(password, names=(*names, *forbidden_words))


def prepare_password_change(tx: Tx, actor: Actor, *, current: str, new: str) -> passwords.HashingRequest:
    """Return what to hash before `change_password`. Raises `InvalidInput` as `check_password` does, `RateLimited`."""
    require(actor, "account.secure")
    person = or_not_found(people_store.get(tx, actor.person))
    with at_field("new"):
        check_password(tx, new, forbidden_words=(*person.names.values(), person.email.partition("@")[0]))
    with at_field("current"):
        stored_hash = sign_in.get_password_hash(tx, address=person.email, origin=rate_limit.get_person_origin(actor))
    return passwords.HashingRequest(
        candidate=current if stored_hash else None, stored_hash=stored_hash, new_password=new
    )


def change_password(tx: Tx, actor: Actor, *, hashed: passwords.HashingResult, session: str) -> sign_in.RenewedSession:
    """Set a new password, end the actor's other sessions and all their keys, and give this session a new id.

    A person with a password must have given it; one without must have authenticated recently. A first password that is
    set in a session begun by a mailed code counts as renewed by email. The person is notified. Raises `Forbidden`
    `wrong_password`, `proof_needed`.
    """
    require(actor, "account.secure")
    if accounts_store.get_password_hash(tx, actor.person) is None:
        require_recent_authentication(actor)
    else:
        address = or_not_found(people_store.get(tx, actor.person)).email
        with at_field("current"):
            sign_in.check_password_attempt(
                tx, address=address, is_correct=hashed.is_correct, origin=rate_limit.get_person_origin(actor)
            )
    had_password = accounts_store.get_password_hash(tx, actor.person) is not None
    by_mail = not had_password and actor.started_with == CODE
    accounts_store.set_password(tx, actor.person, hash_=hashed.new_hash, by_mail=by_mail)
    access.end_other_access(tx, actor.person, except_session=session)
    record_store.append(tx, act="password.change", actor=actor.person, facts={"person": actor.person})
    access.notify_holder(tx, actor.person, kind="password.changed")
    return sign_in.renew_session(tx, session, with_password=True)


def end_session(tx: Tx, actor: Actor, *, session: str) -> None:
    """End one of the actor's own sessions, by the digest that names it. Raises `NotFound`."""
    require(actor, "account.own")
    if not sessions_store.end(tx, session, person_id=actor.person):
        raise NotFound()


def sign_out_everywhere(tx: Tx, actor: Actor) -> None:
    """End all sessions of the actor, including this one."""
    require(actor, "account.own")
    sessions_store.end_all(tx, actor.person)
