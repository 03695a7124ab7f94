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

from service.domain.crdt.text_edits import (
    ByteEdit,
    Edit,
    byte_edits_from_delta,
    byte_offsets,
    edits_from_delta,
    validate_edits,
)
from service.domain.crdt.update_dependencies import IntegratedState
from service.domain.crdt.updates import (
    EMPTY_UPDATE,
    ROOT_NAME,
    UntrustedCursor,
    attach_row,
    invalid_update,
    parse_state_vector,
    parse_update,
)
from service.domain.errors import N_, Unavailable

CLIENT_ID_BITS = 52


class BrokenReplica(Unavailable):
    """This copy of a draft is of no more use; the journal is whole. Drop it and load again."""

    code = "draft_copy_broken"
    sentence = N_("Reloading the draft. Nothing that was saved is lost.")


def new_client_id(random_bits: int) -> int:
    """The id of a new writer, from CLIENT_BITS bits of the caller's randomness. Odd, so never 0."""
    if not 0 <= random_bits < 2**CLIENT_ID_BITS:
        raise ValueError(f"a client id is made of {CLIENT_ID_BITS} random bits")
    return random_bits | 1


def join_updates(updates: Sequence[bytes]) -> bytes:
    """One update that says what `updates` say, in their order; b"" for none."""
    non_empty = [update for update in updates if update]
    return merge_updates(*non_empty) if len(non_empty) > 1 else b"".join(non_empty)


def text_of_state(state: bytes) -> str:
    """The text of a state made here, read without weighing it. Raises BrokenCopy."""
    replica = SharedText(client_id=1)
    with replica._guard_panics():
        replica._doc.apply_update(state)
        return str(replica._text)


