"""The room of one draft in this process: who sits in it, what they send, what they are shown (DESIGN §4.1).

Nobody owns a draft: any process may have a room of it. What is shown is on disk.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace

from service.actions.drafts import live
from service.actions.drafts.integrity import Broken, Restarted
from service.actions.drafts.live import Guest
from service.domain.crdt.shared_text import BrokenCopy
from service.domain.crdt.updates import Cursor
from service.live import protocol
from service.live.client_ids import Owners
from service.live.connection import Seat
from service.live.db_executor import Desk
from service.live.draft_replica import Inbox, Unreadable
from service.live.presence import Presence
from service.store.drafts.journal import Head

log = logging.getLogger(__name__)

GLANCE = 0.1
"""Seconds between two words about who is where."""


PAUSE = 1.0
"""Seconds between two words about comments."""


class Room:
    """`turn` is held by whoever moves `inbox.seq`; `wake` rings where something waits to be written or read. The
    newest snapshot stands at `kept_seq`, and was written here at `kept_at` (monotonic seconds). `show` is given what
    other processes should know of who is where. A room that is `over` takes nobody any more."""

    def __init__(self, draft: str, inbox: Inbox[Seat], desk: Desk, *, show: Callable[[str, bytes], None]) -> None:
        self.draft = draft
        self.inbox = inbox
        self.seats: set[Seat] = set()
        self.presence = Presence()
        self.turn = asyncio.Lock()
        self.wake = asyncio.Event()
        self.owners = Owners(draft, desk)
        self.broken_at: int | None = None
        self.over = False
        self.kept_seq, self.kept_at = inbox.kept_seq, float("-inf")
        self._talk: Mapping[str | None, int] = {}
        self._talked_at = 0.0
        self._desk = desk
        self._show = show
        self._glancing = False
        self._beside: set[asyncio.Task[None]] = set()

    async def join(self, seat: Seat, hello: Callable[["Room"], bytes]) -> bool:
        """Greet, once all that any process ever showed this person has been read: what they then repeat of others is
        known, and never written again under their name. False where the room ended meanwhile."""
        async with self.turn:
            await self._catch_up()
            if self.over:
                return False
            self.seats.add(seat)
            seat.push(hello(self))
            seat.push(protocol.step_1(self.inbox.committed.vector()))
            if everybody := self.presence.all():
                seat.push(everybody)
            return True

    def leave(self, seat: Seat) -> None:
        """They are gone; what they had sent is written all the same."""
        self.seats.discard(seat)
        self.presence.leave(seat)
        self.glance_soon()

    def bounded(self, guest: Guest) -> Guest:
        """What this guest may do here: in a broken draft everybody only reads."""
        return guest if self.broken_at is None else replace(guest, mode=live.READ, why=Broken.code)

    def glance_soon(self) -> None:
        """Somebody moved; who moves at the same time is told in the same breath."""
        if not self._glancing:
            self._glancing = True
            asyncio.get_running_loop().call_later(GLANCE, self.glance)

    def glance(self) -> None:
        """Spread who is where."""
        self._glancing = False
        here, others = self.presence.news()
        for seat in self.seats if here else ():
            seat.push(here)
        if others:
            self._show(self.draft, others)

    def seen(self, said: bytes) -> None:
        """What another process says of who is where; b"" asks who is here."""
        if said:
            self.presence.hear(protocol.entries(Cursor(said[1:]).chunk()))
        else:
            self.presence.repeat()
        self.glance_soon()

    async def catch_up(self) -> None:
        """Read what others appended, in turn with what is being written here."""
        async with self.turn:
            await self._catch_up()

    async def _catch_up(self) -> None:
        inbox = self.inbox
        try:
            missed = await self._desk.read(lambda tx: live.tail(tx, self.draft, epoch=inbox.epoch, after=inbox.seq))
            if missed and not self.over and self.broken_at is None:
                self.tell(inbox.caught_up(missed))
        except (BrokenCopy, Restarted, Unreadable) as error:
            self.load_again(error)

    def tell(self, frame: bytes) -> None:
        """Show everybody what landed: all up to the row at which the inbox stands."""
        message = protocol.update(frame, seq=self.inbox.seq)
        for seat in self.seats if frame else ():
            seat.push(message)

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Have something done beside the room."""
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def freeze(self, seats: Iterable[Seat]) -> None:
        """The words of these were not taken, and no more are before they come back: theirs to keep aside."""
        for seat in seats:
            if not seat.shut:
                seat.shut = True
                seat.push(protocol.control("frozen", seq=self.inbox.seq))

    def moved(self, head: Head) -> None:
        """The journal stands there now."""
        if head.epoch != self.inbox.epoch:
            self.close(protocol.control("epoch", epoch=head.epoch))
        elif head.seq > self.inbox.seq and self.broken_at is None:
            self.wake.set()

    def talked(self, totals: Mapping[str | None, int]) -> None:
        """So much was said about this text: for everybody (None), and within each organisation. Whoever may see more of
        it than before is told to look, once a second at most; what an organisation says, its own people alone."""
        fresh = {whom for whom, total in totals.items() if total != self._talk.get(whom)}
        if not fresh or time.monotonic() - self._talked_at < PAUSE:
            return
        self._talk, self._talked_at = totals, time.monotonic()
        for seat in self.seats:
            if fresh & {None, seat.guest.actor.organisation}:
                seat.push(protocol.control("comments"))

    def load_again(self, error: Exception) -> None:
        """Our copy is of no more use; the journal is whole, or as whole as it is."""
        log.error("draft %s is loaded again: %s", self.draft, error)
        self.close(protocol.control("reset", code=BrokenCopy.code))

    def close(self, last: bytes) -> None:
        """Everybody is told `last` and comes back to another room."""
        self.over = True
        self.wake.set()
        for seat in self.seats:
            seat.push(last)
            seat.close(1012, "resync")
