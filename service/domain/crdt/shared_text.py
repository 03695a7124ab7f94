"""The shared text of a draft, behind code points. The only file that knows the CRDT's library.

The library (pycrdt) counts UTF-8 bytes and obeys wrong ones in silence, applies updates whose parents are missing to
nothing, and panics outside `Exception`; every update is therefore parsed and weighed before it is applied, and a copy
in which the library panicked refuses to be used again. Client ids are always given: its own repeat after a fork.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from pycrdt import Doc, Text, TransactionEvent, merge_updates

from service.domain.crdt.text_edits import ByteEdit, Edit, byte_edits_of, byte_offsets, checked, edits_of
from service.domain.crdt.update_dependencies import Seen
from service.domain.crdt.updates import EMPTY, ROOT, Typed, at_row, parse, parse_vector, refused
from service.domain.errors import N_, Unavailable

CLIENT_BITS = 52


class BrokenCopy(Unavailable):
    """This copy of a draft is of no more use; the journal is whole. Drop it and load again."""

    code = "draft_copy_broken"
    sentence = N_("The draft is being loaded again. Nothing that was saved is lost.")


def new_client_id(random_bits: int) -> int:
    """The id of a new writer, from CLIENT_BITS bits of the caller's randomness. Odd, so never 0."""
    if not 0 <= random_bits < 2**CLIENT_BITS:
        raise ValueError(f"a client id is made of {CLIENT_BITS} random bits")
    return random_bits | 1


def merge(updates: Sequence[bytes]) -> bytes:
    """One update that says what `updates` say, in their order; b"" for none."""
    told = [update for update in updates if update]
    return merge_updates(*told) if len(told) > 1 else b"".join(told)


def text_in(state: bytes) -> str:
    """The text of a state made here, read without weighing it. Raises BrokenCopy."""
    copy = SharedText(client_id=1)
    with copy._guarded():
        copy._doc.apply_update(state)
        return str(copy._text)


