"""The two copies of a draft that a process holds, and what waits to be written. No input or output.

`committed` is exactly rows 1 … `seq` of the journal; only it is shown, served or kept. `ahead` is that and what waits;
a frame is tried on it before it is written, so that what cannot be applied never becomes a row.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from service.domain.crdt.shared_text import CLIENT_BITS, BrokenCopy, SharedText, merge, new_client_id
from service.domain.crdt.update_dependencies import MissingParents
from service.domain.crdt.updates import EMPTY
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import LIMIT, check_length
from service.store.drafts.journal import Stored, Update

From = TypeVar("From")


@dataclass(frozen=True, slots=True)
class Waiting(Generic[From]):
    """A frame that was taken, as it `came`: `gained` is what was new in it, b"" if nothing."""

    source: From
    person: str
    came: bytes
    gained: bytes


@dataclass(frozen=True, slots=True)
class Shown(Generic[From]):
    """What landed: one frame for everybody (b"" for none), and who sent how many of the frames in it."""

    frame: bytes
    counts: Mapping[From, int]


class Unreadable(Exception):
    """The row `seq` of the journal cannot be applied; all before it can."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"row {seq} cannot be applied")
        self.seq = seq


class Inbox(Generic[From]):
    """The copies of one draft; `From` is whoever sends frames."""

    def __init__(self, stored: Stored) -> None:
        self.epoch = stored.epoch
        self.kept_seq = stored.seq - len(stored.updates)
        self.seq, self.committed = _loaded(stored)
        self._ahead: SharedText | None = None
        self.queue: list[Waiting[From]] = []
        self.flying: list[Waiting[From]] = []

    @property
    def ahead(self) -> SharedText:
        """The copy that tries frames; made when the first comes: most rooms are read far longer than written."""
        self._ahead = self._ahead or self.committed.fork(client_id=_client())
        return self._ahead

    @property
    def is_broken(self) -> bool:
        """Whether the library panicked in the copy that tries frames."""
        return self._ahead is not None and self._ahead.is_broken

    def offer(self, source: From, person: str, update: bytes) -> None:
        """Try a frame and queue it. Raises Malformed `update_refused`, TooLarge `text_too_long`, MissingParents; and
        BrokenCopy, after which `forget` must be called."""
        if self.ahead.overflows(update, limit=LIMIT):
            check_length(" " * (LIMIT + 1))
        gained = self.ahead.apply(update) if update != EMPTY else b""
        self.queue.append(Waiting(source, person, update, gained))

    def take(self) -> list[tuple[str, bytes]]:
        """Begin to write what waits; the rows (person, bytes) of it."""
        self.flying, self.queue = self.queue, []
        return [(one.person, one.gained) for one in self.flying if one.gained]

    def landed(self, missed: Sequence[Update], seq: int) -> Shown[From]:
        """What was taken is on disk, after the rows `missed` of others; `seq` is the last of it all."""
        frames = list(self._learn(missed))
        counts: dict[From, int] = {}
        flying, self.flying = self.flying, []
        for one in flying:
            if one.gained:
                self.committed.apply(one.gained)
                frames.append(one.gained)
            counts[one.source] = counts.get(one.source, 0) + 1
        self.seq = seq
        return Shown(merge(frames), counts)

    def caught_up(self, missed: Sequence[Update]) -> bytes:
        """Rows of others were read while nothing of ours was being written; one frame for everybody."""
        return merge(list(self._learn(missed)))

    def forget(self, sources: Iterable[From] | None = None) -> frozenset[From]:
        """Forget what waits: of these sources, or of all. Those whose words were forgotten.

        What others wait for is tried again; where it rests on what was forgotten, it is forgotten too."""
        waiting = self.flying + self.queue
        gone = {one.source for one in waiting} if sources is None else set(sources)
        self.flying, self.queue, self._ahead = [], [], None
        forgotten = set()
        for one in waiting:
            try:
                if one.source in gone:
                    forgotten.add(one.source)
                else:
                    self.queue.append(self._again(one))
            except DomainError:
                forgotten.add(one.source)
        return frozenset(forgotten)

    def _again(self, one: Waiting[From]) -> Waiting[From]:
        """Try once more what was new in a frame. Raises MissingParents, also where the rest of the frame was in another
        one that is forgotten now: it would be confirmed, and is nowhere."""
        if one.came not in (one.gained, EMPTY):
            trial = self.ahead.fork(client_id=_client())
            if one.gained:
                trial.apply(one.gained)
            if trial.apply(one.came):
                raise MissingParents()
        return replace(one, gained=one.gained and self.ahead.apply(one.gained))

    def _learn(self, rows: Sequence[Update]) -> Iterable[bytes]:
        for row in rows:
            try:
                self.committed.apply(row.data)
            except DomainError as error:
                raise Unreadable(row.seq) from error
            if self._ahead:
                self._ahead.apply(row.data)
            self.seq = row.seq
            yield row.data


def _loaded(stored: Stored) -> tuple[int, SharedText]:
    try:
        return stored.seq, SharedText.load(stored.state, stored.rows, client_id=_client(), sha256=stored.sha256)
    except DomainError as error:
        row = error.extra.get("row")
        if isinstance(error, BrokenCopy) and not isinstance(row, int):
            raise
        assert isinstance(row, int)
        raise Unreadable(stored.updates[row].seq if row >= 0 else stored.seq - len(stored.updates)) from error


def _client() -> int:
    return new_client_id(secrets.randbits(CLIENT_BITS))
