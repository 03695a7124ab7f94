"""What became of a text under many hands: what was kept of it, what each of them added, what each of them took out.

Lengths are in whatever both sides count in: code points, or bytes where a long history is followed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import chain
from typing import Generic, Literal, NamedTuple, TypeVar

OpKind = Literal["kept", "gone", "come"]
AuthorT = TypeVar("AuthorT")

BLOCK_SIZE = 32
"""Bits that are looked at together: a change deep in a long history then costs as little as an early one."""


class AttributionOp(NamedTuple, Generic[AuthorT]):
    """What is `kept` or `gone` stood in the text before, what is `kept` or `come` stands in the text now; who took it
    out or brought it is `by` (None of what was kept, and where nobody knows)."""

    kind: OpKind
    length: int
    author: AuthorT | None = None


SizedEdit = tuple[int, int, Sized]
"""Start–end of the text become words."""


class AttributionLog(Generic[AuthorT]):
    """A text of this length, and what became of it so far."""

    def __init__(self, length: int) -> None:
        self._blocks: list[list[AttributionOp[AuthorT]]] = [initial_ops(length)]
        self._sizes = [length]

    def apply(self, edits: Sequence[SizedEdit], author: AuthorT | None) -> None:
        """`by` changed the text as it stood; see `rewritten`."""
        for start, stop, inserted in reversed(edits):
            self._apply_edit(start, stop, inserted, author)

    def ops(self) -> list[AttributionOp[AuthorT]]:
        return _coalesce(chain.from_iterable(self._blocks))

    def _apply_edit(self, start: int, stop: int, inserted: Sized, author: AuthorT | None) -> None:
        first, before = self._find_block(start)
        last, end = first, before + self._sizes[first]
        while end < stop:
            last += 1
            end += self._sizes[last]
        replaced = chain.from_iterable(self._blocks[first : last + 1])
        ops = apply_edits(replaced, [(start - before, stop - before, inserted)], author)
        blocks = [ops[place : place + BLOCK_SIZE] for place in range(0, len(ops), BLOCK_SIZE)] or [[]]
        self._blocks[first : last + 1] = blocks
        self._sizes[first : last + 1] = [_live_length(block) for block in blocks]

    def _find_block(self, offset: int) -> tuple[int, int]:
        """The block in which `place` lies, and the length of the text before it."""
        before = 0
        for block, size in enumerate(self._sizes[:-1]):
            if offset < before + size:
                return block, before
            before += size
        return len(self._sizes) - 1, before


def initial_ops(length: int) -> list[AttributionOp[AuthorT]]:
    """A text that nobody has changed yet."""
    return [AttributionOp("kept", length)] if length else []


def apply_edits(
    ops: Iterable[AttributionOp[AuthorT]], edits: Sequence[SizedEdit], author: AuthorT | None
) -> list[AttributionOp[AuthorT]]:
    """The bits after `by` made edits, in order, apart, all against the text before: what `SharedText.trace` gives. What
    someone brought and someone took out again leaves no trace. New words stand behind those that had been taken out at
    the same place."""
    return _coalesce(_apply_pending(ops, deque(edits), author))


def to_code_points(ops: Iterable[AttributionOp[AuthorT]], old: str, new: str) -> list[AttributionOp[AuthorT]]:
    """Bits that were counted in bytes of UTF-8; `old` and `new` are the texts they tell of."""
    before, after = old.encode(), new.encode()
    found: list[AttributionOp[AuthorT]] = []
    a = b = 0
    for op in ops:
        text, offset = (after, b) if op.kind == "come" else (before, a)
        found.append(op._replace(length=len(text[offset : offset + op.length].decode())))
        a += op.length if op.kind != "come" else 0
        b += op.length if op.kind != "gone" else 0
    return found


def _live_length(ops: Iterable[AttributionOp[AuthorT]]) -> int:
    return sum(bit.length for bit in ops if bit.kind != "gone")


def _coalesce(ops: Iterable[AttributionOp[AuthorT]]) -> list[AttributionOp[AuthorT]]:
    found: list[AttributionOp[AuthorT]] = []
    for op in ops:
        if found and found[-1].kind == op.kind and found[-1].author == op.author:
            found[-1] = op._replace(length=found[-1].length + op.length)
        else:
            found.append(op)
    return found


def _apply_pending(
    ops: Iterable[AttributionOp[AuthorT]], pending: deque[SizedEdit], author: AuthorT | None
) -> Iterator[AttributionOp[AuthorT]]:
    offset = 0
    for op in ops:
        if op.kind == "gone":
            yield op
            continue
        yield from _split_op(op, offset, pending, author)
        offset += op.length
    for _, _, inserted in pending:
        if len(inserted):
            yield AttributionOp("come", len(inserted), author)


def _split_op(
    op: AttributionOp[AuthorT], offset: int, pending: deque[SizedEdit], author: AuthorT | None
) -> Iterator[AttributionOp[AuthorT]]:
    """What becomes of a bit that stands at `place`; the edits that are done with are taken from `waiting`."""
    end = offset + op.length
    while pending and pending[0][0] < end:
        start, stop, inserted = pending[0]
        if offset < start:
            yield op._replace(length=start - offset)
            offset = start
        if offset < stop and op.kind == "kept":
            yield AttributionOp("gone", min(stop, end) - offset, author)
        offset = max(offset, min(stop, end))
        if stop > end:
            return
        pending.popleft()
        if len(inserted):
            yield AttributionOp("come", len(inserted), author)
    if offset < end:
        yield op._replace(length=end - offset)
