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
from service.actions.drafts.live import Guest, Pulse
from service.change_notification import News
from service.domain.accounts.rules import TOUCH_AFTER
from service.domain.errors import DomainError, Forbidden, NotFound, Stranger
from service.live import protocol
from service.live.committer import commit
from service.live.connection import Key, Seat
from service.live.db_executor import Desk
from service.live.draft_replica import Inbox, Unreadable
from service.live.last_seen import Visits
from service.live.room import Room
from service.pubsub import Relay
from service.store.db import Database, Tx
from service.store.drafts import journal as journal_store

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks at the store."""
LINGER = 15.0
"""Seconds an empty room is kept for who comes back at once."""
LOOK_AGAIN = 60.0
"""Seconds after which everybody's rights are looked at anew, whatever happened."""


class Rooms:
    """All rooms of a process. `run` must run for as long as people sit in them."""

    def __init__(self, database: Database, relay: Relay, *, linger: float = LINGER) -> None:
        self.open: dict[str, Room] = {}
        self._desk = Desk(database)
        self._relay = relay
        self._linger = linger
        self._opening: dict[str, asyncio.Lock] = {}
        self._stirred = asyncio.Event()
        self._rights = False
        self._record = 0
        self._looked = time.monotonic()
        self._visits = Visits(self._desk)

    async def admit(self, key: Key) -> Guest:
        """Who comes with this key. Raises Stranger, NotFound, Forbidden."""
        return await self._desk.read(partial(_enter, key=key))

    async def of(self, draft: str) -> Room:
        """The room of a draft, opened if it is not."""
        async with self._opening.setdefault(draft, asyncio.Lock()):
            room = self.open.get(draft)
            if room is None or room.over:
                room = await self._opened(draft)
                self.open[draft] = room
        self._opening.pop(draft, None)
        return room

    async def _opened(self, draft: str) -> Room:
        try:
            inbox = await self._desk.read(partial(_inbox, draft=draft))
            room = Room(draft, inbox, self._desk, show=self._relay.show)
        except Unreadable as error:
            log.error("draft %s is broken: %s", draft, error)
            room = await self._before(draft, error.seq)
        room.later(commit(room, self._desk))
        self._relay.show(draft, b"")
        return room

    async def _before(self, draft: str, seq: int) -> Room:
        """The draft as it stood before the row that nobody can read; it is only read."""
        try:
            inbox = await self._desk.read(partial(_inbox, draft=draft, upto=seq - 1))
        except Unreadable as error:
            return await self._before(draft, error.seq)
        room = Room(draft, inbox, self._desk, show=self._relay.show)
        room.broken_at = seq
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """They are gone. An empty room is freed after a while: nothing has to be written for that."""
        room.leave(seat)
        room.later(self._visits.left(room, seat.person))
        if not room.seats:
            asyncio.get_running_loop().call_later(self._linger, self._free, room)

    def _free(self, room: Room) -> None:
        if room.seats or room.turn.locked() or room.inbox.queue:
            return
        room.close(b"")
        if self.open.get(room.draft) is room:
            del self.open[room.draft]

    def heard(self, news: News) -> None:
        """A nudge: rows to read, or rights or comments to look at."""
        for draft, seq in news.drafts.items():
            room = self.open.get(draft)
            if room and seq > room.inbox.seq:
                room.wake.set()
        self._rights |= news.rights
        if news.rights or news.comments & self.open.keys():
            self._stirred.set()

    def seen(self, draft: str, frame: bytes) -> None:
        """Another process says who is where."""
        if room := self.open.get(draft):
            room.seen(frame)

    async def run(self) -> None:
        """Listen, and look round every second; until cancelled."""
        relaying = asyncio.create_task(self._relay.run(self))
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stirred.wait(), POLL)
                with suppress(Exception):
                    await self._look_round()
        finally:
            relaying.cancel()
            seats = self._seats()
            for room in self.open.values():
                room.close(protocol.control("reset", code="restart"))
            await self._visits.note(seats, now=True)
            self._desk.close()

    async def _look_round(self) -> None:
        asked, self._rights = self._rights, False
        self._stirred.clear()
        rooms, seats = list(self.open.values()), self._seats()
        if not rooms:
            return
        sessions = {seat.key.digest for _, seat in seats if seat.key.digest}
        drafts = [room.draft for room in rooms]
        pulse: Pulse = await self._desk.read(lambda tx: live.pulse(tx, drafts, sessions))
        for room in rooms:
            room.presence.tidy()
            room.glance()
            if room.draft in pulse.heads:
                room.moved(pulse.heads[room.draft])
            room.talked(pulse.talk.get(room.draft, {}))
        due = time.monotonic() - self._looked > LOOK_AGAIN
        if asked or due or pulse.record != self._record or sessions - pulse.sessions:
            self._record = pulse.record
            await self._look_at(seats)
        if due:
            self._looked = time.monotonic()
            await self._keep_awake(seats)
        await self._visits.note(seats)

    def _seats(self) -> list[tuple[Room, Seat]]:
        return [(room, seat) for room in self.open.values() for seat in room.seats if not seat.is_closing]

    async def _look_at(self, seats: list[tuple[Room, Seat]]) -> None:
        """Decide anew who may do what here."""
        keys = [seat.key for _, seat in seats]
        found = await self._desk.read(lambda tx: [_asked(tx, key) for key in keys])
        for (room, seat), guest in zip(seats, found, strict=True):
            if isinstance(guest, DomainError):
                seat.shut = True
                seat.refuse(guest, closing(guest, before=True))
            else:
                seat.move(room.bounded(guest))
            if not seat.may_write and any(one.source is seat for one in room.inbox.queue):
                async with room.turn:
                    room.freeze(room.inbox.forget({seat}))

    async def _keep_awake(self, seats: list[tuple[Room, Seat]]) -> None:
        """Whoever writes here uses their session."""
        for _, seat in seats:
            actor, session = seat.guest.actor, seat.key.session
            if seat.active and session and actor.seen_at is not None:
                seat.active = False
                await self._desk.write(partial(_used, session=session, seen_at=actor.seen_at))


def closing(error: DomainError, *, before: bool = False) -> int:
    """The code a connection is closed with at the door; `before`: they were in."""
    if isinstance(error, Stranger):
        return 4401
    if isinstance(error, NotFound) and not before:
        return 4404
    return 4403 if isinstance(error, Forbidden | NotFound) else 1012


def _enter(tx: Tx, *, key: Key) -> Guest:
    return live.enter(tx, token=key.token, session=key.session, document_id=key.document, lang=key.lang)


def _asked(tx: Tx, key: Key) -> Guest | DomainError:
    try:
        return _enter(tx, key=key)
    except DomainError as error:
        return error


def _inbox(tx: Tx, *, draft: str, upto: int | None = None) -> Inbox[Seat]:
    """Made in the reader's thread: a long text takes 20 ms, in which other rooms go on."""
    return Inbox(journal_store.load(tx, draft, epoch=journal_store.head(tx, draft).epoch, upto=upto))


def _used(tx: Tx, *, session: str, seen_at: int) -> None:
    if tx.clock() - seen_at > TOUCH_AFTER:
        sign_in.used(tx, session=session)
