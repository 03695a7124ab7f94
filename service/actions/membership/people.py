"""People: add organisations and persons, grant roles, issue and revoke API tokens."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from service.actions import notifications, quotas
from service.actions.authorization import or_not_found, require
from service.actions.validation import MAX_NAME_LENGTH, secret_sha256, validate_email, validate_language, validate_names
from service.domain.accounts.rules import require_recent_authentication
from service.domain.errors import N_, Conflict, Forbidden, InvalidInput, NotFound, at_field
from service.domain.membership.people import (
    AUDITOR,
    ORGANISATION_ROLES,
    SCOPES,
    SECRETARIAT,
    Actor,
    Names,
    Person,
    check_is_member,
    validate_role,
)
from service.domain.quotas import KEYS
from service.domain.text.markup.canonical import canonical_name
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.membership import organisations as organisations_store


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new bearer token: shown once, stored only as a digest."""

    id: str
    token: str


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
    """Add a person with roles in the whole coalition and return their id.

    `name` is the one in their own language `lang`.
    """
    require(actor, "person.add")
    validated_names = validate_names({**(names or {}), **({lang: name} if name else {})})
    return create_person(
        tx, names=validated_names, email=email, organisation=organisation, lang=lang, roles=roles, by=actor.person
    )


def create_person(
    tx: Tx,
    *,
    names: Names,
    email: str,
    organisation: str | None,
    lang: str,
    roles: tuple[str, ...],
    by: str | None,
) -> str:
    """Add a person and their roles without authorization: for `add_person` and the founding."""
    with at_field("lang"):
        validate_language(lang)
    with at_field("email"):
        validated_email = validate_email(email)
    if people_store.get_by_email(tx, validated_email):
        raise Conflict("email_taken", N_("Someone with this email address already exists."), field="email")
    if organisation is not None:
        check_is_member(or_not_found(organisations_store.get(tx, organisation)))
    id = tx.new_id("per")
    people_store.add(
        tx, id=id, names=validate_names(names), email=validated_email, organisation=organisation, lang=lang
    )
    record_store.append(tx, act="person.add", actor=by, facts={"person": id, "organisation": organisation})
    grant_roles(tx, person=id, roles=roles, by=by)
    return id


def grant_roles(tx: Tx, *, person: str, roles: Iterable[str], by: str | None) -> None:
    """Grant roles in the whole coalition, without authorization."""
    for role in roles:
        _grant_role(tx, person=or_not_found(people_store.get(tx, person)), role=role, document="", by=by)


def list_people(tx: Tx, actor: Actor, *, after: int, limit: int) -> list[tuple[int, Person]]:
    """Return everyone, to the secretariat and auditors; to a focal point the people of their own organisation."""
    require(actor, "person.read")
    sees_all = actor.has_role([SECRETARIAT, AUDITOR])
    return people_store.list_all(tx, organisation=None if sees_all else actor.organisation, after=after, limit=limit)


def grant_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> None:
    """Grant a person a role, in the whole coalition or for one document."""
    require(actor, "role.grant")
    if document:
        or_not_found(documents_store.get(tx, document))
    holder = or_not_found(people_store.get(tx, person))
    _grant_role(tx, person=holder, role=role, document=document, by=actor.person)
    if document:
        notifications.notify(
            tx, [holder], kind="role.granted", about=f"{document}.{role}", params={"document": document}, by_email=True
        )


def issue_token(
    tx: Tx, actor: Actor, *, label: str, scopes: tuple[str, ...], expires_at: int | None = None
) -> IssuedToken:
    """Issue a bearer token for the actor, with no more scopes and no later expiry than the actor's own token."""
    require(actor, "token.own")
    require_recent_authentication(actor)
    quotas.require_outstanding(tx, actor, KEYS)
    valid_until = _validate_expiry(tx, actor, expires_at)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InvalidInput("unknown_scope", N_("Choose at least one permission: read, write, sign, publish, admin."))
    if not set(scopes) <= actor.scopes:
        raise Forbidden("scope_too_wide", N_("A key cannot have more permissions than the key that created it."))
    token = "mtq_" + secrets.token_urlsafe(32)
    id = tx.new_id("tok")
    with at_field("label"):
        validated_label = canonical_name(label, limit=MAX_NAME_LENGTH)
    people_store.add_token(
        tx,
        id=id,
        person_id=actor.person,
        sha256=secret_sha256(token),
        label=validated_label,
        scopes=scopes,
        expires_at=valid_until,
        made_with=actor.token_id,
    )
    record_store.append(tx, act="token.issue", actor=actor.person, facts={"token": id, "scopes": sorted(scopes)})
    return IssuedToken(id, token)


def revoke_token(tx: Tx, actor: Actor, *, token: str) -> None:
    """Revoke one of the actor's own tokens at once, with the sessions and tokens made with it.

    It must be the token of this request, or have no scopes beyond it.
    """
    require(actor, "token.own")
    token_scopes = or_not_found(people_store.get_token_scopes(tx, token, person_id=actor.person))
    if token != actor.token_id and not token_scopes <= actor.scopes:
        raise Forbidden("scope_too_wide", N_("This key cannot delete a key with more permissions."))
    revoke_token_tree(tx, person=actor.person, token=token, by=actor.person)


def revoke_token_tree(tx: Tx, *, person: str, token: str, by: str) -> None:
    """Revoke a token of `person` and all made with it, without authorization. Raises `NotFound`."""
    revoked = people_store.revoke_token(tx, id=token, person_id=person)
    if not revoked:
        raise NotFound()
    for one in revoked:
        record_store.append(tx, act="token.revoke", actor=by, facts={"token": one, "person": person})


def _validate_expiry(tx: Tx, actor: Actor, expires_at: int | None) -> int | None:
    """Return the expiry of a new token: as requested, or that of the token it is made with.

    Raises `InvalidInput`, `Forbidden`.
    """
    if expires_at is None:
        return actor.expires_at
    if expires_at <= tx.now:
        raise InvalidInput("bad_deadline", N_("The end date of a key must be in the future."))
    if actor.expires_at is not None and expires_at > actor.expires_at:
        raise Forbidden("outlives_its_maker", N_("A key cannot last longer than the key that created it."))
    return expires_at


def _grant_role(tx: Tx, *, person: Person, role: str, document: str, by: str | None) -> None:
    if validate_role(role) in ORGANISATION_ROLES and person.organisation is None:
        raise InvalidInput(
            "role_needs_organisation", N_("This role belongs to an organisation, and this person has none.")
        )
    if role in ORGANISATION_ROLES:
        check_is_member(or_not_found(organisations_store.get(tx, person.organisation or "")))
    if people_store.grant_role(tx, person_id=person.id, role=role, document=document, by=by):
        facts = {"person": person.id, "role": role, "document": document}
        record_store.append(tx, act="role.grant", actor=by, facts=facts)