class SharedText:
    """One copy of the text of a draft.

    Texts are strings of code points; updates and states are Yjs updates, format version 1. Made by `new` or `load`.
    Every method may raise BrokenCopy once the library has panicked in this copy.
    """

    def __init__(self, *, client_id: int) -> None:
        if not 0 < client_id < 2**53:
            raise ValueError("a client id has 1 to 53 bits")
        self.client_id = client_id
        self._integrated = IntegratedState()
        self._is_broken = False
        self._new_updates: list[bytes] = []
        self._doc: Doc[Text] = Doc(client_id=client_id, allow_multithreading=True)
        self._text = Text()
        self._doc[ROOT_NAME.decode()] = self._text
        new_updates = self._new_updates
        self._subscription = self._doc.observe(lambda event: _collect_update(event, new_updates))

    @classmethod
    def new(cls, *, client_id: int) -> Self:
        """An empty text; what it starts with is an ordinary splice, row 1 of its journal."""
        return cls(client_id=client_id)

    @classmethod
    def load(
        cls, state: bytes | None, updates: Iterable[bytes] = (), *, client_id: int, sha256: str | None = None
    ) -> Self:
        """The text of a snapshot and the rows after it, in order. Where the `sha256` of the snapshot's text was kept,
        it is compared, and neither snapshot nor rows are weighed for characters cut in two: they were before.

        Raises what `apply` raises; `extra["row"]` of the error is the index in `rows`, -1 for the snapshot.
        """
        replica = cls(client_id=client_id)
        if state is not None:
            with attach_row(-1):
                replica._apply_snapshot(state, sha256) if sha256 else replica.apply(state)
        for row, update in enumerate(updates):
            with attach_row(row):
                replica.apply(update, validated=sha256 is not None)
        return replica

    @property
    def is_broken(self) -> bool:
        """Whether the library panicked in this copy."""
        return self._is_broken

    @property
    def text(self) -> str:
        with self._guard_panics():
            return str(self._text)

    def state(self) -> bytes:
        """Everything this copy holds, as one update: a snapshot."""
        with self._guard_panics():
            return self._doc.get_update()

    def is_consistent(self) -> bool:
        """Whether a copy made from `state` says the same. A forged update that names its neighbours in the wrong order
        can part the two; so this is asked before a snapshot is written or anything rests on one."""
        return text_of_state(self.state()) == self.text

    def fork(self, *, client_id: int) -> Self:
        """A copy that holds what this one holds. Cheaper than `load`: what was weighed once is not weighed again."""
        replica = type(self)(client_id=client_id)
        with self._guard_panics():
            replica._doc.apply_update(self._doc.get_update())
        replica._new_updates.clear()
        replica._integrated = self._integrated.copy()
        return replica

    def state_vector(self) -> bytes:
        """What this copy has seen, as a state vector."""
        with self._guard_panics():
            return self._doc.get_state()

    def updates_since(self, vector: bytes) -> bytes:
        """What this copy holds and a copy with that state vector does not. Raises Malformed."""
        parse_state_vector(vector)
        with self._guard_panics():
            return self._doc.get_update(vector)

    def new_clients(self, update: bytes) -> frozenset[int]:
        """The client ids that bring unseen words in `update`, as it comes from outside. Raises Malformed."""
        clocks = self._integrated.clocks
        return frozenset(
            run.client
            for run, *_ in parse_update(update, cursor_class=UntrustedCursor).structs
            if run.end > clocks.get(run.client, 0)
        )

    def may_exceed(self, update: bytes, *, limit: int) -> bool:
        """Whether this text could pass `limit` code points with `update`; at once where it is far from that. Raises
        Malformed."""
        with self._guard_panics():
            if len(self._text) + len(update) <= limit:  # bytes, of which there are never fewer
                return False
        clocks = self._integrated.clocks
        added = sum(
            max(0, run.end - max(run.start, clocks.get(run.client, 0))) for run, *_ in parse_update(update).structs
        )
        return len(self.text) + added > limit

    def splice(self, edits: Sequence[Edit]) -> bytes:
        """Applies edits, all of them against the present text, as one transaction; returns its update, b"" for none.

        Edits that start at one place land in the order given. Raises Malformed `edit_refused` where they overlap, lie
        outside the text or hold half a character.
        """
        before = self.text
        ordered = validate_edits(edits, before)
        starts = byte_offsets(before, [edge for edit in ordered for edge in (edit.start, edit.end)])
        with self._guard_panics(), self._doc.transaction():
            for index, edit in reversed(list(enumerate(ordered))):
                start, end = starts[2 * index], starts[2 * index + 1]
                if end > start:
                    del self._text[start:end]
                if edit.text:
                    self._text.insert(start, edit.text)
        return self._own_update()

    def apply(self, update: bytes, *, validated: bool = False) -> bytes:
        """Applies another copy's update; returns what was new in it as an update, b"" where nothing was. `weighed`: it
        is known to cut no character.

        Raises Malformed `update_refused` (not an update of a text, or it cuts a character in two) and MissingParents
        `update_early`; this copy is then as it was.
        """
        parsed = parse_update(update)
        new_clocks = self._integrated.validate_update(parsed, validated=validated)
        self._integrate(update)
        self._integrated.add_update(parsed, new_clocks)
        return join_updates(self._drain_updates())

    def apply_as_edits(self, update: bytes) -> tuple[Edit, ...]:
        """Applies like `apply`; returns what that did, as edits against the text before."""
        before = self.text.encode()
        deltas: list[dict[str, object]] = []
        subscription = self._text.observe(lambda event: deltas.extend(getattr(event, "delta", ())))
        try:
            self.apply(update)
        finally:
            self._text.unobserve(subscription)
        return tuple(edits_from_delta(deltas, before))

    def replay(self, updates: Iterable[bytes]) -> Iterator[list[ByteEdit]]:
        """Applies one after another like `load`; gives of each what it did, in bytes of the UTF-8 of the text before
        it. For long histories: what `trace` gives costs a reading of the whole text each time."""
        deltas: list[dict[str, object]] = []
        subscription = self._text.observe(lambda event: deltas.extend(getattr(event, "delta", ())))
        try:
            for row, update in enumerate(updates):
                deltas.clear()
                with attach_row(row):
                    self.apply(update)
                yield list(byte_edits_from_delta(deltas))
        finally:
            self._text.unobserve(subscription)

    def _apply_snapshot(self, state: bytes, sha256: str) -> None:
        self._integrate(state)
        if hashlib.sha256(self.text.encode()).hexdigest() != sha256:
            raise invalid_update("the snapshot does not read as it did")
        self._new_updates.clear()
        self._integrated = IntegratedState.from_state(state, parse_state_vector(self.state_vector()))

    def _integrate(self, update: bytes) -> None:
        with self._guard_panics():
            try:
                self._doc.apply_update(update)
            except ValueError as error:
                raise invalid_update(str(error)) from None

    def _own_update(self) -> bytes:
        """The update of a transaction of our own, learnt."""
        update = join_updates(self._drain_updates())
        if update:
            parsed = parse_update(update)
            self._integrated.add_update(parsed, self._integrated.validate_update(parsed))
        return update

    def _drain_updates(self) -> list[bytes]:
        updates = self._new_updates.copy()
        self._new_updates.clear()
        return updates

    @contextmanager
    def _guard_panics(self) -> Iterator[None]:
        """The library's panics are no `Exception`, may leave its locks taken, and are told apart by name alone."""
        if self._is_broken:
            raise BrokenReplica()
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            self._is_broken = True
            raise BrokenReplica(extra={"why": str(error)}) from None


def _collect_update(event: TransactionEvent, new_updates: list[bytes]) -> None:
    if event.update != EMPTY_UPDATE:
        new_updates.append(event.update)
