"""Organisations and persons join, get roles and keys."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.actions import notifications
from service.actions.authorization import require, seen
from service.actions.validation import LONGEST_NAME, checked_email, checked_names, key_sha256, known_language
from service.domain.accounts.rules import check_proved
from service.domain.errors import N_, Conflict, Forbidden, Malformed, NotFound
from service.domain.membership.people import (
    AUDITOR,
    OF_AN_ORGANISATION,
    SCOPES,
    SECRETARIAT,
    Actor,
    Names,
    Person,
    check_member,
    known_role,
)
from service.domain.text.markup.canonical import name as canonical_name
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class Key:
    """A new bearer token: shown once, kept only as a digest."""

    id: str
    token: str


def add_organisation(tx: Tx, actor: Actor, *, names: Mapping[str, str]) -> str:
    """A new member organisation; its id."""
    require(actor, "organisation.add")
    id = tx.new_id("org")
    organisations_store.add(tx, id=id, names=checked_names(names))
    record_store.append(
        tx, act="organisation.add", actor=actor.person, facts={"organisation": id, "names": dict(names)}
    )
    return id


def add_person(
    tx: Tx,
    actor: Actor,
    *,
    email: str,
    organisation: str | None,
    lang: str,
    roles: tuple[str, ...],
    name: str = "",
    names: Names | None = None,
) -> str:
    """A new person with roles in the whole coalition; their id. `name` is that in their own language `lang`."""
    require(actor, "person.add")
    called = checked_names({**(names or {}), **({lang: name} if name else {})})
    return join(tx, names=called, email=email, organisation=organisation, lang=lang, roles=roles, by=actor.person)


def join(
    tx: Tx,
    *,
    names: Names,
    email: str,
    organisation: str | None,
    lang: str,
    roles: tuple[str, ...],
    by: str | None,
) -> str:
    """Write a person and their roles, unchecked for who asks: used by `add_person` and at the founding."""
    known_language(lang)
    address = checked_email(email)
    if people_store.by_email(tx, address):
        raise Conflict("email_taken", N_("There is a person with this address already."))
    if organisation is not None:
        check_member(seen(organisations_store.get(tx, organisation)))
    id = tx.new_id("per")
    people_store.add(tx, id=id, names=checked_names(names), email=address, organisation=organisation, lang=lang)
    record_store.append(tx, act="person.add", actor=by, facts={"person": id, "organisation": organisation})
    add_roles(tx, person=id, roles=roles, by=by)
    return id


def add_roles(tx: Tx, *, person: str, roles: Iterable[str], by: str | None) -> None:
    """Give roles in the whole coalition, unchecked for who asks."""
    for role in roles:
        _give(tx, person=seen(people_store.get(tx, person)), role=role, document="", by=by)


def list_people(tx: Tx, actor: Actor, *, after: int, limit: int) -> list[tuple[int, Person]]:
    """Everyone, for the secretariat and auditors; a focal point sees the people of their own organisation."""
    require(actor, "person.read")
    all_of_them = actor.holds([SECRETARIAT, AUDITOR])
    return people_store.every(tx, organisation=None if all_of_them else actor.organisation, after=after, limit=limit)


def grant_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> None:
    """Give a person a role, in the whole coalition or for one document."""
    require(actor, "role.grant")
    if document:
        seen(documents_store.get(tx, document))
    who = seen(people_store.get(tx, person))
    _give(tx, person=who, role=role, document=document, by=actor.person)
    if document:
        notifications.tell(
            tx, [who], kind="role.granted", about=f"{document}.{role}", params={"document": document}, mail=True
        )


def issue_token(tx: Tx, actor: Actor, *, label: str, scopes: tuple[str, ...], expires_at: int | None = None) -> Key:
    """A bearer token for the actor's own use, reaching no further and living no longer than the key they came with."""
    require(actor, "token.own")
    check_proved(actor)
    until = _checked_end(tx, actor, expires_at)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Malformed(
            "unknown_scope", N_("A key needs at least one of the scopes read, write, sign, publish, admin.")
        )
    if not set(scopes) <= actor.scopes:
        raise Forbidden("scope_too_wide", N_("A key cannot reach further than the key that makes it."))
    token = "mtq_" + secrets.token_urlsafe(32)
    id = tx.new_id("tok")
    shown = canonical_name(label, limit=LONGEST_NAME)
    people_store.add_token(
        tx,
        id=id,
        person_id=actor.person,
        sha256=key_sha256(token),
        label=shown,
        scopes=scopes,
        expires_at=until,
        made_with=actor.key,
    )
    record_store.append(tx, act="token.issue", actor=actor.person, facts={"token": id, "scopes": sorted(scopes)})
    return Key(id, token)


def revoke_token(tx: Tx, actor: Actor, *, token: str) -> None:
    """End one of the actor's own tokens, at once, with the sessions and keys made of it: the very key they came with,
    or one that reaches no further."""
    require(actor, "token.own")
    reach = seen(people_store.scopes_of(tx, token, person_id=actor.person))
    if token != actor.key and not reach <= actor.scopes:
        raise Forbidden("scope_too_wide", N_("A key cannot end a key that reaches further."))
    end_token(tx, person=actor.person, token=token, by=actor.person)


def end_token(tx: Tx, *, person: str, token: str, by: str) -> None:
    """End a token of `person` and every one made with it, unchecked for who asks. Raises NotFound."""
    ended = people_store.revoke_token(tx, id=token, person_id=person)
    if not ended:
        raise NotFound()
    for one in ended:
        record_store.append(tx, act="token.revoke", actor=by, facts={"token": one, "person": person})


def _checked_end(tx: Tx, actor: Actor, expires_at: int | None) -> int | None:
    """When a new key ends: as asked, or with the key that makes it. Raises Malformed, Forbidden."""
    if expires_at is None:
        return actor.expires_at
    if expires_at <= tx.now:
        raise Malformed("bad_deadline", N_("A key must end in the future."))
    if actor.expires_at is not None and expires_at > actor.expires_at:
        raise Forbidden("outlives_its_maker", N_("A key cannot live longer than the key that makes it."))
    return expires_at


def _give(tx: Tx, *, person: Person, role: str, document: str, by: str | None) -> None:
    if known_role(role) in OF_AN_ORGANISATION and person.organisation is None:
        raise Malformed("role_needs_organisation", N_("This role is held for an organisation; this person has none."))
    if role in OF_AN_ORGANISATION:
        check_member(seen(organisations_store.get(tx, person.organisation or "")))
    if people_store.grant(tx, person_id=person.id, role=role, document=document, by=by):
        facts = {"person": person.id, "role": role, "document": document}
        record_store.append(tx, act="role.grant", actor=by, facts=facts)
