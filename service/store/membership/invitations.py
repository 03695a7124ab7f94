"""Invitations. The link itself is never stored, only its SHA-256 digest."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select, update

from service.domain.accounts.rules import Invitation
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import invitation


def add(
    tx: Tx,
    *,
    id: str,
    sha256: str,
    email: str,
    lang: str,
    organisation: str | None,
    roles: Iterable[str],
    person_id: str | None,
    by: str | None,
    expires_at: int,
    link_shown: bool = True,
) -> None:
    """Add an invitation that waits for its person, until `expires_at` (µs UTC)."""
    row = {"id": id, "seq": next_seq(tx, invitation), "sha256": sha256, "email": email, "lang": lang}
    roles_json = {"v": 1, "roles": list(roles)}
    tx.connection.execute(
        insert(invitation).values(
            **row,
            organisation=organisation,
            roles=roles_json,
            person=person_id,
            invited_by=by,
            at=tx.now,
            expires_at=expires_at,
            link_shown=link_shown,
        )
    )


def get(tx: Tx, id: str) -> Invitation | None:
    """Return an invitation by id."""
    row = tx.connection.execute(select(invitation).where(invitation.c.id == id)).one_or_none()
    return _invitation(row) if row else None


def list_pending_links_of(tx: Tx, person_id: str) -> list[str]:
    """Return the ids of unused links of a person that nobody sent: the first link and those of recovered access."""
    query = select(invitation.c.id).where(
        invitation.c.person == person_id,
        invitation.c.invited_by.is_(None),
        invitation.c.used_at.is_(None),
        invitation.c.withdrawn_at.is_(None),
    )
    return list(tx.connection.execute(query.order_by(invitation.c.seq)).scalars())


def get_by_link_digest(tx: Tx, sha256: str) -> Invitation | None:
    """Return the invitation whose link has this SHA-256 digest."""
    row = tx.connection.execute(select(invitation).where(invitation.c.sha256 == sha256)).one_or_none()
    return _invitation(row) if row else None


def list_newest(tx: Tx, *, organisation: str | None, limit: int) -> list[Invitation]:
    """Return the newest invitations into one organisation, or into any (None), newest first."""
    query = select(invitation).order_by(invitation.c.seq.desc()).limit(limit)
    if organisation is not None:
        query = query.where(invitation.c.organisation == organisation)
    return [_invitation(row) for row in tx.connection.execute(query)]


def list_newest_by_person(tx: Tx) -> dict[str, Invitation]:
    """Return the newest invitation made for each person, by the person's id."""
    query = select(invitation).where(invitation.c.person.is_not(None)).order_by(invitation.c.seq)
    return {row.person: _invitation(row) for row in tx.connection.execute(query)}


def mark_used(tx: Tx, id: str, *, person_id: str) -> bool:
    """Compare-and-swap waiting → used; return False if the invitation has ended or expired."""
    query = _update_pending(id).where(invitation.c.expires_at > tx.now)
    return tx.connection.execute(query.values(used_at=tx.now, person=person_id)).rowcount == 1


def mark_withdrawn(tx: Tx, id: str) -> bool:
    """Compare-and-swap waiting → withdrawn; return False if the invitation has ended."""
    return tx.connection.execute(_update_pending(id).values(withdrawn_at=tx.now)).rowcount == 1


def list_pending_by_email(tx: Tx, email: str, *, organisation: str | None) -> list[str]:
    """Return the ids of pending invitations to this address, into one organisation or any (None).

    Pending: neither used nor withdrawn.
    """
    query = select(invitation.c.id).where(
        invitation.c.email == email, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None)
    )
    if organisation is not None:
        query = query.where(invitation.c.organisation == organisation)
    return list(tx.connection.execute(query).scalars())


def list_pending_by_organisation(tx: Tx, organisation: str) -> list[str]:
    """Return the ids of pending invitations into this organisation, oldest first."""
    query = select(invitation.c.id).where(
        invitation.c.organisation == organisation, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None)
    )
    return list(tx.connection.execute(query.order_by(invitation.c.seq)).scalars())


def list_open(tx: Tx) -> list[str]:
    """Return the ids of all invitations that somebody can use now, oldest first."""
    query = select(invitation.c.id).where(
        invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None), invitation.c.expires_at > tx.now
    )
    return list(tx.connection.execute(query.order_by(invitation.c.seq)).scalars())


def _update_pending(id: str) -> Any:
    return update(invitation).where(
        invitation.c.id == id, invitation.c.used_at.is_(None), invitation.c.withdrawn_at.is_(None)
    )


def _invitation(row: Row[Any]) -> Invitation:
    columns = {name: row._mapping[name] for name in Invitation.__dataclass_fields__ if name != "roles"}
    return Invitation(**columns, roles=tuple(row.roles["roles"]))
