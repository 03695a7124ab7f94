"""Browser sessions: their person, scopes and last use."""

from collections.abc import Collection

from sqlalchemy import Row, and_, bindparam, insert, or_, select, update

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
    tx: Tx, *, sha256: str, signed_in: Actor, device: str = "", own_device: bool = False, proved_at: int | None = None
) -> None:
    """Add a session of the actor; after signing in with a token it has the token's scopes and ends with it."""
    row = {
        "sha256": sha256,
        "person": signed_in.person,
        "token": signed_in.token_id,
        "scopes": sorted(signed_in.scopes),
        "device": device,
    }
    proved_or_now = tx.now if proved_at is None else proved_at
    tx.connection.execute(
        insert(session).values(**row, own_device=own_device, created_at=tx.now, seen_at=tx.now, proved_at=proved_or_now)
    )


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


def mark_proved(tx: Tx, sha256: str) -> None:
    """Set the time of last authentication by password or code to now."""
    tx.connection.execute(update(session).where(session.c.sha256 == sha256).values(proved_at=tx.now))


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


def filter_live(tx: Tx, digests: Collection[str]) -> frozenset[str]:
    """Return those of these sessions that have not ended."""
    query = select(session.c.sha256).where(session.c.sha256.in_(list(digests)), session.c.ended_at.is_(None))
    return frozenset(tx.connection.execute(query).scalars()) if digests else frozenset()


def _is_idle(row: Row[tuple[object, ...]], *, now: int) -> bool:
    return is_session_over(seen_at=row.seen_at, created_at=row.created_at, own_device=row.own_device, now=now)
