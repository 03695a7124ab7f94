"""The two CRDT replicas of a draft in a process, and the queue of updates to commit. No I/O.

`committed` is exactly rows 1 … `seq` of the journal; only it is broadcast, served or saved. `speculative` also holds
the queued updates: an update is applied to it before it is written, so that an invalid one never becomes a row.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from service.domain.crdt.client_ids import CLIENT_ID_BITS, new_client_id
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.crdt.shared_text import SharedText, join_updates
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import EMPTY_UPDATE
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import MAX_TEXT_LENGTH, check_text_length
from service.store.drafts.journal import StoredDraft, Update

SourceT = TypeVar("SourceT")


@dataclass(frozen=True, slots=True)
class PendingUpdate(Generic[SourceT]):
    """A queued update as `received`; `effective` is what was new in it, b"" if nothing."""

    source: SourceT
    person: str
    received: bytes
    effective: bytes


@dataclass(frozen=True, slots=True)
class CommittedFrame(Generic[SourceT]):
    """The result of a commit: one update to broadcast (b"" for none), and the number of updates by source."""

    frame: bytes
    counts: Mapping[SourceT, int]


class UnreadableRow(Exception):
    """Row `seq` of the journal cannot be applied; all rows before it can."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"row {seq} cannot be applied")
        self.seq = seq


class DraftReplica(Generic[SourceT]):
    """The replicas of one draft; `SourceT` is the type of a sender of updates."""

    def __init__(self, stored: StoredDraft) -> None:
        self.epoch = stored.epoch
        self.snapshot_seq = stored.seq - len(stored.updates)
        self.seq, self.committed = _load_copy(stored)
        self._speculative: SharedText | None = None
        self.queue: list[PendingUpdate[SourceT]] = []
        self.in_flight: list[PendingUpdate[SourceT]] = []

    @property
    def speculative(self) -> SharedText:
        """The replica updates are tried on; created on first use, as most rooms are mainly read."""
        self._speculative = self._speculative or self.committed.fork(client_id=_new_client_id())
        return self._speculative

    @property
    def is_broken(self) -> bool:
        """Whether the CRDT library panicked in the speculative replica."""
        return self._speculative is not None and self._speculative.is_broken

    def submit(self, source: SourceT, person: str, update: bytes) -> None:
        """Apply an update to the speculative replica and queue it.

        Raises InvalidInput `update_refused`, TooLarge `text_too_long`, MissingDependencies; and BrokenReplica, after
        which `discard` must be called.
        """
        if self.speculative.may_exceed(update, limit=MAX_TEXT_LENGTH):
            check_text_length(" " * (MAX_TEXT_LENGTH + 1))
        effective = self.speculative.apply(update) if update != EMPTY_UPDATE else b""
        self.queue.append(PendingUpdate(source, person, update, effective))

    def begin_commit(self) -> list[tuple[str, bytes]]:
        """Move the queue to `in_flight` and return its rows (person, update)."""
        self.in_flight, self.queue = self.queue, []
        return [(one.person, one.effective) for one in self.in_flight if one.effective]

    def keep_pending(self) -> None:
        """Put what was in flight back at the front of the queue: it was not written, and is still valid."""
        self.in_flight, self.queue = [], self.in_flight + self.queue

    def finish_commit(self, missed_updates: Sequence[Update], seq: int) -> CommittedFrame[SourceT]:
        """Apply what was committed: rows of other processes, then those in flight; `seq` is that of the last row."""
        frames = list(self._apply_rows(missed_updates))
        counts: dict[SourceT, int] = {}
        in_flight, self.in_flight = self.in_flight, []
        for one in in_flight:
            if one.effective:
                self.committed.apply(one.effective)
                frames.append(one.effective)
            counts[one.source] = counts.get(one.source, 0) + 1
        self.seq = seq
        return CommittedFrame(join_updates(frames), counts)

    def apply_missed(self, missed_updates: Sequence[Update]) -> bytes:
        """Apply rows of other processes while nothing is in flight; return one update to broadcast."""
        return join_updates(list(self._apply_rows(missed_updates)))

    def discard(self, sources: Iterable[SourceT] | None = None) -> frozenset[SourceT]:
        """Discard pending updates of `sources` (None: of all) and return the sources that lost updates.

        Updates of others are submitted again; those that depend on discarded ones are discarded too.
        """
        pending = self.in_flight + self.queue
        discarded_sources = {one.source for one in pending} if sources is None else set(sources)
        self.in_flight, self.queue, self._speculative = [], [], None
        affected = set()
        for one in pending:
            try:
                if one.source in discarded_sources:
                    affected.add(one.source)
                else:
                    self.queue.append(self._resubmit(one))
            except DomainError:
                affected.add(one.source)
        return frozenset(affected)

    def _resubmit(self, pending: PendingUpdate[SourceT]) -> PendingUpdate[SourceT]:
        """Submit again what was new in an update. Raises MissingDependencies.

        Also raised if the rest of the update was part of a discarded one: it would be acknowledged but stored nowhere.
        """
        if pending.received not in (pending.effective, EMPTY_UPDATE):
            trial = self.speculative.fork(client_id=_new_client_id())
            if pending.effective:
                trial.apply(pending.effective)
            if trial.apply(pending.received):
                raise MissingDependencies()
        return replace(pending, effective=pending.effective and self.speculative.apply(pending.effective))

    def _apply_rows(self, rows: Sequence[Update]) -> Iterable[bytes]:
        for row in rows:
            try:
                self.committed.apply(row.data)
            except DomainError as error:
                raise UnreadableRow(row.seq) from error
            if self._speculative:
                self._speculative.apply(row.data)
            self.seq = row.seq
            yield row.data


def _load_copy(stored: StoredDraft) -> tuple[int, SharedText]:
    try:
        return stored.seq, SharedText.load(
            stored.state, stored.update_bytes, client_id=_new_client_id(), sha256=stored.text_sha256
        )
    except DomainError as error:
        row = error.extra.get("row")
        if isinstance(error, BrokenReplica) and not isinstance(row, int):
            raise
        assert isinstance(row, int)
        raise UnreadableRow(stored.updates[row].seq if row >= 0 else stored.seq - len(stored.updates)) from error


def _new_client_id() -> int:
    return new_client_id(secrets.randbits(CLIENT_ID_BITS))
