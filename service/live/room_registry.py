"""The rooms of this process: opened on demand, closed when empty, woken by change notifications.

Notifications may be lost, so the store is also polled every second; the poll detects changed rights too.
"""

import asyncio
import logging
import time
from contextlib import suppress
from functools import partial

from service.actions.accounts import sign_in
from service.actions.drafts import live
from service.actions.drafts.live import Participant, StoreState
from service.change_notification import ChangeNotification
from service.domain.accounts.rules import TOUCH_INTERVAL
from service.domain.errors import DomainError, Forbidden, NotFound, Unauthenticated
from service.live import protocol
from service.live.committer import run_committer
from service.live.connection import Credentials, LiveConnection
from service.live.db_executor import DbExecutor
from service.live.draft_replica import DraftReplica, UnreadableRow
from service.live.last_seen import LastSeenTracker
from service.live.room import Room
from service.pubsub import PubSub
from service.store.db import Database, Tx
from service.store.drafts import journal as journal_store

log = logging.getLogger(__name__)

POLL_INTERVAL = 1.0
"""Seconds between two polls of the store."""
LINGER_TIME = 15.0
"""Seconds an empty room is kept for clients that reconnect."""
RECHECK_INTERVAL = 60.0
"""Seconds after which all rights are rechecked in any case."""


class RoomRegistry:
    """All rooms of a process. `run` must be running while connections are open."""

    def __init__(self, database: Database, pubsub: PubSub, *, linger: float = LINGER_TIME) -> None:
        self.rooms: dict[str, Room] = {}
        self._executor = DbExecutor(database)
        self._pubsub = pubsub
        self._linger = linger
        self._opening: dict[str, asyncio.Lock] = {}
        self._poll_requested = asyncio.Event()
        self._recheck_requested = False
        self._record_seq = 0
        self._rechecked_at = time.monotonic()
        self._last_seen = LastSeenTracker(self._executor)

    async def admit(self, credentials: Credentials) -> Participant:
        """Authenticate and authorise a connection. Raises Unauthenticated, NotFound, Forbidden."""
        return await self._executor.read(partial(_admit, credentials=credentials))

    async def get_or_open(self, draft: str) -> Room:
        """Return the room of a draft, opening it if necessary."""
        async with self._opening.setdefault(draft, asyncio.Lock()):
            room = self.rooms.get(draft)
            if room is None or room.is_closed:
                room = await self._open(draft)
                self.rooms[draft] = room
        self._opening.pop(draft, None)
        return room

    async def _open(self, draft: str) -> Room:
        try:
            replica = await self._executor.read(partial(_load_replica, draft=draft))
            room = Room(draft, replica, self._executor, publish_presence=self._pubsub.publish_presence)
        except UnreadableRow as error:
            log.error("draft %s is broken: %s", draft, error)
            room = await self._open_before_row(draft, error.seq)
        room.start_task(run_committer(room, self._executor))
        self._pubsub.publish_presence(draft, b"")
        return room

    async def _open_before_row(self, draft: str, seq: int) -> Room:
        """Open a read-only room of the draft as of the last readable row."""
        try:
            replica = await self._executor.read(partial(_load_replica, draft=draft, upto=seq - 1))
        except UnreadableRow as error:
            return await self._open_before_row(draft, error.seq)
        room = Room(draft, replica, self._executor, publish_presence=self._pubsub.publish_presence)
        room.broken_at = seq
        return room

    def leave(self, room: Room, connection: LiveConnection) -> None:
        """Remove a connection. An empty room is closed after the linger time; nothing needs to be written for that."""
        room.leave(connection)
        room.start_task(self._last_seen.save_departure(room, connection.person))
        if not room.connections:
            asyncio.get_running_loop().call_later(self._linger, self._close_if_empty, room)

    def _close_if_empty(self, room: Room) -> None:
        if room.connections or room.commit_lock.locked() or room.replica.queue:
            return
        room.close(b"")
        if self.rooms.get(room.draft) is room:
            del self.rooms[room.draft]

    def on_change(self, change: ChangeNotification) -> None:
        """Wake rooms with new rows; request a poll for changed rights or comments."""
        for draft, seq in change.drafts.items():
            room = self.rooms.get(draft)
            if room and seq > room.replica.seq:
                room.has_work.set()
        self._recheck_requested |= change.rights
        if change.rights or change.comments & self.rooms.keys():
            self._poll_requested.set()

    def on_presence(self, draft: str, frame: bytes) -> None:
        """Handle a presence frame from another process."""
        if room := self.rooms.get(draft):
            room.receive_presence(frame)

    async def run(self) -> None:
        """Receive notifications and poll every second, until cancelled."""
        pubsub_task = asyncio.create_task(self._pubsub.run(self))
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_INTERVAL):  # wait_for of Python 3.11 can lose a cancellation
                        await self._poll_requested.wait()
                with suppress(Exception):
                    await self._poll()
        finally:
            pubsub_task.cancel()
            await asyncio.wait([pubsub_task])
            connections = self._list_connections()
            for room in self.rooms.values():
                room.close(protocol.control("reset", code="restart"))
            await self._last_seen.save_all(connections, now=True)
            self._executor.close()

    async def _poll(self) -> None:
        recheck_requested, self._recheck_requested = self._recheck_requested, False
        self._poll_requested.clear()
        rooms, connections = list(self.rooms.values()), self._list_connections()
        if not rooms:
            return
        sessions = {one.credentials.session_digest for _, one in connections if one.credentials.session_digest}
        drafts = [room.draft for room in rooms]
        store_state: StoreState = await self._executor.read(lambda tx: live.read_state(tx, drafts, sessions))
        for room in rooms:
            room.presence.remove_expired()
            room.send_presence()
            if room.draft in store_state.heads:
                room.on_head_moved(store_state.heads[room.draft])
            room.on_comments_changed(store_state.comment_revs.get(room.draft, {}))
        is_recheck_due = time.monotonic() - self._rechecked_at > RECHECK_INTERVAL
        if (
            recheck_requested
            or is_recheck_due
            or store_state.record_seq != self._record_seq
            or sessions - store_state.live_sessions
        ):
            self._record_seq = store_state.record_seq
            await self._recheck_access(connections)
        if is_recheck_due:
            self._rechecked_at = time.monotonic()
            await self._mark_sessions_used(connections)
        await self._last_seen.save_all(connections)

    def _list_connections(self) -> list[tuple[Room, LiveConnection]]:
        return [(room, one) for room in self.rooms.values() for one in room.connections if not one.is_closing]

    async def _recheck_access(self, connections: list[tuple[Room, LiveConnection]]) -> None:
        """Recheck the rights of all connections; close those without access."""
        credentials = [one.credentials for _, one in connections]
        found = await self._executor.read(lambda tx: [_admit_or_error(tx, one) for one in credentials])
        for (room, connection), participant in zip(connections, found, strict=True):
            if isinstance(participant, DomainError):
                connection.is_refusing = True
                connection.refuse(participant, close_code(participant, was_admitted=True))
            else:
                connection.set_participant(room.restrict(participant))
            if not connection.may_write and any(one.source is connection for one in room.replica.queue):
                async with room.commit_lock:
                    room.freeze(room.replica.discard({connection}))

    async def _mark_sessions_used(self, connections: list[tuple[Room, LiveConnection]]) -> None:
        """Refresh `seen_at` of the sessions of users who write."""
        for _, connection in connections:
            actor, session = connection.participant.actor, connection.credentials.session
            if connection.is_active and session and actor.seen_at is not None:
                connection.is_active = False
                await self._executor.write(partial(_mark_session_used, session=session, seen_at=actor.seen_at))


