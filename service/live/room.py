"""The room of one draft in this process: who sits in it, what they send, what they are shown (DESIGN §4.1).

Nobody owns a draft: any process may have a room of it. What is shown is on disk.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace

from service.actions.drafts import live
from service.actions.drafts.integrity import DraftBroken, DraftRestarted
from service.actions.drafts.live import Participant
from service.domain.crdt.shared_text import BrokenReplica
from service.domain.crdt.updates import Cursor
from service.live import protocol
from service.live.client_ids import ClientIds
from service.live.connection import LiveConnection
from service.live.db_executor import DbExecutor
from service.live.draft_replica import DraftReplica, UnreadableRow
from service.live.presence import Presence
from service.store.drafts.journal import Head

log = logging.getLogger(__name__)

PRESENCE_INTERVAL = 0.1
"""Seconds between two words about who is where."""


COMMENTS_INTERVAL = 1.0
"""Seconds between two words about comments."""


class Room:
    """`turn` is held by whoever moves `inbox.seq`; `wake` rings where something waits to be written or read. The
    newest snapshot stands at `kept_seq`, and was written here at `kept_at` (monotonic seconds). `show` is given what
    other processes should know of who is where. A room that is `over` takes nobody any more."""

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
        """Greet, once all that any process ever showed this person has been read: what they then repeat of others is
        known, and never written again under their name. False where the room ended meanwhile."""
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
        """They are gone; what they had sent is written all the same."""
        self.connections.discard(connection)
        self.presence.remove_source(connection)
        self.schedule_presence()

    def restrict(self, participant: Participant) -> Participant:
        """What this guest may do here: in a broken draft everybody only reads."""
        return (
            participant
            if self.broken_at is None
            else replace(participant, mode=live.READ, read_only_code=DraftBroken.code)
        )

    def schedule_presence(self) -> None:
        """Somebody moved; who moves at the same time is told in the same breath."""
        if not self._presence_scheduled:
            self._presence_scheduled = True
            asyncio.get_running_loop().call_later(PRESENCE_INTERVAL, self.send_presence)

    def send_presence(self) -> None:
        """Spread who is where."""
        self._presence_scheduled = False
        for_connections, for_processes = self.presence.take_changes()
        for connection in self.connections if for_connections else ():
            connection.send(for_connections)
        if for_processes:
            self._publish_presence(self.draft, for_processes)

    def receive_presence(self, frame: bytes) -> None:
        """What another process says of who is where; b"" asks who is here."""
        if frame:
            self.presence.update_remote(protocol.parse_entries(Cursor(frame[1:]).read_chunk()))
        else:
            self.presence.mark_all_changed()
        self.schedule_presence()

    async def catch_up(self) -> None:
        """Read what others appended, in turn with what is being written here."""
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
        """Show everybody what landed: all up to the row at which the inbox stands."""
        message = protocol.update(frame, seq=self.replica.seq)
        for connection in self.connections if frame else ():
            connection.send(message)

    def start_task(self, coroutine: Coroutine[None, None, None]) -> None:
        """Have something done beside the room."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def freeze(self, connections: Iterable[LiveConnection]) -> None:
        """The words of these were not taken, and no more are before they come back: theirs to keep aside."""
        for connection in connections:
            if not connection.is_refusing:
                connection.is_refusing = True
                connection.send(protocol.control("frozen", seq=self.replica.seq))

    def on_head_moved(self, head: Head) -> None:
        """The journal stands there now."""
        if head.epoch != self.replica.epoch:
            self.close(protocol.control("epoch", epoch=head.epoch))
        elif head.seq > self.replica.seq and self.broken_at is None:
            self.has_work.set()

    def on_comments_changed(self, totals: Mapping[str | None, int]) -> None:
        """So much was said about this text: for everybody (None), and within each organisation. Whoever may see more of
        it than before is told to look, once a second at most; what an organisation says, its own people alone."""
        changed = {whom for whom, total in totals.items() if total != self._comment_revs.get(whom)}
        if not changed or time.monotonic() - self._comments_sent_at < COMMENTS_INTERVAL:
            return
        self._comment_revs, self._comments_sent_at = totals, time.monotonic()
        for connection in self.connections:
            if changed & {None, connection.participant.actor.organisation}:
                connection.send(protocol.control("comments"))

    def reset(self, error: Exception) -> None:
        """Our copy is of no more use; the journal is whole, or as whole as it is."""
        log.error("draft %s is loaded again: %s", self.draft, error)
        self.close(protocol.control("reset", code=BrokenReplica.code))

    def close(self, last_message: bytes) -> None:
        """Everybody is told `last` and comes back to another room."""
        self.is_closed = True
        self.has_work.set()
        for connection in self.connections:
            connection.send(last_message)
            connection.close(1012, "resync")
