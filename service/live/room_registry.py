"""The rooms of this process: opened when somebody comes, freed when nobody is left, woken by nudges.

A nudge may be lost without a trace, so a poll goes round every second besides; it also finds whose rights have changed.
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
"""Seconds between two looks at the store."""
LINGER_TIME = 15.0
"""Seconds an empty room is kept for who comes back at once."""
RECHECK_INTERVAL = 60.0
"""Seconds after which everybody's rights are looked at anew, whatever happened."""


class RoomRegistry:
    """All rooms of a process. `run` must run for as long as people sit in them."""

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
        """Who comes with this key. Raises Stranger, NotFound, Forbidden."""
        return await self._executor.read(partial(_admit, key=credentials))

    async def get_or_open(self, draft: str) -> Room:
        """The room of a draft, opened if it is not."""
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
        """The draft as it stood before the row that nobody can read; it is only read."""
        try:
            replica = await self._executor.read(partial(_load_replica, draft=draft, upto=seq - 1))
        except UnreadableRow as error:
            return await self._open_before_row(draft, error.seq)
        room = Room(draft, replica, self._executor, publish_presence=self._pubsub.publish_presence)
        room.broken_at = seq
        return room

    def leave(self, room: Room, connection: LiveConnection) -> None:
        """They are gone. An empty room is freed after a while: nothing has to be written for that."""
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

    def on_change(self, news: ChangeNotification) -> None:
        """A nudge: rows to read, or rights or comments to look at."""
        for draft, seq in news.drafts.items():
            room = self.rooms.get(draft)
            if room and seq > room.replica.seq:
                room.has_work.set()
        self._recheck_requested |= news.rights
        if news.rights or news.comments & self.rooms.keys():
            self._poll_requested.set()

    def on_presence(self, draft: str, frame: bytes) -> None:
        """Another process says who is where."""
        if room := self.rooms.get(draft):
            room.receive_presence(frame)

    async def run(self) -> None:
        """Listen, and look round every second; until cancelled."""
        pubsub_task = asyncio.create_task(self._pubsub.run(self))
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._poll_requested.wait(), POLL_INTERVAL)
                with suppress(Exception):
                    await self._poll()
        finally:
            pubsub_task.cancel()
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
        sessions = {seat.credentials.session_digest for _, seat in connections if seat.credentials.session_digest}
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
        return [(room, seat) for room in self.rooms.values() for seat in room.connections if not seat.is_closing]

    async def _recheck_access(self, connections: list[tuple[Room, LiveConnection]]) -> None:
        """Decide anew who may do what here."""
        credentials = [seat.credentials for _, seat in connections]
        found = await self._executor.read(lambda tx: [_admit_or_error(tx, key) for key in credentials])
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
        """Whoever writes here uses their session."""
        for _, connection in connections:
            actor, session = connection.participant.actor, connection.credentials.session
            if connection.is_active and session and actor.seen_at is not None:
                connection.is_active = False
                await self._executor.write(partial(_mark_session_used, session=session, seen_at=actor.seen_at))


def close_code(error: DomainError, *, was_admitted: bool = False) -> int:
    """The code a connection is closed with at the door; `before`: they were in."""
    if isinstance(error, Unauthenticated):
        return 4401
    if isinstance(error, NotFound) and not was_admitted:
        return 4404
    return 4403 if isinstance(error, Forbidden | NotFound) else 1012


def _admit(tx: Tx, *, key: Credentials) -> Participant:
    return live.admit(tx, token=key.token, session=key.session, document_id=key.document, lang=key.lang)


def _admit_or_error(tx: Tx, key: Credentials) -> Participant | DomainError:
    try:
        return _admit(tx, key=key)
    except DomainError as error:
        return error


def _load_replica(tx: Tx, *, draft: str, upto: int | None = None) -> DraftReplica[LiveConnection]:
    """Made in the reader's thread: a long text takes 20 ms, in which other rooms go on."""
    return DraftReplica(journal_store.load_draft(tx, draft, epoch=journal_store.get_head(tx, draft).epoch, upto=upto))


def _mark_session_used(tx: Tx, *, session: str, seen_at: int) -> None:
    if tx.clock() - seen_at > TOUCH_INTERVAL:
        sign_in.mark_session_used(tx, session=session)
