"""How far those who sit in a room have seen its draft: noted now and then, and when they go."""

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial

from service.actions.drafts import last_seen
from service.live.connection import Seat
from service.live.db_executor import Desk
from service.live.room import Room

log = logging.getLogger(__name__)

OFTEN = 60.0
"""Seconds between two notes about one draft: a server that dies forgets a minute of what was seen, nothing else."""


class Visits:
    """Of one process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._noted = time.monotonic()
        self._seqs: dict[tuple[str, str], int] = {}

    async def note(self, seats: Iterable[tuple[Room, Seat]], *, now: bool = False) -> None:
        """Note them all, a transaction a draft, where it is time or `now`. Who saw nothing new is noted too: they were
        not away."""
        if not now and time.monotonic() - self._noted < OFTEN:
            return
        self._noted = time.monotonic()
        here: dict[Room, set[str]] = defaultdict(set)
        for room, seat in seats:
            here[room].add(seat.person)
        self._seqs = {}
        for room, persons in here.items():
            await self._write(room, persons)

    async def left(self, room: Room, person: str) -> None:
        """Note how far they saw it who go; nothing, where they sit there still or nothing new came since the last."""
        stays = any(seat.person == person for seat in room.seats)
        if not stays and self._seqs.get((room.draft, person)) != room.inbox.seq:
            await self._write(room, {person})

    async def _write(self, room: Room, persons: Collection[str]) -> None:
        draft, epoch, seq = room.draft, room.inbox.epoch, room.inbox.seq
        try:
            await self._desk.write(partial(last_seen.stays, draft=draft, persons=persons, epoch=epoch, seq=seq))
        except Exception as error:
            log.warning("how far draft %s was seen was not noted: %s", draft, error)
            return
        self._seqs.update({(draft, person): seq for person in persons})
