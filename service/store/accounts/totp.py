"""Authenticator apps (RFC 6238): the nonce their secret is derived from, the last step used, and recovery codes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from service.store.db import Tx
from service.store.tables import recovery_code, totp


@dataclass(frozen=True, slots=True)
class Totp:
    """The authenticator app of a person. Times in µs UTC.

    It is in use once `confirmed_at` is set. `last_step` is the newest 30-second step whose code was used. `by_mail`: it
    was set up in a session that nothing but a mailed code had begun.
    """

    person: str
    nonce: str
    requested_at: int
    confirmed_at: int | None
    last_step: int
    by_mail: bool


def get(tx: Tx, person_id: str) -> Totp | None:
    """Return the authenticator app of a person, confirmed or not."""
    row = tx.connection.execute(select(totp).where(totp.c.person == person_id)).one_or_none()
    return Totp(**row._mapping) if row else None


def request(tx: Tx, person_id: str, *, nonce: str, by_mail: bool) -> None:
    """Replace an unconfirmed request of the person by a new one; a confirmed app stays."""
    tx.connection.execute(delete(totp).where(totp.c.person == person_id, totp.c.confirmed_at.is_(None)))
    row = {"person": person_id, "nonce": nonce, "requested_at": tx.now, "last_step": 0, "by_mail": by_mail}
    tx.connection.execute(insert(totp).values(row))


def use_step(tx: Tx, person_id: str, *, step: int) -> bool:
    """Compare-and-swap the last step to a later one; return False if this one or a later one was used."""
    query = update(totp).where(totp.c.person == person_id, totp.c.last_step < step)
    return tx.connection.execute(query.values(last_step=step)).rowcount == 1


def confirm(tx: Tx, person_id: str) -> bool:
    """Put the requested app into use; return False if it is in use already."""
    query = update(totp).where(totp.c.person == person_id, totp.c.confirmed_at.is_(None))
    return tx.connection.execute(query.values(confirmed_at=tx.now)).rowcount == 1


def remove(tx: Tx, person_id: str) -> bool:
    """Remove the app and its recovery codes; return False if there is none."""
    tx.connection.execute(delete(recovery_code).where(recovery_code.c.person == person_id))
    return tx.connection.execute(delete(totp).where(totp.c.person == person_id)).rowcount == 1


def replace_recovery_codes(tx: Tx, person_id: str, *, digests: Iterable[str]) -> None:
    """Replace the recovery codes of a person by those with these digests."""
    tx.connection.execute(delete(recovery_code).where(recovery_code.c.person == person_id))
    tx.connection.execute(insert(recovery_code).values([{"person": person_id, "sha256": one} for one in digests]))


def use_recovery_code(tx: Tx, person_id: str, *, digest: str) -> bool:
    """Compare-and-swap unused → used; return False if the person has no unused code with this digest."""
    query = update(recovery_code).where(
        recovery_code.c.person == person_id, recovery_code.c.sha256 == digest, recovery_code.c.used_at.is_(None)
    )
    return tx.connection.execute(query.values(used_at=tx.now)).rowcount == 1


def count_recovery_codes(tx: Tx, person_id: str) -> int:
    """Return how many unused recovery codes a person has."""
    query = select(func.count()).select_from(recovery_code)
    unused = query.where(recovery_code.c.person == person_id, recovery_code.c.used_at.is_(None))
    return tx.connection.execute(unused).scalar_one()


def list_holders(tx: Tx, persons: Iterable[str]) -> frozenset[str]:
    """Return those of these persons who have an app in use."""
    query = select(totp.c.person).where(totp.c.person.in_(list(persons)), totp.c.confirmed_at.is_not(None))
    return frozenset(tx.connection.execute(query).scalars())
