"""The security log: written by the web server in batches, read by auditors and the secretariat."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.actions.authorization import require
from service.domain.accounts.security_event import SECURITY_LOG_RETENTION, SecurityEvent
from service.domain.membership.people import Actor
from service.store.accounts import security_events as security_events_store
from service.store.db import Tx


@dataclass(frozen=True, slots=True)
class EventKey:
    """What events have in common that become one row. `minute` counts from 1970, UTC."""

    minute: int
    kind: str
    network: str
    person: str = ""
    detail: str = ""


@dataclass(slots=True)
class EventCount:
    """How often, and for how many different addresses at least."""

    at: int
    count: int = 0
    subjects: set[str] = field(default_factory=set)


def write_events(tx: Tx, events: Iterable[tuple[EventKey, EventCount]]) -> None:
    """Write one row for each key, and delete what is older than SECURITY_LOG_RETENTION."""
    for key, found in events:
        detail: dict[str, object] = {"v": 1, "count": found.count}
        if key.detail:
            detail["code"] = key.detail
        if len(found.subjects) > 1:
            detail["subjects"] = len(found.subjects)
        subject = next(iter(found.subjects)) if len(found.subjects) == 1 else ""
        security_events_store.add(
            tx,
            kind=key.kind,
            network=key.network,
            subject=subject,
            person=key.person or None,
            detail=detail,
            at=found.at,
        )
    security_events_store.delete_old(tx, before=tx.now - SECURITY_LOG_RETENTION)


def list_events(tx: Tx, actor: Actor, *, before: int = 0, limit: int = 100) -> list[SecurityEvent]:
    """Return the newest events first. Raises `Forbidden`."""
    require(actor, "security.read")
    return security_events_store.list_newest(tx, before=before, limit=limit)
