"""The shared text of a draft: a CRDT replica with a code-point API. The only module that imports pycrdt.

pycrdt counts UTF-8 bytes and accepts wrong offsets silently, ignores updates with missing dependencies, and panics
outside `Exception`. Every update is therefore parsed and validated before it is applied, and a replica in which the
library panicked cannot be used again. Client ids are always given: those pycrdt generates repeat after a fork.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from pycrdt import Doc, Text, TransactionEvent, merge_updates

from service.domain.crdt.panic_guard import PanicGuard
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


def join_updates(updates: Sequence[bytes]) -> bytes:
    """Merge updates, in order, into one; b"" for none."""
    non_empty = [update for update in updates if update]
    return merge_updates(*non_empty) if len(non_empty) > 1 else b"".join(non_empty)


def text_of_state(state: bytes) -> str:
    """Return the text of a state made by this instance, without validating it. Raises BrokenReplica."""
    replica = SharedText(client_id=1)
    with replica._guard_panics():
        replica._doc.apply_update(state)
        return str(replica._text)


class SharedText:
    """A replica of the text of a draft. Create it with `new` or `load`.

    Texts are strings of code points; updates and states are Yjs updates, format version 1. Every method may raise
    BrokenReplica once the library has panicked in this replica.
    """

    def __init__(self, *, client_id: int) -> None:
        if not 0 < client_id < 2**53:
            raise ValueError("a client id has 1 to 53 bits")
        self.client_id = client_id
        self._integrated = IntegratedState()
        self._guard_panics = PanicGuard()
        self._new_updates: list[bytes] = []
        self._doc: Doc[Text] = Doc(client_id=client_id, allow_multithreading=True)
        self._text = Text()
        self._doc[ROOT_NAME.decode()] = self._text
        new_updates = self._new_updates
        self._subscription = self._doc.observe(lambda event: _collect_update(event, new_updates))

    @classmethod
    def new(cls, *, client_id: int) -> Self:
        """Create an empty text. The initial text of a draft is an ordinary splice, row 1 of its journal."""
        return cls(client_id=client_id)

    @classmethod
    def load(
        cls, state: bytes | None, updates: Iterable[bytes] = (), *, client_id: int, sha256: str | None = None
    ) -> Self:
        """Load a snapshot and apply the rows after it, in order.

        If `sha256` of the snapshot's text is given, it is verified, and surrogate pairs are not validated again.
        Raises what `apply` raises; `extra["row"]` of the error is the index in `updates`, -1 for the snapshot.
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
        """Whether the library panicked in this replica."""
        return self._guard_panics.has_panicked

    @property
    def text(self) -> str:
        """The whole text."""
        with self._guard_panics():
            return str(self._text)

    def state(self) -> bytes:
        """Return the whole state as one update: a snapshot."""
        with self._guard_panics():
            return self._doc.get_update()

    def is_consistent(self) -> bool:
        """Return whether a replica loaded from `state` has the same text.

        A forged update that names its origins in the wrong order can break this; check it before a snapshot is saved
        or used.
        """
        return text_of_state(self.state()) == self.text

    def fork(self, *, client_id: int) -> Self:
        """Return a copy of this replica. Cheaper than `load`, as nothing is validated again."""
        replica = type(self)(client_id=client_id)
        with self._guard_panics():
            replica._doc.apply_update(self._doc.get_update())
        replica._new_updates.clear()
        replica._integrated = self._integrated.copy()
        return replica

    def state_vector(self) -> bytes:
        """Return the state vector (Yjs encoding)."""
        with self._guard_panics():
            return self._doc.get_state()

    def updates_since(self, vector: bytes) -> bytes:
        """Return an update with everything missing from a replica with state vector `vector`. Raises InvalidInput."""
        parse_state_vector(vector)
        with self._guard_panics():
            return self._doc.get_update(vector)

    def new_clients(self, update: bytes) -> frozenset[int]:
        """Return the client ids with new content in `update`, which is untrusted. Raises InvalidInput."""
        clocks = self._integrated.clocks
        return frozenset(
            run.client
            for run, *_ in parse_update(update, cursor_class=UntrustedCursor).structs
            if run.end > clocks.get(run.client, 0)
        )

    def may_exceed(self, update: bytes, *, limit: int) -> bool:
        """Return whether the text may exceed `limit` code points with `update`. Raises InvalidInput.

        Cheap if the text is far below the limit.
        """
        with self._guard_panics():
            if len(self._text) + len(update) <= limit:  # bytes, never fewer than code points
                return False
        clocks = self._integrated.clocks
        added = sum(
            max(0, run.end - max(run.start, clocks.get(run.client, 0))) for run, *_ in parse_update(update).structs
        )
        return len(self.text) + added > limit

    def splice(self, edits: Sequence[Edit]) -> bytes:
        """Apply edits, all relative to the present text, in one transaction; return its update, b"" for none.

        Edits that start at the same position are applied in the order given. Raises InvalidInput `edit_refused` if
        they overlap, are out of range or contain a lone surrogate.
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
        """Apply an update of another replica; return what was new in it as an update, b"" if nothing was.

        `validated`: it is known to split no surrogate pair. Raises InvalidInput `update_refused` (not an update of a
        text, or it splits a surrogate pair) and MissingDependencies `update_early`; the replica is then unchanged.
        """
        parsed = parse_update(update)
        new_clocks = self._integrated.validate_update(parsed, validated=validated)
        self._integrate(update)
        self._integrated.add_update(parsed, new_clocks)
        return join_updates(self._drain_updates())

    def apply_as_edits(self, update: bytes) -> tuple[Edit, ...]:
        """Apply an update as `apply` does; return its effect as edits of the text before."""
        before = self.text.encode()
        deltas: list[dict[str, object]] = []
        subscription = self._text.observe(lambda event: deltas.extend(getattr(event, "delta", ())))
        try:
            self.apply(update)
        finally:
            self._text.unobserve(subscription)
        return tuple(edits_from_delta(deltas, before))

    def replay(self, updates: Iterable[bytes]) -> Iterator[list[ByteEdit]]:
        """Apply updates as `load` does; yield the effect of each as edits in UTF-8 bytes of the text before it.

        For long histories: `apply_as_edits` reads the whole text for every update.
        """
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
            raise invalid_update("the text of the snapshot has another digest")
        self._new_updates.clear()
        self._integrated = IntegratedState.from_state(state, parse_state_vector(self.state_vector()))

    def _integrate(self, update: bytes) -> None:
        with self._guard_panics():
            try:
                self._doc.apply_update(update)
            except ValueError as error:
                raise invalid_update(str(error)) from None

    def _own_update(self) -> bytes:
        """Return the update of the last local transaction and add it to the integrated state."""
        update = join_updates(self._drain_updates())
        if update:
            parsed = parse_update(update)
            self._integrated.add_update(parsed, self._integrated.validate_update(parsed))
        return update

    def _drain_updates(self) -> list[bytes]:
        updates = self._new_updates.copy()
        self._new_updates.clear()
        return updates


def _collect_update(event: TransactionEvent, new_updates: list[bytes]) -> None:
    if event.update != EMPTY_UPDATE:
        new_updates.append(event.update)
