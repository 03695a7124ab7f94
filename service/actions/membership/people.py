"""People: add organisations and persons, grant roles, issue and revoke API tokens."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from service.actions import notifications, quotas
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals, proposals
from service.actions.membership.roles import apply_grant, ask_for_secretariat, check_may_hold, give_roles
from service.actions.validation import MAX_NAME_LENGTH, secret_sha256, validate_email, validate_language, validate_names
from service.domain.accounts.rules import TOKEN_LIFETIME, require_recent_authentication
from service.domain.errors import N_, Conflict, Forbidden, InvalidInput, NotFound, at_field
from service.domain.membership.approvals import RoleProposal
from service.domain.membership.people import (
    AUDITOR,
    ORGANISATION_ROLES,
    SECRETARIAT,
    TOKEN_SCOPES,
    Actor,
    Names,
    Person,
    RoleGrant,
    check_is_member,
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

    `name` is the one in their own language `lang`. Roles begin as `give_roles` says.
    """
    id, proposed = add_with_proposals(
        tx, actor, email=email, organisation=organisation, lang=lang, roles=roles, name=name, names=names
    )
    proposals.settle(tx, proposed, by=actor.person)
    return id


def add_with_proposals(
    tx: Tx,
    actor: Actor,
    *,
    email: str,
    organisation: str | None,
    lang: str,
    roles: tuple[str, ...],
    name: str = "",
    names: Names | None = None,
) -> tuple[str, list[RoleProposal]]:
    """Add a person as `add_person` does; also return the proposed roles, for the caller to settle."""
    require(actor, "person.add")
    if roles:
        require(actor, "role.grant")
    approvals.lock_secretariat(tx)
    validated_names = validate_names({**(names or {}), **({lang: name} if name else {})})
    id = create_person(tx, names=validated_names, email=email, organisation=organisation, lang=lang, by=actor.person)
    return id, give_roles(tx, person=id, roles=roles, by=actor.person)


def create_person(
    tx: Tx,
    *,
    names: Names,
    email: str,
    organisation: str | None,
    lang: str,
    by: str | None,
) -> str:
    """Add a person without roles and without authorization."""
    with at_field("lang"):
        validate_language(lang)
    with at_field("email"):
        validated_email = validate_email(email)
    if people_store.get_by_email(tx, validated_email):
        raise Conflict("email_taken", N_("Someone with this email address already exists."), field="email")
    if organisation is not None:
        check_is_member(or_not_found(organisations_store.get(tx, organisation)))
    id, validated_names = tx.new_id("per"), validate_names(names)
    people_store.add(tx, id=id, names=validated_names, email=validated_email, organisation=organisation, lang=lang)
    values = {"person.email": validated_email, "person.names": validated_names}
    facts = {"person": id, "organisation": organisation}
    record_store.append(tx, act="person.add", actor=by, facts=facts, values=values)
    return id


def list_people(tx: Tx, actor: Actor, *, after: int, limit: int) -> list[tuple[int, Person]]:
    """Return everyone, to the secretariat and auditors; to a focal point the people of their own organisation."""
    require(actor, "person.read")
    sees_all = actor.has_role([SECRETARIAT, AUDITOR])
    return people_store.list_all(tx, organisation=None if sees_all else actor.organisation, after=after, limit=limit)


def grant_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> bool:
    """Grant a person a role, in the whole coalition or for one document; return whether it is in effect now.

    Focal point and signatory are proposed to the organisation; the secretariat waits for a second person. Raises
    `InvalidInput` `role_not_for_document`, `Conflict` `already_asked` and as `check_may_hold` does.
    """
    require(actor, "role.grant")
    approvals.lock_secretariat(tx)
    if document:
        or_not_found(documents_store.get(tx, document))
    holder = or_not_found(people_store.get(tx, person))
    check_may_hold(tx, holder, role)
    if role in ORGANISATION_ROLES:
        if document:
            raise InvalidInput("role_not_for_document", N_("This role cannot be given for one document."))
        proposals.settle(tx, proposals.propose(tx, holder, role, by=actor.person), by=actor.person)
        return RoleGrant(role, "") in people_store.list_grants(tx, person)
    if role == SECRETARIAT and not ask_for_secretariat(tx, holder, document=document, by=actor.person):
        return False
    apply_grant(tx, person=person, role=role, document=document, by=actor.person)
    if document:
        notifications.notify(
            tx, [holder], kind="role.granted", about=f"{document}.{role}", params={"document": document}, by_email=True
        )
    return True


def issue_token(
    tx: Tx, actor: Actor, *, label: str, scopes: tuple[str, ...], expires_at: int | None = None
) -> IssuedToken:
    """Issue a bearer token for the actor and tell them.

    It has no more scopes and no later expiry than the actor's own token, never the scope `sign`, and ends after
    TOKEN_LIFETIME unless `expires_at` says otherwise.
    """
    require(actor, "token.own")
    require_recent_authentication(actor)
    if "sign" in scopes:
        raise Forbidden("person_needed", N_("A key cannot sign for an organisation. Only a person can."))
    quotas.require_outstanding(tx, actor, KEYS)
    valid_until = _validate_expiry(tx, actor, expires_at)
    if not scopes or not set(scopes) <= set(TOKEN_SCOPES):
        raise InvalidInput("unknown_scope", N_("Choose at least one permission: read, write, publish, admin."))
    if not set(scopes) <= actor.scopes:
        raise Forbidden("scope_too_wide", N_("A key cannot have more permissions than the key that created it."))
    with at_field("label"):
        validated_label = canonical_name(label, limit=MAX_NAME_LENGTH)
    issued = create_token(tx, actor, label=validated_label, scopes=scopes, expires_at=valid_until)
    holder = or_not_found(people_store.get(tx, actor.person))
    notifications.notify(tx, [holder], kind="key.made", about=issued.id, params={}, urgent=True)
    return issued


def create_token(tx: Tx, actor: Actor, *, label: str, scopes: Iterable[str], expires_at: int | None) -> IssuedToken:
    """Add a bearer token of the actor, without authorization and without telling anybody."""
    token = "mtq_" + secrets.token_urlsafe(32)
    id = tx.new_id("tok")
    people_store.add_token(
        tx,
        id=id,
        person_id=actor.person,
        sha256=secret_sha256(token),
        label=label,
        scopes=scopes,
        expires_at=expires_at,
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


def _validate_expiry(tx: Tx, actor: Actor, expires_at: int | None) -> int:
    """Return the expiry of a new token: as requested, else TOKEN_LIFETIME from now.

    It is never later than that of the token it is made with.

    Raises `InvalidInput`, `Forbidden`.
    """
    if expires_at is None:
        usual = tx.now + TOKEN_LIFETIME
        return usual if actor.expires_at is None else min(usual, actor.expires_at)
    if expires_at <= tx.now:
        raise InvalidInput("bad_deadline", N_("The end date of a key must be in the future."))
    if actor.expires_at is not None and expires_at > actor.expires_at:
        raise Forbidden("outlives_its_maker", N_("A key cannot last longer than the key that created it."))
    return expires_at
