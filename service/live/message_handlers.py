"""Handlers of client messages. The messages of one connection are handled strictly in order."""

import asyncio
import hashlib
import logging

from service.actions.drafts.live import ClientIdConflict
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import EMPTY_UPDATE, Cursor, invalid_update, parse_state_vector
from service.domain.errors import N_, Forbidden, InvalidInput, TooLarge
from service.live import protocol
from service.live.awareness_state import MAX_ENTRIES, MAX_PAYLOAD_BYTES
from service.live.connection import LiveConnection
from service.live.presence import MAX_CLIENTS
from service.live.protocol import AwarenessEntry
from service.live.room import Room

log = logging.getLogger(__name__)

MAX_UPDATE_BYTES = 1024 * 1024
"""Bytes of one update."""
MAX_RESYNC_BYTES = 8 * 1024 * 1024
"""Bytes of a sync step 2: everything written offline."""
MAX_EXTRA_VECTOR_BYTES = 64 * 1024
"""Bytes that a state vector may have beyond ours: clients whose changes have not arrived here yet."""
MAX_PENDING_UPDATES = 64
"""Updates of one connection that may wait for missing dependencies."""


async def handle_message(room: Room, connection: LiveConnection, message: bytes) -> None:
    """Handle one message. Raises InvalidInput, TooLarge, Forbidden, ClientIdConflict."""
    cursor = Cursor(message)
    kind = cursor.read_varint()
    if kind == protocol.SYNC:
        await _handle_sync(room, connection, cursor)
    elif kind == protocol.AWARENESS:
        await _handle_awareness(room, connection, cursor)
    elif kind == protocol.HASH:
        vector, sha256 = cursor.read_chunk(), cursor.read_chunk()
        cursor.expect_end()
        await asyncio.sleep(connection.whole_text_limit.wait())
        _handle_hash(room, connection, vector, sha256)
    else:
        raise invalid_update(f"unknown message kind {kind}")


async def _handle_sync(room: Room, connection: LiveConnection, cursor: Cursor) -> None:
    step, data = cursor.read_varint(), cursor.read_chunk()
    cursor.expect_end()
    if step == protocol.STEP_1:
        _check_vector_size(room, data)
        await asyncio.sleep(connection.whole_text_limit.wait())
        connection.send(protocol.step_2(room.replica.committed.updates_since(data), seq=room.replica.seq))
    elif step not in (protocol.STEP_2, protocol.UPDATE):
        raise invalid_update(f"unknown sync step {step}")
    elif len(data) > (MAX_UPDATE_BYTES if step == protocol.UPDATE else MAX_RESYNC_BYTES):
        raise TooLarge("change_too_large", N_("This change is too large to save at once."))
    elif step == protocol.UPDATE or data != EMPTY_UPDATE:
        await _handle_update(room, connection, data)


async def _handle_update(room: Room, connection: LiveConnection, update: bytes) -> None:
    """Submit an update, then those that waited for it. One with missing dependencies is kept and a sync requested."""
    if not await _try_submit(room, connection, update):
        if len(connection.pending_updates) >= MAX_PENDING_UPDATES:
            raise invalid_update("depends on updates that never arrived")
        connection.pending_updates.append(update)
        connection.send(protocol.step_1(room.replica.committed.state_vector()))
        return
    while connection.pending_updates and await _try_submit(room, connection, connection.pending_updates[0]):
        connection.pending_updates.pop(0)


async def _try_submit(room: Room, connection: LiveConnection, update: bytes) -> bool:
    """Return whether the update is done with: queued, or refused with everything this connection sends."""
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
    """Return whether the user may write; freeze a connection that lost the right. Raises Forbidden `reading_only`."""
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
    """Discard the updates of the connection whose update made the CRDT library panic.

    The first caller after the panic is that connection; later callers find a new replica and retry.
    """
    async with room.commit_lock:
        if room.replica.is_broken:
            room.freeze(room.replica.discard({connection}))
            raise error


async def _handle_awareness(room: Room, connection: LiveConnection, cursor: Cursor) -> None:
    """Update the presence of a client; entries for client ids of others are dropped.

    A message that cannot be read is dropped too: a selection is never worth a connection that may hold unsaved text.
    """
    try:
        entries = _read_entries(cursor)
    except InvalidInput as error:
        log.debug("dropped an awareness message of %s: %s", connection.person, error.extra)
        return
    unclaimed = frozenset(one.client for one in entries) - connection.own_clients - connection.caret_clients
    if unclaimed and len(unclaimed | connection.caret_clients) <= MAX_CLIENTS:
        try:
            await room.client_ids.claim(unclaimed, connection.person, writing=False)
            connection.caret_clients |= unclaimed
        except ClientIdConflict:
            log.info("%s sent awareness for a client id of somebody else in draft %s", connection.person, room.draft)
    own_entries = [
        one for one in entries if one.client in connection.own_clients or one.client in connection.caret_clients
    ]
    room.presence.update_local(own_entries, source=connection, user=connection.public_user)
    room.schedule_presence()


def _read_entries(cursor: Cursor) -> tuple[AwarenessEntry, ...]:
    payload = cursor.read_chunk()
    cursor.expect_end()
    if len(payload) > MAX_PAYLOAD_BYTES or Cursor(payload).read_varint() > MAX_ENTRIES:
        raise invalid_update("awareness message too large")
    return protocol.parse_entries(payload)


def _check_vector_size(room: Room, vector: bytes) -> None:
    """Refuse a state vector that is much longer than ours: reading it would block the event loop."""
    if len(vector) > len(room.replica.committed.state_vector()) + MAX_EXTRA_VECTOR_BYTES:
        raise invalid_update("state vector too large")


def _handle_hash(room: Room, connection: LiveConnection, vector: bytes, sha256: bytes) -> None:
    """Compare digests: replicas with equal state vectors must have the same text; else the client must reload."""
    _check_vector_size(room, vector)
    committed = room.replica.committed
    if parse_state_vector(vector) != parse_state_vector(committed.state_vector()):
        return
    if hashlib.sha256(committed.text.encode()).digest() != sha256:
        log.error(
            "draft %s: the replica of %s has diverged; ours is consistent: %s",
            room.draft,
            connection.person,
            committed.is_consistent(),
        )
        connection.send(protocol.control("diverged"))
        connection.close(1012, "diverged")
