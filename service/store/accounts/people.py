"""Persons, role grants, API tokens; the lookup of an actor for authentication."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, insert, or_, select, update

from service.domain.accounts.addresses import address_forms
from service.domain.membership.people import (
    SECRETARIAT,
    TOKEN_SCOPES,
    WITHIN_INSTANCE,
    Actor,
    Names,
    Person,
    RoleGrant,
    assign_colour,
    preferred_name,
)
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import access_recovery, person, role_grant, session, token


def add(tx: Tx, *, id: str, names: Names, email: str, organisation: str | None, lang: str) -> None:
    """Add an active person."""
    row = {"id": id, "seq": next_seq(tx, person), "email": email, "organisation": organisation, "lang": lang}
    name_columns = {"name": preferred_name(names, lang=lang), "names": dict(names)}
    tx.connection.execute(insert(person).values(**row, **name_columns, state="active", joined_at=tx.now))


# Built once: building a statement takes longer than running it on SQLite.
_BY_ID = select(person).where(person.c.id == bindparam("id"))
_GRANTS = select(role_grant).where(role_grant.c.person == bindparam("person"))
_RESTRICTED_UNTIL = (
    select(func.max(access_recovery.c.restricted_until))
    .where(access_recovery.c.person == person.c.id)
    .correlate(person)
    .scalar_subquery()
)
_WITH_GRANTS = (
    select(person, role_grant.c.role, role_grant.c.document, _RESTRICTED_UNTIL.label("restricted_until"))
    .outerjoin(role_grant, role_grant.c.person == person.c.id)
    .where(person.c.id == bindparam("id"))
)


def get(tx: Tx, id: str) -> Person | None:
    """Return a person by id."""
    row = tx.connection.execute(_BY_ID, {"id": id}).one_or_none()
    return person_of_row(row) if row else None


def get_by_email(tx: Tx, email: str) -> Person | None:
    """Return the person with this address, in its normal form or as an earlier release stored it."""
    forms = address_forms(email)
    found = {row.email: row for row in tx.connection.execute(select(person).where(person.c.email.in_(forms)))}
    return next((person_of_row(found[form]) for form in forms if form in found), None)


def list_all(tx: Tx, *, organisation: str | None = None, after: int = 0, limit: int = 1000) -> list[tuple[int, Person]]:
    """Return persons with their seq, in order of joining, beyond `after`; of one organisation or of all."""
    query = select(person).where(person.c.seq > after).order_by(person.c.seq).limit(limit)
    if organisation is not None:
        query = query.where(person.c.organisation == organisation)
    return [(row.seq, person_of_row(row)) for row in tx.connection.execute(query)]


def grant_role(tx: Tx, *, person_id: str, role: str, document: str, by: str | None) -> bool:
    """Grant a role; return False if it was held already."""
    existing = select(role_grant.c.role).where(
        role_grant.c.person == person_id, role_grant.c.role == role, role_grant.c.document == document
    )
    if tx.connection.execute(existing).one_or_none():
        return False
    row = {"person": person_id, "role": role, "document": document, "granted_by": by, "granted_at": tx.now}
    tx.connection.execute(insert(role_grant).values(**row))
    return True


def list_grants(tx: Tx, person_id: str) -> frozenset[RoleGrant]:
    """Return the person's role grants."""
    rows = tx.connection.execute(_GRANTS, {"person": person_id})
    return frozenset(RoleGrant(row.role, row.document) for row in rows)


def list_role_holders(tx: Tx, roles: Iterable[str], *, document: str | None = None) -> list[Person]:
    """Return active persons who hold one of `roles` for the coalition or for `document`.

    Each person once, in order of joining.
    """
    holder_ids = select(role_grant.c.person).where(
        role_grant.c.role.in_(list(roles)), role_grant.c.document.in_(["", document or ""])
    )
    query = select(person).where(person.c.state == "active", person.c.id.in_(holder_ids)).order_by(person.c.seq)
    return [person_of_row(row) for row in tx.connection.execute(query)]


def close(tx: Tx, id: str) -> bool:
    """Close a person and end all their API tokens and sessions; return False if closed already."""
    closed = update(person).where(person.c.id == id, person.c.state == "active").values(state="closed")
    if tx.connection.execute(closed).rowcount != 1:
        return False
    ended = update(session).where(session.c.person == id, session.c.ended_at.is_(None)).values(ended_at=tx.now)
    revoked = update(token).where(token.c.person == id, token.c.revoked_at.is_(None)).values(revoked_at=tx.now)
    tx.connection.execute(ended)
    tx.connection.execute(revoked)
    return True


def revoke_role(tx: Tx, *, person_id: str, role: str, document: str) -> bool:
    """Revoke a role; return False if it was not held."""
    role_row = delete(role_grant).where(
        role_grant.c.person == person_id, role_grant.c.role == role, role_grant.c.document == document
    )
    return tx.connection.execute(role_row).rowcount == 1


def count(tx: Tx) -> int:
    """Return the number of persons."""
    return tx.connection.execute(select(func.count()).select_from(person)).scalar_one()


