"""The public address of an instance changes: its domain was lost, seized, blocked, or a better one was found.

Browsers send cookies, programs send keys, and opened invitations give their secret to the holder of the old address,
who may be somebody else by then. Sessions therefore end, and so do keys and open invitations unless the administrator
says that it stays theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.actions import notifications
from service.domain.accounts.security_event import ADDRESS_MOVED
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.origin import is_loopback_origin, parse_origin
from service.domain.membership.people import Person
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import security_events as security_events_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.membership import former_origins as former_origins_store
from service.store.membership import invitations as invitations_store
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition
from service.store.publication import deliveries as deliveries_store

BATCH_SIZE = 500
"""Persons read at a time."""


@dataclass(frozen=True, slots=True)
class OriginMove:
    """A move between two origins, and what it concerns: active persons, open invitations, valid API tokens."""

    from_origin: str
    to_origin: str
    persons: int
    invitations: int
    tokens: int


def plan_move(tx: Tx, *, address: str) -> OriginMove:
    """Return what a move to `address` would concern. Raises as `move` does."""
    coalition, origin = _check(organisations_store.get_coalition(tx), address)
    return OriginMove(
        coalition.origin,
        origin,
        sum(1 for _ in _list_active(tx)),
        len(invitations_store.list_open(tx)),
        sessions_store.count_live_tokens(tx),
    )


def move(tx: Tx, *, address: str, keep_access: bool) -> str:
    """Change the public address, for the administrator, tell everyone, and return the new origin.

    All sessions end. With `keep_access`, API tokens and open invitations stay valid. Links in emails that were not sent
    yet are changed. Raises `NotFound` `no_coalition`, `Conflict` `sample_stays`, `same_origin` or `loopback_origin`,
    and as `parse_origin` does.
    """
    coalition, origin = _check(organisations_store.lock(tx), address)
    organisations_store.change_origin(tx, origin)
    sessions_store.end_everywhere(tx)
    if not keep_access:
        _end_links_and_tokens(tx)
    deliveries_store.replace_origin_in_waiting(tx, from_origin=coalition.origin, to_origin=origin)
    id = tx.new_id("fmr")
    former_origins_store.add(tx, id=id, origin=coalition.origin)
    facts = {"former_origin": id, "from": coalition.origin, "to": origin}
    record_store.append(
        tx, act="instance.move", actor=None, facts={"coalition": coalition.id, "access_kept": keep_access, **facts}
    )
    security_events_store.add(
        tx, kind=ADDRESS_MOVED, network="", subject="", person=None, detail={"code": origin}, at=tx.now
    )
    notifications.notify(
        tx,
        _list_active(tx),
        kind="instance.moved",
        about=id,
        params={"from": coalition.origin, "to": origin},
        urgent=True,
    )
    return origin


def _check(coalition: Coalition | None, address: str) -> tuple[Coalition, str]:
    """Return the coalition and the new origin in its normal form."""
    origin = parse_origin(address)
    if coalition is None:
        raise NotFound("no_coalition", N_("No coalition yet. Create a real one with: mithaq init"))
    if coalition.sample:
        raise Conflict("sample_stays", N_("A demo has no public address, so it cannot move."))
    if origin == coalition.origin.rstrip("/"):
        raise Conflict("same_origin", N_("{origin} is the public address already. Nothing was changed."), origin=origin)
    if is_loopback_origin(origin):
        raise Conflict(
            "loopback_origin",
            N_("{origin} leads to this computer only. Other people could not open it. Nothing was changed."),
            origin=origin,
        )
    return coalition, origin


def _end_links_and_tokens(tx: Tx) -> None:
    tokens, invitations = sessions_store.revoke_everywhere(tx), invitations_store.list_open(tx)
    for invitation in invitations:
        invitations_store.mark_withdrawn(tx, invitation)
    for token, person in tokens:
        record_store.append(tx, act="token.revoke", actor=None, facts={"token": token, "person": person})
    for invitation in invitations:
        record_store.append(tx, act="invitation.withdraw", actor=None, facts={"invitation": invitation})


def _list_active(tx: Tx) -> Iterator[Person]:
    after = 0
    while batch := people_store.list_all(tx, after=after, limit=BATCH_SIZE):
        after = batch[-1][0]
        yield from (person for _, person in batch if person.state == "active")