def close_code(error: DomainError, *, was_admitted: bool = False) -> int:
    """Return the WebSocket close code of a refusal; `was_admitted`: access was lost during the connection."""
    if isinstance(error, Unauthenticated):
        return 4401
    if isinstance(error, NotFound) and not was_admitted:
        return 4404
    return 4403 if isinstance(error, Forbidden | NotFound) else 1012


def _admit(tx: Tx, *, credentials: Credentials) -> Participant:
    return live.admit(
        tx,
        token=credentials.token,
        session=credentials.session,
        document_id=credentials.document,
        lang=credentials.lang,
    )


def _admit_or_error(tx: Tx, credentials: Credentials) -> Participant | DomainError:
    try:
        return _admit(tx, credentials=credentials)
    except DomainError as error:
        return error


def _load_replica(tx: Tx, *, draft: str, upto: int | None = None) -> DraftReplica[LiveConnection]:
    """Load the replica in a reader thread: a long text takes 20 ms, in which the event loop must not block."""
    return DraftReplica(journal_store.load_draft(tx, draft, epoch=journal_store.get_head(tx, draft).epoch, upto=upto))


def _mark_session_used(tx: Tx, *, session: str, seen_at: int) -> None:
    if tx.clock() - seen_at > TOUCH_INTERVAL:
        sign_in.mark_session_used(tx, session=session)