def load_actor(
    tx: Tx,
    person_id: str,
    *,
    scopes: Iterable[str],
    token_id: str | None = None,
    expires_at: int | None = None,
    proved: bool = True,
    seen_at: int | None = None,
    started_with: str = "",
    password_at: int = WITHIN_INSTANCE,
    totp_at: int = 0,
) -> Actor | None:
    """Return the actor for an active person, limited to `scopes`: those of an API token or a session."""
    rows = tx.connection.execute(_WITH_GRANTS, {"id": person_id}).all()
    if not rows or rows[0].state != "active":
        return None
    holder = person_of_row(rows[0])
    granted = frozenset(RoleGrant(row.role, row.document) for row in rows if row.role is not None)
    restricted_until = rows[0].restricted_until if (rows[0].restricted_until or 0) > tx.clock() else None
    sign_in_facts = (proved, seen_at, holder.names, holder.colour)
    return Actor(
        holder.id,
        holder.name,
        holder.organisation,
        holder.lang,
        granted,
        frozenset(scopes),
        token_id,
        expires_at,
        *sign_in_facts,
        started_with,
        password_at,
        totp_at,
        restricted_until=restricted_until,
        is_only_secretary=restricted_until is not None and _is_only_secretary(tx, person_id),
    )


def _is_only_secretary(tx: Tx, person_id: str) -> bool:
    return [one.id for one in list_role_holders(tx, [SECRETARIAT])] == [person_id]


def add_token(
    tx: Tx,
    *,
    id: str,
    person_id: str,
    sha256: str,
    label: str,
    scopes: Iterable[str],
    expires_at: int | None,
    made_with: str | None = None,
) -> None:
    """Add the digest of a bearer token, which itself is never stored.

    `made_with`: the token that the request for this one was made with.
    """
    row = {"id": id, "person": person_id, "sha256": sha256, "label": label, "scopes": sorted(scopes)}
    other_columns = {"created_at": tx.now, "expires_at": expires_at, "made_with": made_with}
    tx.connection.execute(insert(token).values(**row, **other_columns))


def load_actor_by_token(tx: Tx, sha256: str) -> Actor | None:
    """Return the actor of the token with this digest; None if it is unknown, revoked or expired.

    A scope that tokens no longer have, as `sign` of earlier releases, is ignored.
    """
    row = tx.connection.execute(select(token).where(token.c.sha256 == sha256, is_live_token(tx.clock()))).one_or_none()
    if row is None:
        return None
    scopes = set(row.scopes) & set(TOKEN_SCOPES)
    return load_actor(tx, row.person, scopes=scopes, token_id=row.id, expires_at=row.expires_at, password_at=0)


def list_tokens(tx: Tx, person_id: str) -> list[dict[str, Any]]:
    """Return the person's tokens without their digests, oldest first."""
    columns = [token.c.id, token.c.label, token.c.scopes, token.c.created_at, token.c.expires_at, token.c.revoked_at]
    query = select(*columns).where(token.c.person == person_id).order_by(token.c.created_at, token.c.id)
    return [dict(row) for row in tx.connection.execute(query).mappings()]


def get_token_scopes(tx: Tx, token_id: str, *, person_id: str) -> frozenset[str] | None:
    """Return the scopes of a token of this person; None if they have no such token."""
    query = select(token.c.scopes).where(token.c.id == token_id, token.c.person == person_id)
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else frozenset(found)


def revoke_token(tx: Tx, *, id: str, person_id: str) -> list[str]:
    """Revoke a token of this person and its descendants, and return the ids of those revoked.

    Returns an empty list if the token does not exist or was revoked.
    """
    query = update(token).where(token.c.id == id, token.c.person == person_id, token.c.revoked_at.is_(None))
    if tx.connection.execute(query.values(revoked_at=tx.now)).rowcount != 1:
        return []
    descendants = _list_descendants(tx, id)
    tx.connection.execute(update(token).where(token.c.id.in_(descendants)).values(revoked_at=tx.now))
    return [id, *descendants]


def _list_descendants(tx: Tx, id: str) -> list[str]:
    """Return the ids of unrevoked tokens made with this one, directly or indirectly."""
    tree = select(token.c.id).where(token.c.made_with == id).cte("made", recursive=True)
    tree = tree.union(select(token.c.id).join(tree, token.c.made_with == tree.c.id))
    query = select(token.c.id).where(token.c.id.in_(select(tree.c.id)), token.c.revoked_at.is_(None))
    return list(tx.connection.execute(query.order_by(token.c.created_at, token.c.id)).scalars())


def is_live_token(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Return a condition: neither revoked nor expired at `now` (µs UTC).

    Pass the clock's time: `tx.now` is for use after the first lock, and tokens are checked before that.
    """
    return and_(token.c.revoked_at.is_(None), or_(token.c.expires_at.is_(None), token.c.expires_at > now))


def person_of_row(row: Row[Any]) -> Person:
    """Return the person of a row of the table."""
    names = row.names or {row.lang: row.name}  # rows from before names were stored by language
    preferences = (row.zone, row.digits, names, assign_colour(row.seq), row.address_proved_at, row.address_proof)
    return Person(row.id, row.name, row.email, row.organisation, row.lang, row.state, *preferences)
