"""Group commit of a room: updates received within GATHER_WINDOW are one transaction, broadcast only after commit."""

import asyncio
import logging
import time
from functools import partial

from service.actions.drafts import live
from service.actions.drafts.integrity import DraftRestarted
from service.actions.drafts.live import AppendedUpdates, ClientIdConflict
from service.actions.drafts.planned_row import SNAPSHOT_INTERVAL
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.crdt.shared_text import text_of_state
from service.domain.errors import Conflict
from service.live import protocol
from service.live.db_executor import DbExecutor
from service.live.draft_replica import UnreadableRow
from service.live.room import Room
from service.store.plans import DraftPaused

log = logging.getLogger(__name__)

GATHER_WINDOW = 0.025
"""Seconds in which updates are gathered for one commit."""
MIN_SNAPSHOT_INTERVAL = 10.0
"""Seconds between two snapshots of a room: each writes the whole text, and commits wait for it."""
RETRY_DELAY = 0.05
"""Seconds to wait after a failed commit."""


async def run_committer(room: Room, executor: DbExecutor) -> None:
    """Commit queued updates of `room`, and read those of other processes, until it is closed."""
    while not room.is_closed:
        await room.has_work.wait()
        room.has_work.clear()
        if room.replica.queue:
            await asyncio.sleep(GATHER_WINDOW)
        await _commit_guarded(room, executor)


async def _commit_guarded(room: Room, executor: DbExecutor) -> None:
    """Run one commit and handle its failure: nothing was acknowledged, so browsers still hold their updates."""
    try:
        await _commit_once(room, executor)
    except ClientIdConflict as error:
        _reject_conflicting(room, error)
    except (BrokenReplica, DraftRestarted, UnreadableRow) as error:
        room.reset(error)
    except DraftPaused:
        await _wait_for_pause(room)
    except Conflict as error:
        log.info("draft %s accepts no updates: %s", room.draft, error.code)
        room.freeze(room.replica.discard())
    except Exception as error:
        log.error("updates of draft %s could not be committed: %s", room.draft, error)
        await _reset_clients(room)


async def _commit_once(room: Room, executor: DbExecutor) -> None:
    async with room.commit_lock:
        if room.is_closed:
            return
        replica = room.replica
        rows = replica.begin_commit()
        appended = await _append_or_read(room, executor, rows)
        committed = replica.finish_commit(appended.missed_updates, appended.seq)
        room.broadcast_update(committed.frame)
        for connection, count in committed.counts.items():
            connection.committed_count += count
            connection.send(protocol.ack(connection.committed_count, appended.seq))
        if rows:
            _save_snapshot_if_due(room, executor)


async def _append_or_read(room: Room, executor: DbExecutor, rows: list[tuple[str, bytes]]) -> AppendedUpdates:
    replica, claims = room.replica, dict(room.client_ids.unbound)
    if not rows:
        missed_updates = await executor.read(
            lambda tx: live.list_updates(tx, room.draft, epoch=replica.epoch, after=replica.seq)
        )
        return AppendedUpdates(missed_updates, missed_updates[-1].seq if missed_updates else replica.seq)
    append = partial(
        live.append_updates, draft=room.draft, epoch=replica.epoch, after=replica.seq, rows=rows, claims=claims
    )
    appended = await executor.write(append)
    room.client_ids.mark_bound(claims)
    return appended


async def _wait_for_pause(room: Room) -> None:
    """Keep what was typed and try again: editors go on typing and show “saving”, as nothing is acknowledged yet."""
    room.replica.keep_pending()
    await asyncio.sleep(RETRY_DELAY)
    room.has_work.set()


def _reject_conflicting(room: Room, error: ClientIdConflict) -> None:
    """Close the connections whose client ids another process stored first; requeue the updates of all others."""
    room.client_ids.release(error.clients)
    conflicting = {one for one in room.connections if one.own_clients & error.clients}
    room.freeze(room.replica.discard(conflicting) - conflicting)
    for connection in conflicting:
        connection.refuse(error, 1008)
    room.has_work.set()


async def _reset_clients(room: Room) -> None:
    """Reset connections with pending updates after a database error of unknown outcome; the journal is read again."""
    for connection in room.replica.discard():
        connection.is_refusing = True
        connection.send(protocol.control("reset", code="not_taken"))
        connection.close(1012, "resync")
    await asyncio.sleep(RETRY_DELAY)
    room.has_work.set()


def _save_snapshot_if_due(room: Room, executor: DbExecutor) -> None:
    now = time.monotonic()
    if room.replica.seq - room.snapshot_seq >= SNAPSHOT_INTERVAL and now - room.snapshot_at >= MIN_SNAPSHOT_INTERVAL:
        room.snapshot_seq, room.snapshot_at = room.replica.seq, now
        _start_snapshot(room, executor)


def _start_snapshot(room: Room, executor: DbExecutor) -> None:
    """Start a task that saves a snapshot of the rows committed so far."""
    replica = room.replica
    state, text, seq = replica.committed.state(), replica.committed.text, replica.seq
    room.start_task(_save_snapshot(room, executor, seq=seq, state=state, text=text))


async def _save_snapshot(room: Room, executor: DbExecutor, *, seq: int, state: bytes, text: str) -> None:
    if await asyncio.to_thread(text_of_state, state) != text:
        log.error("draft %s: the snapshot at %s does not reproduce the text and was not saved", room.draft, seq)
        return
    save = partial(live.add_snapshot, draft=room.draft, epoch=room.replica.epoch, seq=seq, state=state, text=text)
    try:
        await executor.write(save)
    except Exception as error:
        log.warning("draft %s: the snapshot at %s was not saved: %s", room.draft, seq, error)
