"""Save how far participants of rooms have seen their drafts: periodically and when they leave."""

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
"""Seconds between two saves of a draft: a crash loses at most a minute of read positions."""


class LastSeenTracker:
    """The read positions of all participants of this process."""

    def __init__(self, executor: DbExecutor) -> None:
        self._executor = executor
        self._saved_at = time.monotonic()
        self._seqs: dict[tuple[str, str], int] = {}

    async def save_all(self, connections: Iterable[tuple[Room, LiveConnection]], *, now: bool = False) -> None:
        """Save all positions, one transaction a draft, if SAVE_INTERVAL has passed or `now`.

        Positions that did not move are saved too: their time shows that the person was present.
        """
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
        """Save the position of a person who left, unless they are still connected or saw nothing new since the last."""
        is_still_present = any(one.person == person for one in room.connections)
        if not is_still_present and self._seqs.get((room.draft, person)) != room.replica.seq:
            await self._write(room, {person})

    async def _write(self, room: Room, persons: Collection[str]) -> None:
        draft, epoch, seq = room.draft, room.replica.epoch, room.replica.seq
        try:
            await self._executor.write(
                partial(last_seen.mark_draft_seen_by, draft=draft, persons=persons, epoch=epoch, seq=seq)
            )
        except Exception as error:
            log.warning("read positions of draft %s were not saved: %s", draft, error)
            return
        self._seqs.update({(draft, person): seq for person in persons})
