"""The two copies of a draft that a process holds, and what waits to be written. No input or output.

`committed` is exactly rows 1 … `seq` of the journal; only it is shown, served or kept. `ahead` is that and what waits;
a frame is tried on it before it is written, so that what cannot be applied never becomes a row.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from service.domain.crdt.shared_text import CLIENT_ID_BITS, BrokenReplica, SharedText, join_updates, new_client_id
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import EMPTY_UPDATE
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import MAX_TEXT_LENGTH, check_text_length
from service.store.drafts.journal import StoredDraft, Update

SourceT = TypeVar("SourceT")


@dataclass(frozen=True, slots=True)
class PendingUpdate(Generic[SourceT]):
    """A frame that was taken, as it `came`: `gained` is what was new in it, b"" if nothing."""

    source: SourceT
    person: str
    received: bytes
    effective: bytes


@dataclass(frozen=True, slots=True)
class CommittedFrame(Generic[SourceT]):
    """What landed: one frame for everybody (b"" for none), and who sent how many of the frames in it."""

    frame: bytes
    counts: Mapping[SourceT, int]


class UnreadableRow(Exception):
    """The row `seq` of the journal cannot be applied; all before it can."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"row {seq} cannot be applied")
        self.seq = seq


class DraftReplica(Generic[SourceT]):
    """The copies of one draft; `From` is whoever sends frames."""

    def __init__(self, stored: StoredDraft) -> None:
        self.epoch = stored.epoch
        self.snapshot_seq = stored.seq - len(stored.updates)
        self.seq, self.committed = _load_copy(stored)
        self._speculative: SharedText | None = None
        self.queue: list[PendingUpdate[SourceT]] = []
        self.in_flight: list[PendingUpdate[SourceT]] = []

    @property
    def speculative(self) -> SharedText:
        """The copy that tries frames; made when the first comes: most rooms are read far longer than written."""
        self._speculative = self._speculative or self.committed.fork(client_id=_new_client_id())
        return self._speculative

    @property
    def is_broken(self) -> bool:
        """Whether the library panicked in the copy that tries frames."""
        return self._speculative is not None and self._speculative.is_broken

    def submit(self, source: SourceT, person: str, update: bytes) -> None:
        """Try a frame and queue it. Raises Malformed `update_refused`, TooLarge `text_too_long`, MissingParents; and
        BrokenCopy, after which `forget` must be called."""
        if self.speculative.may_exceed(update, limit=MAX_TEXT_LENGTH):
            check_text_length(" " * (MAX_TEXT_LENGTH + 1))
        effective = self.speculative.apply(update) if update != EMPTY_UPDATE else b""
        self.queue.append(PendingUpdate(source, person, update, effective))

    def begin_commit(self) -> list[tuple[str, bytes]]:
        """Begin to write what waits; the rows (person, bytes) of it."""
        self.in_flight, self.queue = self.queue, []
        return [(one.person, one.effective) for one in self.in_flight if one.effective]

    def finish_commit(self, missed_updates: Sequence[Update], seq: int) -> CommittedFrame[SourceT]:
        """What was taken is on disk, after the rows `missed` of others; `seq` is the last of it all."""
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
        """Rows of others were read while nothing of ours was being written; one frame for everybody."""
        return join_updates(list(self._apply_rows(missed_updates)))

    def discard(self, sources: Iterable[SourceT] | None = None) -> frozenset[SourceT]:
        """Forget what waits: of these sources, or of all. Those whose words were forgotten.

        What others wait for is tried again; where it rests on what was forgotten, it is forgotten too."""
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
        """Try once more what was new in a frame. Raises MissingParents, also where the rest of the frame was in another
        one that is forgotten now: it would be confirmed, and is nowhere."""
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
