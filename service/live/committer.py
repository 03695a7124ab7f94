"""What writes a room: all that came within a moment is one transaction; after its commit, only then, it is shown."""

import asyncio
import logging
import time
from functools import partial

from service.actions.drafts import live
from service.actions.drafts.integrity import Restarted
from service.actions.drafts.live import Landed, Taken
from service.actions.drafts.save import SNAPSHOT_EVERY
from service.domain.crdt.shared_text import BrokenCopy, text_in
from service.domain.errors import Conflict
from service.live import protocol
from service.live.db_executor import Desk
from service.live.draft_replica import Unreadable
from service.live.room import Room

log = logging.getLogger(__name__)

WINDOW = 0.025
"""Seconds in which words are gathered for one commit."""
SNAPSHOT_PAUSE = 10.0
"""Seconds between two snapshots of a room: each writes the whole text, and whoever types meanwhile waits for that."""
PAUSE = 0.05
"""Seconds after a commit that failed."""


async def commit(room: Room, desk: Desk) -> None:
    """Write what comes into `room`, and read what others wrote, until it is over."""
    while not room.over:
        await room.wake.wait()
        room.wake.clear()
        if room.inbox.queue:
            await asyncio.sleep(WINDOW)
        await _guarded(room, desk)


async def _guarded(room: Room, desk: Desk) -> None:
    """One step. Whatever goes wrong, nobody was told that their words are safe; they still have them."""
    try:
        await _step(room, desk)
    except Taken as error:
        _turn_away(room, error)
    except (BrokenCopy, Restarted, Unreadable) as error:
        room.load_again(error)
    except Conflict as error:
        log.info("draft %s takes no words: %s", room.draft, error.code)
        room.freeze(room.inbox.forget())
    except Exception as error:
        log.error("words in draft %s were not taken: %s", room.draft, error)
        await _come_back(room)


async def _step(room: Room, desk: Desk) -> None:
    async with room.turn:
        if room.over:
            return
        inbox = room.inbox
        rows = inbox.take()
        landed = await _landed(room, desk, rows)
        shown = inbox.landed(landed.missed, landed.seq)
        room.tell(shown.frame)
        for seat, count in shown.counts.items():
            seat.landed += count
            seat.push(protocol.ack(seat.landed, landed.seq))
        if rows:
            _keep_if_due(room, desk)


async def _landed(room: Room, desk: Desk, rows: list[tuple[str, bytes]]) -> Landed:
    inbox, claims = room.inbox, dict(room.owners.unbound)
    if not rows:
        missed = await desk.read(lambda tx: live.tail(tx, room.draft, epoch=inbox.epoch, after=inbox.seq))
        return Landed(missed, missed[-1].seq if missed else inbox.seq)
    write = partial(live.land, draft=room.draft, epoch=inbox.epoch, after=inbox.seq, rows=rows, claims=claims)
    landed = await desk.write(write)
    room.owners.landed(claims)
    return landed


def _turn_away(room: Room, error: Taken) -> None:
    """Somebody else, in another process, came first with a client id; the words of all others are tried again."""
    room.owners.disown(error.clients)
    guilty = {seat for seat in room.seats if seat.mine & error.clients}
    room.freeze(room.inbox.forget(guilty) - guilty)
    for seat in guilty:
        seat.refuse(error, 1008)
    room.wake.set()


async def _come_back(room: Room) -> None:
    """The database did not take it, or took it and could not say so: what is on disk is read again."""
    for seat in room.inbox.forget():
        seat.shut = True
        seat.push(protocol.control("reset", code="not_taken"))
        seat.close(1012, "resync")
    await asyncio.sleep(PAUSE)
    room.wake.set()


def _keep_if_due(room: Room, desk: Desk) -> None:
    now = time.monotonic()
    if room.inbox.seq - room.kept_seq >= SNAPSHOT_EVERY and now - room.kept_at >= SNAPSHOT_PAUSE:
        room.kept_seq, room.kept_at = room.inbox.seq, now
        _keep(room, desk)


def _keep(room: Room, desk: Desk) -> None:
    """A snapshot of exactly the rows up to now."""
    inbox = room.inbox
    state, text, seq = inbox.committed.state(), inbox.committed.text, inbox.seq
    room.later(_kept(room, desk, seq=seq, state=state, text=text))


async def _kept(room: Room, desk: Desk, *, seq: int, state: bytes, text: str) -> None:
    if await asyncio.to_thread(text_in, state) != text:
        log.error("draft %s: a snapshot at %s would not read the same, and was not kept", room.draft, seq)
        return
    keep = partial(live.keep_snapshot, draft=room.draft, epoch=room.inbox.epoch, seq=seq, state=state, text=text)
    try:
        await desk.write(keep)
    except Exception as error:
        log.warning("draft %s: the snapshot at %s was not kept: %s", room.draft, seq, error)
