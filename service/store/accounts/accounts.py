"""Sign-in credentials: passwords, codes sent by email, and counted attempts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select, update

from service.domain.accounts.rules import PASSWORD, TOTP, RequestOrigin
from service.domain.membership.people import Names, preferred_name
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.tables import mailed_code, password, person, proof_try, session, token, totp

_PROOF_TABLES = {PASSWORD: password, TOTP: totp}
"""Authentication method → the table that stores it."""


@dataclass(frozen=True, slots=True)
class MailedCode:
    """A code sent to an address; `person` is None if no account has it. Times in µs UTC."""

    id: str
    address: str
    origin: str
    person: str | None
    code_hmac: str
    tries: int
    asked_at: int
    expires_at: int
    used_at: int | None


def get_password_hash(tx: Tx, person_id: str) -> str | None:
    """Return the hash of the person's password; None if there is none."""
    query = select(password.c.hash).where(password.c.person == person_id)
    return tx.connection.execute(query).scalar_one_or_none()


def get_password_hash_by_email(tx: Tx, address: str) -> str | None:
    """Return the password hash of the active person with this address, as `people.get_by_email` finds them."""
    found = people_store.get_by_email(tx, address)
    return get_password_hash(tx, found.id) if found and found.state == "active" else None


def list_proofs(tx: Tx, person_id: str) -> frozenset[str]:
    """Return the names of the authentication methods this person has set up."""
    queries = {
        name: select(table.c.person).where(table.c.person == person_id).limit(1)
        for name, table in _PROOF_TABLES.items()
    }
    queries[TOTP] = queries[TOTP].where(totp.c.confirmed_at.is_not(None))
    return frozenset(name for name, query in queries.items() if tx.connection.execute(query).first())


def set_password(tx: Tx, person_id: str, *, hash_: str, by_mail: bool = False) -> None:
    """Replace the person's password hash; `by_mail` if nothing but control of the mailbox was needed for it."""
    tx.connection.execute(delete(password).where(password.c.person == person_id))
    row = {"person": person_id, "hash": hash_, "changed_at": tx.now, "renewed_by_mail_at": tx.now if by_mail else None}
    tx.connection.execute(insert(password).values(row))


def get_password_renewed_by_mail(tx: Tx, person_id: str) -> int | None:
    """Return when the present password was set with nothing but control of the mailbox (µs UTC); None if it was not."""
    query = select(password.c.renewed_by_mail_at).where(password.c.person == person_id)
    return tx.connection.execute(query).scalar_one_or_none()


def delete_password_set_since(tx: Tx, person_id: str, *, since: int) -> None:
    """Delete the person's password if it was set at or after `since` (µs UTC)."""
    tx.connection.execute(delete(password).where(password.c.person == person_id, password.c.changed_at >= since))


def delete_password(tx: Tx, person_id: str) -> None:
    """Delete the person's password; they sign in with codes."""
    tx.connection.execute(delete(password).where(password.c.person == person_id))


def has_ever_had_access(tx: Tx, person_id: str) -> bool:
    """Return whether the person ever had a password, an API token or a session."""
    return any(
        tx.connection.execute(select(table.c.person).where(table.c.person == person_id).limit(1)).first()
        for table in (password, token, session)
    )


def record_attempt(tx: Tx, *, address: str, kind: str, origin: RequestOrigin) -> None:
    """Record an attempt for this address: a wrong password or a request for a code."""
    row = {"id": tx.new_id("try"), "address": address, "kind": kind, "at": tx.now}
    tx.connection.execute(insert(proof_try).values(**row, origin=origin.id, known=origin.known))


def count_attempts(tx: Tx, *, address: str, kind: str, origin: RequestOrigin, since: int) -> tuple[int, int]:
    """Return the attempts after `since` (µs UTC): (from this origin, from all unknown origins)."""
    same_origin = and_(proof_try.c.origin == origin.id, proof_try.c.known == origin.known)
    query = select(_count_where(same_origin), _count_where(proof_try.c.known.is_(False)))
    found = query.where(proof_try.c.address == address, proof_try.c.kind == kind, proof_try.c.at > since)
    from_origin, from_unknown = tx.connection.execute(found).one()
    return from_origin, from_unknown


def count_from_network(tx: Tx, *, kind: str, origin: RequestOrigin, since: int) -> int:
    """Return the attempts from this origin after `since` (µs UTC), for all addresses together."""
    query = select(func.count()).where(proof_try.c.origin == origin.id, proof_try.c.at > since)
    return tx.connection.execute(query.where(proof_try.c.kind == kind)).scalar_one()


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def delete_old_attempts(tx: Tx, *, before: int) -> None:
    """Delete attempts and codes that no longer count, so that unknown addresses are not kept."""
    tx.connection.execute(delete(proof_try).where(proof_try.c.at <= before))
    tx.connection.execute(delete(mailed_code).where(mailed_code.c.expires_at <= before))


def add_code(
    tx: Tx, *, id: str, address: str, origin: RequestOrigin, person_id: str | None, code_hmac: str, expires_at: int
) -> None:
    """Add a code; earlier ones for this address requested from the same origin become void."""
    earlier = update(mailed_code).where(
        mailed_code.c.address == address, mailed_code.c.origin == origin.id, mailed_code.c.used_at.is_(None)
    )
    tx.connection.execute(earlier.values(used_at=tx.now))
    row = {"id": id, "address": address, "origin": origin.id, "person": person_id, "code_hmac": code_hmac, "tries": 0}
    tx.connection.execute(insert(mailed_code).values(**row, asked_at=tx.now, expires_at=expires_at))


def get_code(tx: Tx, id: str) -> MailedCode | None:
    """Return a code by id."""
    row = tx.connection.execute(select(mailed_code).where(mailed_code.c.id == id)).one_or_none()
    return MailedCode(**row._mapping) if row else None


def lock_code(tx: Tx, id: str) -> MailedCode | None:
    """Return a code, its row locked until the end of the transaction."""
    query = select(mailed_code).where(mailed_code.c.id == id).with_for_update()
    row = tx.connection.execute(query).one_or_none()
    tx.refresh_now()
    return MailedCode(**row._mapping) if row else None


def increment_code_attempts(tx: Tx, id: str) -> None:
    """Count a wrong attempt at a code."""
    tx.connection.execute(_update_code(id).values(tries=mailed_code.c.tries + 1))


def mark_code_used(tx: Tx, id: str) -> None:
    """Mark a code as used."""
    tx.connection.execute(_update_code(id).values(used_at=tx.now))


def update_person(tx: Tx, id: str, *, names: Names, lang: str, **values: str) -> None:
    """Replace the person's names and language, and `zone` and `digits` if given."""
    name_columns = {"names": dict(names), "name": preferred_name(names, lang=lang), "lang": lang}
    tx.connection.execute(update(person).where(person.c.id == id).values(**name_columns, **values))


def _update_code(id: str) -> Any:
    return update(mailed_code).where(mailed_code.c.id == id)
