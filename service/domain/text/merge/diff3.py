"""Token-level diff3: combine the edits of two sides of one base into parts, clean or in conflict.

After Khanna, Kunal and Pierce, A Formal Investigation of Diff3 (2007), with one stricter rule: edits that touch are a
conflict, because the order of insertions matters in a legal text. No edit is placed by similarity, and none among equal
neighbours, where its place is not known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.minimal_edits import Splice, apply_splices
from service.domain.text.markup.tree import Span
from service.domain.text.merge.twins import possible_ranges

Side = Literal["base", "ours", "theirs", "both"]


@dataclass(frozen=True, slots=True)
class CleanPart:
    """What base code points a0–a1 became, and on which side; `both`: the same edit on both sides."""

    side: Side
    text: str
    a0: int
    a1: int


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """Base code points a0–a1 were changed differently by both sides. Any of the texts replaces the whole of a0–a1.

    `both`: the text with the edits of both sides, each once, where they can be combined: they touch without
    overlapping. None if they cannot.
    """

    a0: int
    a1: int
    base: str
    ours: str
    theirs: str
    both: str | None = None


MergePart = CleanPart | MergeConflict

MAX_GAP = 4
"""Most blanks between two edits at one place."""


def diff3(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[MergePart]:
    """Yield the parts of a merge; they tile the base, in order."""
    offset = 0
    for group in _group_splices(base, ours, theirs):
        if offset < group.start:
            yield CleanPart("base", base[offset : group.start], offset, group.start)
        yield from _build_parts(base, group)
        offset = group.end
    if offset < len(base):
        yield CleanPart("base", base[offset:], offset, len(base))


def both_readings(base: str, part: MergePart) -> tuple[str, str]:
    """Return the text of a part in our text and in theirs."""
    if isinstance(part, MergeConflict):
        return part.ours, part.theirs
    old = base[part.a0 : part.a1]
    return (part.text if part.side != "theirs" else old), (part.text if part.side != "ours" else old)


def combine_parts(base: str, parts: Sequence[MergePart]) -> MergePart:
    """Combine adjacent parts into one conflict, or into a clean part if both sides read the same."""
    sides = [both_readings(base, part) for part in parts]
    ours, theirs = "".join(our_text for our_text, _ in sides), "".join(their_text for _, their_text in sides)
    a0, a1 = parts[0].a0, parts[-1].a1
    if ours == theirs and not any(isinstance(part, MergeConflict) for part in parts):
        return CleanPart("both", ours, a0, a1)
    return MergeConflict(a0, a1, base[a0:a1], ours, theirs)


def combine_runs(base: str, parts: Sequence[MergePart], runs: Sequence[Span]) -> tuple[MergePart, ...]:
    """Combine each run of part indexes, both ends included, into one conflict; overlapping runs are joined."""
    found: list[MergePart] = []
    index = 0
    for first, last in _merge_overlapping(runs):
        found += [*parts[index:first], combine_parts(base, parts[first : last + 1])]
        index = last + 1
    return (*found, *parts[index:])


def _merge_overlapping(runs: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _is_one_gap(base: str, group: "_Group", start: int, splice: Splice) -> bool:
    """Return whether only a blank is between a group and a splice, one of which breaks the line there."""
    if start - group.end > MAX_GAP or base[group.end : start].strip(" \t"):
        return False
    return any("\n" in text for _, _, text in (splice, *group.sides[0], *group.sides[1]))


@dataclass(slots=True)
class _Group:
    """Splices of both sides whose possible ranges overlap or touch, with the range that they cover."""

    start: int
    end: int
    is_ambiguous: bool
    sides: tuple[list[Splice], list[Splice]]


def _group_splices(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[_Group]:
    ranged = [
        (possible, splice, side)
        for side, found in enumerate((ours, theirs))
        for possible, splice in zip(_ranges(base, ours, theirs, found), found, strict=True)
    ]
    group: _Group | None = None
    for (start, end), splice, side in sorted(ranged):
        if group is None or (start > group.end and not _is_one_gap(base, group, start, splice)):
            if group:
                yield group
            group = _Group(start, end, False, ([], []))
        group.sides[side].append(splice)
        group.end = max(group.end, end)
        group.is_ambiguous |= (start, end) != splice[:2]
    if group:
        yield group


def _ranges(base: str, ours: Sequence[Splice], theirs: Sequence[Splice], found: Sequence[Splice]) -> list[Span]:
    """Return the possible ranges of one side's splices; their own if the sides are equal."""
    return [(start, end) for start, end, _ in found] if ours == theirs else possible_ranges(base, found)


def _build_parts(base: str, group: _Group) -> Iterator[MergePart]:
    ours, theirs = (sorted(side) for side in group.sides)
    if not (ours and theirs):
        yield from _one_sided_parts(base, ours or theirs, "ours" if ours else "theirs", group)
        return
    start, end = group.start, group.end
    our_text, their_text = apply_splices(base, start, end, ours), apply_splices(base, start, end, theirs)
    if our_text == their_text and not group.is_ambiguous:
        yield CleanPart("both", our_text, start, end)
    else:
        both = None if group.is_ambiguous else _with_both(base, group, ours, theirs)
        yield MergeConflict(start, end, base[start:end], our_text, their_text, both)


def _one_sided_parts(base: str, splices: Sequence[Splice], side: Side, group: _Group) -> Iterator[MergePart]:
    offset = group.start
    for start, end, text in splices:
        if offset < start:
            yield CleanPart("base", base[offset:start], offset, start)
        yield CleanPart(side, text, start, end)
        offset = end
    if offset < group.end:
        yield CleanPart("base", base[offset : group.end], offset, group.end)


def _with_both(base: str, group: _Group, ours: Sequence[Splice], theirs: Sequence[Splice]) -> str | None:
    """Return the text with the edits of both sides, an equal edit once; None if they overlap.

    Of two insertions at one place, one that contains the other's words stands for both. Else one of whole lines comes
    before what was added at the start of a line, and after what was added at its end; else ours comes first.
    """
    merged: list[Splice] = []
    for start, end, text in sorted({*ours, *theirs}, key=lambda splice: (splice[0], splice[1], splice not in ours)):
        last = merged[-1] if merged else None
        if last and start < last[1]:
            return None
        if last and last[0] == last[1] == start == end:
            merged[-1] = start, end, _both_insertions(last[2], text)
        else:
            merged.append((start, end, text))
    return apply_splices(base, group.start, group.end, merged)


def _both_insertions(ours: str, theirs: str) -> str:
    longer, shorter = (ours, theirs) if len(ours) >= len(theirs) else (theirs, ours)
    if f" {' '.join(shorter.split())} " in f" {' '.join(longer.split())} ":
        return longer
    return "".join(sorted((ours, theirs), key=_line_order))


def _line_order(insertion: str) -> int:
    """Order lines that end at the place, then words, then lines that start there."""
    return 0 if insertion.endswith("\n") else 2 if insertion.startswith("\n") else 1


def result_offset(parts: Sequence[CleanPart], base_offset: int, *, at_end: bool = False) -> int:
    """Map an offset of the base to the result.

    Inside a changed part it is the part's start, or its end with `at_end`. Text inserted at the offset comes after it,
    or before it with `at_end`.
    """
    offset = 0
    for part in parts:
        if part.a0 > base_offset or (part.a0 == base_offset and not (at_end and part.a0 == part.a1)):
            break
        if base_offset >= part.a1:
            offset += len(part.text)
        elif part.side == "base":
            return offset + base_offset - part.a0
        else:
            return offset + (len(part.text) if at_end else 0)
    return offset
