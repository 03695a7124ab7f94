"""How far those who sit in a room have seen its draft: noted now and then, and when they go."""

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial

from service.actions.drafts import last_seen
from service.live.connection import LiveConnection
from service.live.db_executor import DbExecutor
from service.live.room import Room

log = logging.getLogger(__name__)

SAVE_INTERVAL = 60.0
"""Seconds between two notes about one draft: a server that dies forgets a minute of what was seen, nothing else."""


class LastSeenTracker:
    """Of one process."""

    def __init__(self, executor: DbExecutor) -> None:
        self._executor = executor
        self._saved_at = time.monotonic()
        self._seqs: dict[tuple[str, str], int] = {}

    async def save_all(self, connections: Iterable[tuple[Room, LiveConnection]], *, now: bool = False) -> None:
        """Note them all, a transaction a draft, where it is time or `now`. Who saw nothing new is noted too: they were
        not away."""
        if not now and time.monotonic() - self._saved_at < SAVE_INTERVAL:
            return
        self._saved_at = time.monotonic()
        persons_by_room: dict[Room, set[str]] = defaultdict(set)
        for room, connection in connections:
            persons_by_room[room].add(connection.person)
        self._seqs = {}
        for room, persons in persons_by_room.items():
            await self._write(room, persons)

    async def save_departure(self, room: Room, person: str) -> None:
        """Note how far they saw it who go; nothing, where they sit there still or nothing new came since the last."""
        is_still_present = any(seat.person == person for seat in room.connections)
        if not is_still_present and self._seqs.get((room.draft, person)) != room.replica.seq:
            await self._write(room, {person})

    async def _write(self, room: Room, persons: Collection[str]) -> None:
        draft, epoch, seq = room.draft, room.replica.epoch, room.replica.seq
        try:
            await self._executor.write(
                partial(last_seen.mark_draft_seen_by, draft=draft, persons=persons, epoch=epoch, seq=seq)
            )
        except Exception as error:
            log.warning("how far draft %s was seen was not noted: %s", draft, error)
            return
        self._seqs.update({(draft, person): seq for person in persons})
