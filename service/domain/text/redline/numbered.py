"""Convert a redline of two texts to a redline of the same texts with their derived numbers.

An inserted article changes the number of all that follow, but none of their lines: such numbers become `renumber` ops,
and only words are added or removed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import Op, Redline
from service.domain.text.structure.numbering import NumberMark, insert_marks, shift_offset

MarkPair = tuple[Sequence[NumberMark], Sequence[NumberMark]]
"""The marks of the old and the new text."""


def number_redline(redline: Redline, old: str, new: str, marks: MarkPair) -> Redline:
    """Convert a redline of `old` and `new` to one of both texts with their marks inserted."""
    if not any(marks):
        return redline
    olds, news = marks
    ends = [
        (shift_offset(one.a0, olds), shift_offset(one.a1, olds), shift_offset(one.b0, news), shift_offset(one.b1, news))
        for one in redline.moves
    ]
    return replace(
        redline,
        old_sha256=text_sha256(insert_marks(old, olds)),
        new_sha256=text_sha256(insert_marks(new, news)),
        ops=tuple(_coalesce(part for op in redline.ops for part in _split_op(op, marks))),
        moves=tuple(
            replace(
                move,
                a0=a0,
                a1=a1,
                b0=b0,
                b1=b1,
                ops=tuple(_coalesce(chain.from_iterable(_split_op(op, marks) for op in move.ops))),
            )
            for move, (a0, a1, b0, b1) in zip(redline.moves, ends, strict=True)
        ),
        flags=tuple(
            replace(flag, b0=shift_offset(flag.b0, news), b1=shift_offset(flag.b1, news)) for flag in redline.flags
        ),
        renumber_map=(*redline.renumber_map, *dict.fromkeys(_renumbered_headings(redline, marks))),
    )


def _renumbered_headings(redline: Redline, marks: MarkPair) -> Iterator[tuple[str, str]]:
    """Yield the old and the new name of each heading that is in both texts."""
    for op in redline.ops:
        for old_mark, new_mark in _marks_by_offset(op, marks).values() if op.kind == "equal" else ():
            if old_mark and new_mark and old_mark.words != new_mark.words:
                yield f"{old_mark.name}{old_mark.words}", f"{new_mark.name}{new_mark.words}"


def _marks_by_offset(op: Op, marks: MarkPair) -> dict[int, tuple[NumberMark | None, NumberMark | None]]:
    """Return the marks of an equal op by their offset in it. A mark belongs to the code point before it."""
    olds = {mark.offset - op.a0: mark for mark in _marks_between(marks[0], op.a0, op.a1)}
    news = {mark.offset - op.b0: mark for mark in _marks_between(marks[1], op.b0, op.b1)}
    return {offset: (olds.get(offset), news.get(offset)) for offset in sorted(olds.keys() | news.keys())}


def _marks_between(marks: Sequence[NumberMark], start: int, end: int) -> Sequence[NumberMark]:
    first, last = (bisect_right(marks, offset, key=lambda mark: mark.offset) for offset in (start, end))
    return marks[first:last]


def _split_op(op: Op, marks: MarkPair) -> Iterator[Op]:
    """Yield the op in the texts with marks; an equal op is split at its marks."""
    olds, news = marks
    a, b = shift_offset(op.a0, olds), shift_offset(op.b0, news)
    if op.kind != "equal":
        yield Op(op.kind, a, shift_offset(op.a1, olds), b, shift_offset(op.b1, news), op.move, op.author)
        return
    done = 0
    for offset, (old_mark, new_mark) in _marks_by_offset(op, marks).items():
        old_words, new_words = old_mark.words if old_mark else "", new_mark.words if new_mark else ""
        step, done = offset - done, offset
        yield Op("equal", a, a + step, b, b + step)
        a, b = a + step, b + step
        yield Op(_mark_kind(old_words, new_words), a, a + len(old_words), b, b + len(new_words))
        a, b = a + len(old_words), b + len(new_words)
    yield Op("equal", a, a + op.a1 - op.a0 - done, b, b + op.b1 - op.b0 - done)


def _mark_kind(old_words: str, new_words: str) -> ChangeKind:
    if old_words == new_words:
        return "equal"
    return "renumber" if old_words and new_words else "insert" if new_words else "delete"


def _coalesce(parts: Iterable[Op]) -> Iterator[Op]:
    """Drop empty ops and join adjacent equal ones."""
    last: Op | None = None
    for op in parts:
        if op.a0 == op.a1 and op.b0 == op.b1:
            continue
        if last and last.kind == op.kind == "equal":
            last = Op("equal", last.a0, op.a1, last.b0, op.b1)
            continue
        if last:
            yield last
        last = op
    if last:
        yield last
