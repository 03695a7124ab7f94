"""The changes of two sides laid over one base: passages of one side, of both, and those where the sides meet.

Token-level diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007), one stricter rule: edits that touch
are a conflict, because the order of what is inserted is content in law. Nothing is ever placed by likeness.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.minimal_edits import Splice
from service.domain.text.markup.tree import Span

Side = Literal["base", "ours", "theirs", "both"]


@dataclass(frozen=True, slots=True)
class Clean:
    """What base code points a0–a1 became, and by whom; `both`: the same edit on both sides."""

    side: Side
    text: str
    a0: int
    a1: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Base code points a0–a1 were changed by both sides, differently. Both texts replace the whole of a0–a1."""

    a0: int
    a1: int
    base: str
    ours: str
    theirs: str


Part = Clean | Conflict


def weave(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[Part]:
    """The parts of a merge: they tile the base, in order."""
    place = 0
    for start, end, mine, yours in _groups(ours, theirs):
        if place < start:
            yield Clean("base", base[place:start], place, start)
        yield _part(base, start, end, mine, yours)
        place = end
    if place < len(base):
        yield Clean("base", base[place:], place, len(base))


def halves(base: str, part: Part) -> tuple[str, str]:
    """What a part reads in our text and in theirs."""
    if isinstance(part, Conflict):
        return part.ours, part.theirs
    old = base[part.a0 : part.a1]
    return (part.text if part.side != "theirs" else old), (part.text if part.side != "ours" else old)


def fused(base: str, parts: Sequence[Part]) -> Part:
    """Parts that stand side by side, as one conflict; as they are if the sides say the same."""
    sides = [halves(base, part) for part in parts]
    ours, theirs = "".join(mine for mine, _ in sides), "".join(yours for _, yours in sides)
    a0, a1 = parts[0].a0, parts[-1].a1
    return Clean("both", ours, a0, a1) if ours == theirs else Conflict(a0, a1, base[a0:a1], ours, theirs)


def joined(base: str, parts: Sequence[Part], runs: Sequence[Span]) -> tuple[Part, ...]:
    """The parts, where each run of places, both ends included, is one conflict; runs that meet are one."""
    found: list[Part] = []
    place = 0
    for first, last in _united(runs):
        found += [*parts[place:first], fused(base, parts[first : last + 1])]
        place = last + 1
    return (*found, *parts[place:])


def _united(runs: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _groups(ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[tuple[int, int, list[Splice], list[Splice]]]:
    """Splices whose ranges of the base overlap or touch, together, with the range they cover."""
    waiting = sorted([(splice, 0) for splice in ours] + [(splice, 1) for splice in theirs], reverse=True)
    while waiting:
        splice, side = waiting.pop()
        start, end, _ = splice
        group: tuple[list[Splice], list[Splice]] = ([], [])
        group[side].append(splice)
        while waiting and waiting[-1][0][0] <= end:
            splice, side = waiting.pop()
            group[side].append(splice)
            end = max(end, splice[1])
        yield start, end, *group


def _part(base: str, start: int, end: int, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Part:
    mine, yours = applied(base, start, end, ours), applied(base, start, end, theirs)
    if not theirs:
        return Clean("ours", mine, start, end)
    if not ours:
        return Clean("theirs", yours, start, end)
    return Clean("both", mine, start, end) if mine == yours else Conflict(start, end, base[start:end], mine, yours)


def applied(base: str, start: int, end: int, splices: Sequence[Splice]) -> str:
    out, place = [], start
    for a0, a1, text in splices:
        out += [base[place:a0], text]
        place = a1
    return "".join([*out, base[place:end]])
