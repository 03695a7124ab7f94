"""Browser sessions: their person, scopes and last use."""

from collections.abc import Collection

from sqlalchemy import Row, and_, bindparam, func, insert, or_, select, update

from service.domain.accounts.rules import Session, is_recently_authenticated, is_session_over
from service.domain.membership.people import TOKEN_SCOPES, Actor
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.tables import BigInt, session, token

_LIVE_BY_DIGEST = (
    select(session, token.c.id.label("token_id"), token.c.expires_at)
    .join(token, token.c.id == session.c.token, isouter=True)
    .where(session.c.sha256 == bindparam("digest"), session.c.ended_at.is_(None))
    .where(
        or_(
            session.c.token.is_(None),
            and_(token.c.id.is_not(None), people_store.is_live_token(bindparam("now", type_=BigInt))),
        )
    )
)
"""Built once, because every request runs it."""


def add(
    tx: Tx,
    *,
    sha256: str,
    signed_in: Actor,
    device: str = "",
    own_device: bool = False,
    proved_at: int | None = None,
    started_with: str = "",
    password_at: int = 0,
    totp_at: int = 0,
) -> None:
    """Add a session of the actor; after signing in with a token it has the token's scopes and ends with it.

    `started_with` is the method it began with; `password_at` and `totp_at` say when these were given (µs UTC).
    """
    row = {
        "sha256": sha256,
        "person": signed_in.person,
        "token": signed_in.token_id,
        "scopes": sorted(signed_in.scopes),
        "device": device,
        "started_with": started_with,
        "password_at": password_at,
        "totp_at": totp_at,
    }
    proved_or_now = tx.now if proved_at is None else proved_at
    tx.connection.execute(
        insert(session).values(**row, own_device=own_device, created_at=tx.now, seen_at=tx.now, proved_at=proved_or_now)
    )


def has_any(tx: Tx, person_id: str) -> bool:
    """Return whether the person ever had a session."""
    query = select(session.c.sha256).where(session.c.person == person_id).limit(1)
    return tx.connection.execute(query).first() is not None


def load_actor(tx: Tx, sha256: str) -> Actor | None:
    """Return the actor of this session; None if it or its token has ended, or if it was idle for too long."""
    now = tx.clock()
    row = tx.connection.execute(_LIVE_BY_DIGEST, {"digest": sha256, "now": now}).one_or_none()
    if row is None or _is_idle(row, now=now):
        return None
    return people_store.load_actor(
        tx,
        row.person,
        scopes=row.scopes if row.token_id is None else set(row.scopes) & set(TOKEN_SCOPES),
        token_id=row.token_id,
        expires_at=row.expires_at,
        proved=is_recently_authenticated(proved_at=row.proved_at, now=now),
        seen_at=max(row.seen_at, row.created_at),
        started_with=row.started_with,
        password_at=row.password_at,
        totp_at=row.totp_at,
    )


def exists(tx: Tx, sha256: str) -> bool:
    """Return whether there is such a session, even if it has ended."""
    return tx.connection.execute(select(session.c.sha256).where(session.c.sha256 == sha256)).first() is not None


def list_by_person(tx: Tx, person_id: str) -> list[Session]:
    """Return the person's sessions that have not ended, most recently used first."""
    query = select(session).where(session.c.person == person_id, session.c.ended_at.is_(None))
    found = tx.connection.execute(query.order_by(session.c.seen_at.desc(), session.c.created_at.desc()))
    active = [row for row in found if not _is_idle(row, now=tx.clock())]
    return [Session(row.sha256, row.device, row.own_device, row.created_at, row.seen_at) for row in active]


def mark_used(tx: Tx, sha256: str) -> None:
    """Set the time of last use to now."""
    tx.connection.execute(update(session).where(session.c.sha256 == sha256).values(seen_at=tx.now))


def mark_proved(
    tx: Tx, sha256: str, *, renewed_sha256: str, with_password: bool = False, with_totp: bool = False
) -> bool:
    """Set the time of last authentication to now, and that of the password or the authenticator app if it was given.

    The session goes on under the digest `renewed_sha256`, so that a copy of its earlier cookie is worth nothing.
    Returns whether it is on the person's own device.
    """
    given = {"password_at": with_password, "totp_at": with_totp}
    times = {"proved_at": tx.now, **{name: tx.now for name, was_given in given.items() if was_given}}
    query = update(session).where(session.c.sha256 == sha256, session.c.ended_at.is_(None))
    tx.connection.execute(query.values(**times, sha256=renewed_sha256))
    tx.changes.rights = True
    own_device = select(session.c.own_device).where(session.c.sha256 == renewed_sha256)
    return bool(tx.connection.execute(own_device).scalar_one_or_none())


def end(tx: Tx, sha256: str, *, person_id: str | None = None) -> bool:
    """End a session, of this person if one is given; return False if there is none to end."""
    query = update(session).where(session.c.sha256 == sha256, session.c.ended_at.is_(None))
    if person_id is not None:
        query = query.where(session.c.person == person_id)
    tx.changes.rights = True
    return tx.connection.execute(query.values(ended_at=tx.now)).rowcount == 1


def end_all(tx: Tx, person_id: str, *, except_sha256: str = "") -> None:
    """End every session of a person, except the one with the digest `except_sha256`."""
    query = update(session).where(
        session.c.person == person_id, session.c.ended_at.is_(None), session.c.sha256 != except_sha256
    )
    tx.connection.execute(query.values(ended_at=tx.now))
    tx.changes.rights = True


def end_everywhere(tx: Tx) -> None:
    """End the sessions of everyone."""
    tx.connection.execute(update(session).where(session.c.ended_at.is_(None)).values(ended_at=tx.now))
    tx.changes.rights = True


def revoke_all_tokens(tx: Tx, person_id: str) -> list[str]:
    """Revoke every token of this person, and return the ids of those revoked."""
    unrevoked = and_(token.c.person == person_id, token.c.revoked_at.is_(None))
    found = list(
        tx.connection.execute(select(token.c.id).where(unrevoked).order_by(token.c.created_at, token.c.id)).scalars()
    )
    tx.connection.execute(update(token).where(unrevoked).values(revoked_at=tx.now))
    tx.changes.rights = True
    return found


def revoke_everywhere(tx: Tx) -> list[tuple[str, str]]:
    """Revoke the tokens of everyone; return (token, person) of those revoked."""
    unrevoked = token.c.revoked_at.is_(None)
    query = select(token.c.id, token.c.person).where(unrevoked).order_by(token.c.created_at, token.c.id)
    found = [(row.id, row.person) for row in tx.connection.execute(query)]
    tx.connection.execute(update(token).where(unrevoked).values(revoked_at=tx.now))
    tx.changes.rights = True
    return found


def count_live_tokens(tx: Tx) -> int:
    """Return how many tokens of everyone are valid."""
    query = select(func.count()).select_from(token).where(people_store.is_live_token(tx.clock()))
    return tx.connection.execute(query).scalar_one()


def filter_live(tx: Tx, digests: Collection[str]) -> frozenset[str]:
    """Return those of these sessions that have not ended."""
    query = select(session.c.sha256).where(session.c.sha256.in_(list(digests)), session.c.ended_at.is_(None))
    return frozenset(tx.connection.execute(query).scalars()) if digests else frozenset()


def _is_idle(row: Row[tuple[object, ...]], *, now: int) -> bool:
    return is_session_over(seen_at=row.seen_at, created_at=row.created_at, own_device=row.own_device, now=now)
