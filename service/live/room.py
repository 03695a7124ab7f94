"""The live editing room of one draft in this process: its connections, replica and presence (DESIGN §4.1).

No process owns a draft: any may have a room of it. Only committed updates are broadcast.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextvars import Context
from dataclasses import replace

from service.actions.drafts import live
from service.actions.drafts.integrity import DraftBroken, DraftRestarted
from service.actions.drafts.live import Participant
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.crdt.updates import Cursor
from service.domain.errors import InvalidInput
from service.live import protocol
from service.live.client_ids import ClientIds
from service.live.connection import LiveConnection
from service.live.db_executor import DbExecutor
from service.live.draft_replica import DraftReplica, UnreadableRow
from service.live.presence import Presence
from service.store.drafts.journal import Head

log = logging.getLogger(__name__)

PRESENCE_INTERVAL = 0.1
"""Seconds between two presence broadcasts."""

COMMENTS_INTERVAL = 1.0
"""Seconds between two notifications about comments."""


class Room:
    """The connections and the replica of a draft.

    `commit_lock` guards `replica.seq`. `has_work` is set if updates are to be written or read. `snapshot_seq` is the
    row of the newest snapshot, saved here at `snapshot_at` (monotonic seconds). `publish_presence` receives presence
    frames for other processes. A room that `is_closed` accepts no connections.
    """

    def __init__(
        self,
        draft: str,
        replica: DraftReplica[LiveConnection],
        executor: DbExecutor,
        *,
        publish_presence: Callable[[str, bytes], None],
    ) -> None:
        self.draft = draft
        self.replica = replica
        self.connections: set[LiveConnection] = set()
        self.presence = Presence()
        self.commit_lock = asyncio.Lock()
        self.has_work = asyncio.Event()
        self.client_ids = ClientIds(draft, executor)
        self.broken_at: int | None = None
        self.is_closed = False
        self.snapshot_seq, self.snapshot_at = replica.snapshot_seq, float("-inf")
        self._comment_revs: Mapping[str | None, int] = {}
        self._comments_sent_at = 0.0
        self._executor = executor
        self._publish_presence = publish_presence
        self._presence_scheduled = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, connection: LiveConnection, hello: Callable[["Room"], bytes]) -> bool:
        """Catch up with the journal, then add the connection and send the hello. False if the room was closed.

        Catching up first means that everything any process ever sent to this client is known here: updates of others
        that it sends back are not written again under its user.
        """
        async with self.commit_lock:
            await self._catch_up_locked()
            if self.is_closed:
                return False
            self.connections.add(connection)
            connection.send(hello(self))
            connection.send(protocol.step_1(self.replica.committed.state_vector()))
            if awareness := self.presence.encode_all():
                connection.send(awareness)
            return True

    def leave(self, connection: LiveConnection) -> None:
        """Remove a connection; its queued updates are still committed."""
        self.connections.discard(connection)
        self.presence.remove_source(connection)
        self.schedule_presence()

    def restrict(self, participant: Participant) -> Participant:
        """Return the participant, read-only if the draft is broken."""
        return (
            participant
            if self.broken_at is None
            else replace(participant, mode=live.READ, read_only_code=DraftBroken.code)
        )

    def schedule_presence(self) -> None:
        """Schedule a presence broadcast; changes within PRESENCE_INTERVAL share one."""
        if not self._presence_scheduled:
            self._presence_scheduled = True
            asyncio.get_running_loop().call_later(PRESENCE_INTERVAL, self.send_presence)

    def send_presence(self) -> None:
        """Broadcast changed presence to connections and other processes."""
        self._presence_scheduled = False
        for_connections, for_processes = self.presence.take_changes()
        for connection in self.connections if for_connections else ():
            connection.send(for_connections)
        if for_processes:
            self._publish_presence(self.draft, for_processes)

    def receive_presence(self, frame: bytes) -> None:
        """Handle a presence frame of another process; b"" asks for the local clients. Unreadable ones are dropped."""
        if frame:
            try:
                self.presence.update_remote(protocol.parse_entries(Cursor(frame[1:]).read_chunk()))
            except InvalidInput as error:
                log.info("dropped a presence frame of draft %s from another process: %s", self.draft, error.extra)
        else:
            self.presence.mark_all_changed()
        self.schedule_presence()

    async def catch_up(self) -> None:
        """Read rows appended by other processes, under `commit_lock`."""
        async with self.commit_lock:
            await self._catch_up_locked()

    async def _catch_up_locked(self) -> None:
        replica = self.replica
        try:
            missed_updates = await self._executor.read(
                lambda tx: live.list_updates(tx, self.draft, epoch=replica.epoch, after=replica.seq)
            )
            if missed_updates and not self.is_closed and self.broken_at is None:
                self.broadcast_update(replica.apply_missed(missed_updates))
        except (BrokenReplica, DraftRestarted, UnreadableRow) as error:
            self.reset(error)

    def broadcast_update(self, frame: bytes) -> None:
        """Send a committed update, which brings receivers to `replica.seq`, to all connections."""
        message = protocol.update(frame, seq=self.replica.seq)
        for connection in self.connections if frame else ():
            connection.send(message)

    def start_task(self, coroutine: Coroutine[None, None, None]) -> None:
        """Run a background task of this room and keep a reference to it. It works for no request in particular."""
        task = asyncio.get_running_loop().create_task(coroutine, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def freeze(self, connections: Iterable[LiveConnection]) -> None:
        """Refuse updates of these connections until they reconnect; browsers keep their unsaved text."""
        for connection in connections:
            if not connection.is_refusing:
                connection.is_refusing = True
                connection.send(protocol.control("frozen", seq=self.replica.seq))

    def on_head_moved(self, head: Head) -> None:
        """Compare the replica with the head of the journal: reload on a new epoch, read new rows."""
        if head.epoch != self.replica.epoch:
            self.close(protocol.control("epoch", epoch=head.epoch))
        elif head.seq > self.replica.seq and self.broken_at is None:
            self.has_work.set()

    def on_comments_changed(self, totals: Mapping[str | None, int]) -> None:
        """Notify connections whose visible comments changed, once a second at most.

        `totals` maps an organisation (None: comments for everybody) to its comment revision; a change within an
        organisation is sent to its own users only.
        """
        changed = {scope for scope, total in totals.items() if total != self._comment_revs.get(scope)}
        if not changed or time.monotonic() - self._comments_sent_at < COMMENTS_INTERVAL:
            return
        self._comment_revs, self._comments_sent_at = totals, time.monotonic()
        for connection in self.connections:
            if changed & {None, connection.participant.actor.organisation}:
                connection.send(protocol.control("comments"))

    def reset(self, error: Exception) -> None:
        """Close the room after a replica error; it is loaded again from the journal."""
        log.error("draft %s must be loaded again: %s", self.draft, error)
        self.close(protocol.control("reset", code=BrokenReplica.code))

    def close(self, last_message: bytes) -> None:
        """Send `last_message` to all connections and close them; clients reconnect to a new room."""
        self.is_closed = True
        self.has_work.set()
        for connection in self.connections:
            connection.send(last_message)
            connection.close(1012, "resync")
