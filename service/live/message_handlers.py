"""What people send to a room, one message at a time, those of one connection strictly in order."""

import hashlib
import logging

from service.actions.drafts.live import Taken
from service.domain.crdt.shared_text import BrokenCopy
from service.domain.crdt.update_dependencies import MissingParents
from service.domain.crdt.updates import EMPTY, Cursor, parse_vector, refused
from service.domain.errors import N_, Forbidden, TooLarge
from service.live import protocol
from service.live.connection import Seat
from service.live.presence import MOST_CLIENTS
from service.live.room import Room

log = logging.getLogger(__name__)

LONGEST_UPDATE = 1024 * 1024
"""Bytes of one change."""
LONGEST_RETURN = 8 * 1024 * 1024
"""Bytes of all that was written while away."""
MOST_HELD = 64
"""Changes of one connection that may wait for what they rest on."""


async def take(room: Room, seat: Seat, message: bytes) -> None:
    """One message. Raises Malformed, TooLarge, Forbidden, Taken."""
    cursor = Cursor(message)
    kind = cursor.number()
    if kind == protocol.SYNC:
        await _sync(room, seat, cursor)
    elif kind == protocol.AWARENESS:
        await _aware(room, seat, cursor.chunk())
    elif kind == protocol.HASH:
        _compare(room, seat, cursor.chunk(), cursor.chunk())
    else:
        raise refused(f"no message is of kind {kind}")


async def _sync(room: Room, seat: Seat, cursor: Cursor) -> None:
    step, data = cursor.number(), cursor.chunk()
    cursor.end()
    if step == protocol.STEP_1:
        seat.push(protocol.step_2(room.inbox.committed.since(data), seq=room.inbox.seq))
    elif step not in (protocol.STEP_2, protocol.UPDATE):
        raise refused(f"no step {step}")
    elif len(data) > (LONGEST_UPDATE if step == protocol.UPDATE else LONGEST_RETURN):
        raise TooLarge("change_too_large", N_("This change is larger than can be taken at once."))
    elif step == protocol.UPDATE or data != EMPTY:
        await _words(room, seat, data)


async def _words(room: Room, seat: Seat, update: bytes) -> None:
    """What comes too early waits: after a refusal the rest is asked for."""
    if not await _offered(room, seat, update):
        if len(seat.held) >= MOST_HELD:
            raise refused("rests on what never came")
        seat.held.append(update)
        seat.push(protocol.step_1(room.inbox.committed.vector()))
        return
    while seat.held and await _offered(room, seat, seat.held[0]):
        seat.held.pop(0)


async def _offered(room: Room, seat: Seat, update: bytes) -> bool:
    """Whether the frame needs nothing more: it is queued, or refused with all that this connection sends."""
    for _ in range(3):
        if seat.shut or not _may_write(room, seat):
            return True
        try:
            strangers = room.inbox.ahead.newcomers(update) - seat.mine
            if strangers:
                await _claim(room, seat, strangers)
            else:
                room.inbox.offer(seat, seat.person, update)
                room.wake.set()
                return True
        except MissingParents:
            await room.catch_up()
        except BrokenCopy as error:
            await _mend(room, seat, error)
    return False


def _may_write(room: Room, seat: Seat) -> bool:
    """Who could write a moment ago is told that it is over; who never could is refused."""
    if seat.may_write:
        return True
    if not seat.wrote:
        raise Forbidden("reading_only", N_("You may read here, but not write. Nothing was changed."))
    room.freeze([seat])
    return False


async def _claim(room: Room, seat: Seat, clients: frozenset[int]) -> None:
    if len(seat.mine | clients) > MOST_CLIENTS:
        raise refused("too many client ids")
    await room.owners.claim(clients, seat.person, writing=True)
    seat.mine |= clients


async def _mend(room: Room, seat: Seat, error: BrokenCopy) -> None:
    """The library panicked over a frame. The first to come is whose frame it was; the others try again."""
    async with room.turn:
        if room.inbox.is_broken:
            room.freeze(room.inbox.forget({seat}))
            raise error


async def _aware(room: Room, seat: Seat, said: bytes) -> None:
    """Somebody's caret moved. What is said for another's client id is dropped."""
    entries = protocol.entries(said)
    strange = frozenset(one.client for one in entries) - seat.mine - seat.shown
    if strange and len(strange | seat.shown) <= MOST_CLIENTS:
        try:
            await room.owners.claim(strange, seat.person, writing=False)
            seat.shown |= strange
        except Taken:
            log.info("%s spoke for another in draft %s", seat.person, room.draft)
    own = [one for one in entries if one.client in seat.mine or one.client in seat.shown]
    room.presence.say(own, source=seat, user=seat.user)
    room.glance_soon()


def _compare(room: Room, seat: Seat, vector: bytes, sha256: bytes) -> None:
    """Two copies that have seen the same must read the same."""
    ours = room.inbox.committed
    if parse_vector(vector) != parse_vector(ours.vector()):
        return
    if hashlib.sha256(ours.text.encode()).digest() != sha256:
        log.error("draft %s: the copy of %s has parted; ours is sound: %s", room.draft, seat.person, ours.is_sound())
        seat.push(protocol.control("diverged"))
        seat.close(1012, "diverged")
