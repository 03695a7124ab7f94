"""A redline of two texts, as a redline of the same texts with the numbers they read with.

An article that was inserted gives all that follow another number, and changes none of their lines: such numbers are
told as `renumber`, and words alone are added or removed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from service.domain.text.diff.change_kinds import Kind
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import Op, Redline
from service.domain.text.structure.numbering import Mark, marked, moved

Numbers = tuple[Sequence[Mark], Sequence[Mark]]
"""The marks of the old and of the new text."""


def with_numbers(found: Redline, old: str, new: str, numbers: Numbers) -> Redline:
    """`found` compares `old` and `new`; what is returned compares `marked(old, …)` and `marked(new, …)`."""
    if not any(numbers):
        return found
    olds, news = numbers
    ends = [(moved(one.a0, olds), moved(one.a1, olds), moved(one.b0, news), moved(one.b1, news)) for one in found.moves]
    return replace(
        found,
        old_sha256=text_sha256(marked(old, olds)),
        new_sha256=text_sha256(marked(new, news)),
        ops=tuple(_joined(part for op in found.ops for part in _parts(op, numbers))),
        moves=tuple(
            replace(move, a0=a0, a1=a1, b0=b0, b1=b1) for move, (a0, a1, b0, b1) in zip(found.moves, ends, strict=True)
        ),
        flags=tuple(replace(flag, b0=moved(flag.b0, news), b1=moved(flag.b1, news)) for flag in found.flags),
        renumber_map=(*found.renumber_map, *dict.fromkeys(_renumbered(found, numbers))),
    )


def _renumbered(found: Redline, numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Of each heading that stands in both texts what it was called, and is called now."""
    for op in found.ops:
        for one, other in _at(op, numbers).values() if op.kind == "equal" else ():
            if one and other and one.words != other.words:
                yield f"{one.name}{one.words}", f"{other.name}{other.words}"


def _at(op: Op, numbers: Numbers) -> dict[int, tuple[Mark | None, Mark | None]]:
    """The marks of an equal op by their distance from its beginning. A mark belongs to the code point before it."""
    olds = {mark.place - op.a0: mark for mark in _between(numbers[0], op.a0, op.a1)}
    news = {mark.place - op.b0: mark for mark in _between(numbers[1], op.b0, op.b1)}
    return {place: (olds.get(place), news.get(place)) for place in sorted(olds.keys() | news.keys())}


def _between(marks: Sequence[Mark], start: int, end: int) -> Sequence[Mark]:
    first, last = (bisect_right(marks, place, key=lambda mark: mark.place) for place in (start, end))
    return marks[first:last]


def _parts(op: Op, numbers: Numbers) -> Iterator[Op]:
    """The op in the marked texts; an equal one is cut at its marks."""
    olds, news = numbers
    a, b = moved(op.a0, olds), moved(op.b0, news)
    if op.kind != "equal":
        yield Op(op.kind, a, moved(op.a1, olds), b, moved(op.b1, news), op.move, op.by)
        return
    done = 0
    for place, (one, other) in _at(op, numbers).items():
        gone, come = one.words if one else "", other.words if other else ""
        step, done = place - done, place
        yield Op("equal", a, a + step, b, b + step)
        a, b = a + step, b + step
        yield Op(_kind(gone, come), a, a + len(gone), b, b + len(come))
        a, b = a + len(gone), b + len(come)
    yield Op("equal", a, a + op.a1 - op.a0 - done, b, b + op.b1 - op.b0 - done)


def _kind(gone: str, come: str) -> Kind:
    if gone == come:
        return "equal"
    return "renumber" if gone and come else "insert" if come else "delete"


def _joined(parts: Iterable[Op]) -> Iterator[Op]:
    """Without empty ones, and equal ones that stand side by side as one."""
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