class SharedText:
    """One copy of the text of a draft.

    Texts are strings of code points; updates and states are Yjs updates, format version 1. Made by `new` or `load`.
    Every method may raise BrokenCopy once the library has panicked in this copy.
    """

    def __init__(self, *, client_id: int) -> None:
        if not 0 < client_id < 2**53:
            raise ValueError("a client id has 1 to 53 bits")
        self.client_id = client_id
        self._seen = Seen()
        self._broken = False
        self._gained: list[bytes] = []
        self._doc: Doc[Text] = Doc(client_id=client_id, allow_multithreading=True)
        self._text = Text()
        self._doc[ROOT.decode()] = self._text
        gained = self._gained
        self._subscription = self._doc.observe(lambda event: _note(event, gained))

    @classmethod
    def new(cls, *, client_id: int) -> Self:
        """An empty text; what it starts with is an ordinary splice, row 1 of its journal."""
        return cls(client_id=client_id)

    @classmethod
    def load(
        cls, state: bytes | None, rows: Iterable[bytes] = (), *, client_id: int, sha256: str | None = None
    ) -> Self:
        """The text of a snapshot and the rows after it, in order. Where the `sha256` of the snapshot's text was kept,
        it is compared, and neither snapshot nor rows are weighed for characters cut in two: they were before.

        Raises what `apply` raises; `extra["row"]` of the error is the index in `rows`, -1 for the snapshot.
        """
        copy = cls(client_id=client_id)
        if state is not None:
            with at_row(-1):
                copy._apply_snapshot(state, sha256) if sha256 else copy.apply(state)
        for row, update in enumerate(rows):
            with at_row(row):
                copy.apply(update, weighed=sha256 is not None)
        return copy

    @property
    def is_broken(self) -> bool:
        """Whether the library panicked in this copy."""
        return self._broken

    @property
    def text(self) -> str:
        with self._guarded():
            return str(self._text)

    def state(self) -> bytes:
        """Everything this copy holds, as one update: a snapshot."""
        with self._guarded():
            return self._doc.get_update()

    def is_sound(self) -> bool:
        """Whether a copy made from `state` says the same. A forged update that names its neighbours in the wrong order
        can part the two; so this is asked before a snapshot is written or anything rests on one."""
        return text_in(self.state()) == self.text

    def fork(self, *, client_id: int) -> Self:
        """A copy that holds what this one holds. Cheaper than `load`: what was weighed once is not weighed again."""
        copy = type(self)(client_id=client_id)
        with self._guarded():
            copy._doc.apply_update(self._doc.get_update())
        copy._gained.clear()
        copy._seen = self._seen.copy()
        return copy

    def vector(self) -> bytes:
        """What this copy has seen, as a state vector."""
        with self._guarded():
            return self._doc.get_state()

    def since(self, vector: bytes) -> bytes:
        """What this copy holds and a copy with that state vector does not. Raises Malformed."""
        parse_vector(vector)
        with self._guarded():
            return self._doc.get_update(vector)

    def newcomers(self, update: bytes) -> frozenset[int]:
        """The client ids that bring unseen words in `update`, as it comes from outside. Raises Malformed."""
        clocks = self._seen.clocks
        return frozenset(
            run.client for run, *_ in parse(update, cursor=Typed).structs if run.end > clocks.get(run.client, 0)
        )

    def overflows(self, update: bytes, *, limit: int) -> bool:
        """Whether this text could pass `limit` code points with `update`; at once where it is far from that. Raises
        Malformed."""
        with self._guarded():
            if len(self._text) + len(update) <= limit:  # bytes, of which there are never fewer
                return False
        clocks = self._seen.clocks
        grown = sum(max(0, run.end - max(run.start, clocks.get(run.client, 0))) for run, *_ in parse(update).structs)
        return len(self.text) + grown > limit

    def splice(self, edits: Sequence[Edit]) -> bytes:
        """Applies edits, all of them against the present text, as one transaction; returns its update, b"" for none.

        Edits that start at one place land in the order given. Raises Malformed `edit_refused` where they overlap, lie
        outside the text or hold half a character.
        """
        before = self.text
        ordered = checked(edits, before)
        starts = byte_offsets(before, [edge for edit in ordered for edge in (edit.start, edit.end)])
        with self._guarded(), self._doc.transaction():
            for nth, edit in reversed(list(enumerate(ordered))):
                start, end = starts[2 * nth], starts[2 * nth + 1]
                if end > start:
                    del self._text[start:end]
                if edit.text:
                    self._text.insert(start, edit.text)
        return self._gain()

    def apply(self, update: bytes, *, weighed: bool = False) -> bytes:
        """Applies another copy's update; returns what was new in it as an update, b"" where nothing was. `weighed`: it
        is known to cut no character.

        Raises Malformed `update_refused` (not an update of a text, or it cuts a character in two) and MissingParents
        `update_early`; this copy is then as it was.
        """
        parsed = parse(update)
        moved = self._seen.admit(parsed, weighed=weighed)
        self._integrate(update)
        self._seen.learn(parsed, moved)
        return merge(self._taken())

    def trace(self, update: bytes) -> tuple[Edit, ...]:
        """Applies like `apply`; returns what that did, as edits against the text before."""
        before = self.text.encode()
        deltas: list[dict[str, object]] = []
        subscription = self._text.observe(lambda event: deltas.extend(getattr(event, "delta", ())))
        try:
            self.apply(update)
        finally:
            self._text.unobserve(subscription)
        return tuple(edits_of(deltas, before))

    def retrace(self, updates: Iterable[bytes]) -> Iterator[list[ByteEdit]]:
        """Applies one after another like `load`; gives of each what it did, in bytes of the UTF-8 of the text before
        it. For long histories: what `trace` gives costs a reading of the whole text each time."""
        deltas: list[dict[str, object]] = []
        subscription = self._text.observe(lambda event: deltas.extend(getattr(event, "delta", ())))
        try:
            for row, update in enumerate(updates):
                deltas.clear()
                with at_row(row):
                    self.apply(update)
                yield list(byte_edits_of(deltas))
        finally:
            self._text.unobserve(subscription)

    def _apply_snapshot(self, state: bytes, sha256: str) -> None:
        self._integrate(state)
        if hashlib.sha256(self.text.encode()).hexdigest() != sha256:
            raise refused("the snapshot does not read as it did")
        self._gained.clear()
        self._seen = Seen.of(state, parse_vector(self.vector()))

    def _integrate(self, update: bytes) -> None:
        with self._guarded():
            try:
                self._doc.apply_update(update)
            except ValueError as error:
                raise refused(str(error)) from None

    def _gain(self) -> bytes:
        """The update of a transaction of our own, learnt."""
        gain = merge(self._taken())
        if gain:
            parsed = parse(gain)
            self._seen.learn(parsed, self._seen.admit(parsed))
        return gain

    def _taken(self) -> list[bytes]:
        taken = self._gained.copy()
        self._gained.clear()
        return taken

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The library's panics are no `Exception`, may leave its locks taken, and are told apart by name alone."""
        if self._broken:
            raise BrokenCopy()
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            self._broken = True
            raise BrokenCopy(extra={"why": str(error)}) from None


def _note(event: TransactionEvent, gained: list[bytes]) -> None:
    if event.update != EMPTY:
        gained.append(event.update)
