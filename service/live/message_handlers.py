"""What people send to a room, one message at a time, those of one connection strictly in order."""

import hashlib
import logging

from service.actions.drafts.live import ClientIdConflict
from service.domain.crdt.shared_text import BrokenReplica
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import EMPTY_UPDATE, Cursor, invalid_update, parse_state_vector
from service.domain.errors import N_, Forbidden, TooLarge
from service.live import protocol
from service.live.connection import LiveConnection
from service.live.presence import MAX_CLIENTS
from service.live.room import Room

log = logging.getLogger(__name__)

MAX_UPDATE_BYTES = 1024 * 1024
"""Bytes of one change."""
MAX_RESYNC_BYTES = 8 * 1024 * 1024
"""Bytes of all that was written while away."""
MAX_PENDING_UPDATES = 64
"""Changes of one connection that may wait for what they rest on."""


async def handle_message(room: Room, connection: LiveConnection, message: bytes) -> None:
    """One message. Raises Malformed, TooLarge, Forbidden, Taken."""
    cursor = Cursor(message)
    kind = cursor.read_varint()
    if kind == protocol.SYNC:
        await _handle_sync(room, connection, cursor)
    elif kind == protocol.AWARENESS:
        await _handle_awareness(room, connection, cursor.read_chunk())
    elif kind == protocol.HASH:
        _handle_hash(room, connection, cursor.read_chunk(), cursor.read_chunk())
    else:
        raise invalid_update(f"no message is of kind {kind}")


async def _handle_sync(room: Room, connection: LiveConnection, cursor: Cursor) -> None:
    step, data = cursor.read_varint(), cursor.read_chunk()
    cursor.expect_end()
    if step == protocol.STEP_1:
        connection.send(protocol.step_2(room.replica.committed.updates_since(data), seq=room.replica.seq))
    elif step not in (protocol.STEP_2, protocol.UPDATE):
        raise invalid_update(f"no step {step}")
    elif len(data) > (MAX_UPDATE_BYTES if step == protocol.UPDATE else MAX_RESYNC_BYTES):
        raise TooLarge("change_too_large", N_("This change is too large to save at once."))
    elif step == protocol.UPDATE or data != EMPTY_UPDATE:
        await _handle_update(room, connection, data)


async def _handle_update(room: Room, connection: LiveConnection, update: bytes) -> None:
    """What comes too early waits: after a refusal the rest is asked for."""
    if not await _try_submit(room, connection, update):
        if len(connection.pending_updates) >= MAX_PENDING_UPDATES:
            raise invalid_update("rests on what never came")
        connection.pending_updates.append(update)
        connection.send(protocol.step_1(room.replica.committed.state_vector()))
        return
    while connection.pending_updates and await _try_submit(room, connection, connection.pending_updates[0]):
        connection.pending_updates.pop(0)


async def _try_submit(room: Room, connection: LiveConnection, update: bytes) -> bool:
    """Whether the frame needs nothing more: it is queued, or refused with all that this connection sends."""
    for _ in range(3):
        if connection.is_refusing or not _check_may_write(room, connection):
            return True
        try:
            unclaimed = room.replica.speculative.new_clients(update) - connection.own_clients
            if unclaimed:
                await _claim_clients(room, connection, unclaimed)
            else:
                room.replica.submit(connection, connection.person, update)
                room.has_work.set()
                return True
        except MissingDependencies:
            await room.catch_up()
        except BrokenReplica as error:
            await _recover_replica(room, connection, error)
    return False


def _check_may_write(room: Room, connection: LiveConnection) -> bool:
    """Who could write a moment ago is told that it is over; who never could is refused."""
    if connection.may_write:
        return True
    if not connection.could_write:
        raise Forbidden("reading_only", N_("You can read here but not write. Nothing was changed."))
    room.freeze([connection])
    return False


async def _claim_clients(room: Room, connection: LiveConnection, clients: frozenset[int]) -> None:
    if len(connection.own_clients | clients) > MAX_CLIENTS:
        raise invalid_update("too many client ids")
    await room.client_ids.claim(clients, connection.person, writing=True)
    connection.own_clients |= clients


async def _recover_replica(room: Room, connection: LiveConnection, error: BrokenReplica) -> None:
    """The library panicked over a frame. The first to come is whose frame it was; the others try again."""
    async with room.commit_lock:
        if room.replica.is_broken:
            room.freeze(room.replica.discard({connection}))
            raise error


async def _handle_awareness(room: Room, connection: LiveConnection, payload: bytes) -> None:
    """Somebody's caret moved. What is said for another's client id is dropped."""
    entries = protocol.parse_entries(payload)
    unclaimed = frozenset(one.client for one in entries) - connection.own_clients - connection.caret_clients
    if unclaimed and len(unclaimed | connection.caret_clients) <= MAX_CLIENTS:
        try:
            await room.client_ids.claim(unclaimed, connection.person, writing=False)
            connection.caret_clients |= unclaimed
        except ClientIdConflict:
            log.info("%s spoke for another in draft %s", connection.person, room.draft)
    own_entries = [
        one for one in entries if one.client in connection.own_clients or one.client in connection.caret_clients
    ]
    room.presence.update_local(own_entries, source=connection, user=connection.public_user)
    room.schedule_presence()


def _handle_hash(room: Room, connection: LiveConnection, vector: bytes, sha256: bytes) -> None:
    """Two copies that have seen the same must read the same."""
    committed = room.replica.committed
    if parse_state_vector(vector) != parse_state_vector(committed.state_vector()):
        return
    if hashlib.sha256(committed.text.encode()).digest() != sha256:
        log.error(
            "draft %s: the copy of %s has parted; ours is sound: %s",
            room.draft,
            connection.person,
            committed.is_consistent(),
        )
        connection.send(protocol.control("diverged"))
        connection.close(1012, "diverged")
