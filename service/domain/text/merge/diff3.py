"""Token-level diff3: combine the edits of two sides of one base into parts, clean or in conflict.

After Khanna, Kunal and Pierce, A Formal Investigation of Diff3 (2007), with one stricter rule: edits that touch are a
conflict, because the order of insertions matters in a legal text. No edit is placed by similarity.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.minimal_edits import Splice
from service.domain.text.markup.tree import Span

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
    """Base code points a0–a1 were changed differently by both sides. Either text replaces the whole of a0–a1."""

    a0: int
    a1: int
    base: str
    ours: str
    theirs: str


MergePart = CleanPart | MergeConflict


def diff3(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[MergePart]:
    """Yield the parts of a merge; they tile the base, in order."""
    offset = 0
    for start, end, our_splices, their_splices in _group_splices(ours, theirs):
        if offset < start:
            yield CleanPart("base", base[offset:start], offset, start)
        yield _build_part(base, start, end, our_splices, their_splices)
        offset = end
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
    return CleanPart("both", ours, a0, a1) if ours == theirs else MergeConflict(a0, a1, base[a0:a1], ours, theirs)


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


def _group_splices(
    ours: Sequence[Splice], theirs: Sequence[Splice]
) -> Iterator[tuple[int, int, list[Splice], list[Splice]]]:
    """Yield groups of splices whose base ranges overlap or touch, with the range they cover."""
    pending = sorted([(splice, 0) for splice in ours] + [(splice, 1) for splice in theirs], reverse=True)
    while pending:
        splice, side = pending.pop()
        start, end, _ = splice
        group: tuple[list[Splice], list[Splice]] = ([], [])
        group[side].append(splice)
        while pending and pending[-1][0][0] <= end:
            splice, side = pending.pop()
            group[side].append(splice)
            end = max(end, splice[1])
        yield start, end, *group


def _build_part(base: str, start: int, end: int, ours: Sequence[Splice], theirs: Sequence[Splice]) -> MergePart:
    our_text, their_text = apply_splices(base, start, end, ours), apply_splices(base, start, end, theirs)
    if not theirs:
        return CleanPart("ours", our_text, start, end)
    if not ours:
        return CleanPart("theirs", their_text, start, end)
    return (
        CleanPart("both", our_text, start, end)
        if our_text == their_text
        else MergeConflict(start, end, base[start:end], our_text, their_text)
    )


def apply_splices(base: str, start: int, end: int, splices: Sequence[Splice]) -> str:
    """Return code points `start`–`end` of the base with the splices applied."""
    out, offset = [], start
    for a0, a1, text in splices:
        out += [base[offset:a0], text]
        offset = a1
    return "".join([*out, base[offset:end]])
