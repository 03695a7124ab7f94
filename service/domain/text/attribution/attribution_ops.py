"""Attribution ops: which parts of a text were kept, and which were added or removed by which author.

Lengths are in one unit on both sides: code points, or UTF-8 bytes while a long journal is replayed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import chain
from typing import Generic, Literal, NamedTuple, TypeVar

OpKind = Literal["kept", "gone", "come"]
AuthorT = TypeVar("AuthorT")

BLOCK_SIZE = 32
"""Ops per block. Applying an edit rewrites only the blocks it touches, so its cost does not grow with the history."""


class AttributionOp(NamedTuple, Generic[AuthorT]):
    """A run of the old text (`kept`, `gone`) or of the new text (`kept`, `come`).

    `author` removed or added it; None for kept runs and where the author is unknown.
    """

    kind: OpKind
    length: int
    author: AuthorT | None = None


SizedEdit = tuple[int, int, Sized]
"""Start, end and replacement: the range of the text that is replaced."""


class AttributionLog(Generic[AuthorT]):
    """The attribution ops of a text, updated edit by edit."""

    def __init__(self, length: int) -> None:
        self._blocks: list[list[AttributionOp[AuthorT]]] = [initial_ops(length)]
        self._sizes = [length]

    def apply(self, edits: Sequence[SizedEdit], author: AuthorT | None) -> None:
        """Apply edits of the current text by one author, as `apply_edits` does."""
        for start, stop, inserted in reversed(edits):
            self._apply_edit(start, stop, inserted, author)

    def ops(self) -> list[AttributionOp[AuthorT]]:
        """Return the ops so far; adjacent ones of the same kind and author are joined."""
        return _coalesce(chain.from_iterable(self._blocks))

    def _apply_edit(self, start: int, stop: int, inserted: Sized, author: AuthorT | None) -> None:
        first, before = self._find_block(start)
        last, end = first, before + self._sizes[first]
        while end < stop:
            last += 1
            end += self._sizes[last]
        replaced = chain.from_iterable(self._blocks[first : last + 1])
        ops = apply_edits(replaced, [(start - before, stop - before, inserted)], author)
        blocks = [ops[index : index + BLOCK_SIZE] for index in range(0, len(ops), BLOCK_SIZE)] or [[]]
        self._blocks[first : last + 1] = blocks
        self._sizes[first : last + 1] = [_live_length(block) for block in blocks]

    def _find_block(self, offset: int) -> tuple[int, int]:
        """Return the index of the block that contains `offset`, and the length of the text before that block."""
        before = 0
        for block, size in enumerate(self._sizes[:-1]):
            if offset < before + size:
                return block, before
            before += size
        return len(self._sizes) - 1, before


def initial_ops(length: int) -> list[AttributionOp[AuthorT]]:
    """Return the ops of an unchanged text."""
    return [AttributionOp("kept", length)] if length else []


def apply_edits(
    ops: Iterable[AttributionOp[AuthorT]], edits: Sequence[SizedEdit], author: AuthorT | None
) -> list[AttributionOp[AuthorT]]:
    """Return the ops after edits by one author.

    The edits are sorted, do not overlap, and all refer to the text before them, as `SharedText.apply_as_edits` returns
    them. Text that was added and later removed leaves no op. Inserted text comes after text removed at the same
    position.
    """
    return _coalesce(_apply_pending(ops, deque(edits), author))


def to_code_points(ops: Iterable[AttributionOp[AuthorT]], old: str, new: str) -> list[AttributionOp[AuthorT]]:
    """Convert lengths from UTF-8 bytes to code points; `old` and `new` are the texts that the ops lead between."""
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
    return sum(op.length for op in ops if op.kind != "gone")


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
    """Yield the ops that replace `op`, which begins at `offset`; finished edits are removed from `pending`."""
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
