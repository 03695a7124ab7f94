"""Differences of two versions of one passage in code points, and where they begin when they might begin elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.text.diff.change_kinds import Kind


@dataclass(frozen=True, slots=True)
class Hunk:
    """A difference, or what is equal, in code points of both blocks. `number`: one number in place of another."""

    kind: Kind
    a0: int
    a1: int
    b0: int
    b1: int
    number: bool = False


def by_lines(hunks: Sequence[Hunk], old: str, new: str) -> list[Hunk]:
    """The same differences, where lines that came or went are told as whole lines if they can be.

    "(3) A\\n(3) B" beside "(3) B" has another line, and not something new between its bracket and its number: what the
    other side of a merge does to the number of B is done to B.
    """
    found = _joined(hunks)
    for place in range(1, len(found) - 1):
        before, hunk, after = found[place - 1 : place + 2]
        if hunk.kind in ("insert", "delete") and before.kind == after.kind == "equal":
            by = _shift(*((new, hunk.b0, hunk.b1) if hunk.kind == "insert" else (old, hunk.a0, hunk.a1)), before, after)
            if by:
                found[place - 1 : place + 2] = _shifted(before, hunk, after, by)
    return [hunk for hunk in found if hunk.a0 < hunk.a1 or hunk.b0 < hunk.b1]


def _joined(hunks: Sequence[Hunk]) -> list[Hunk]:
    """What is equal, and stands side by side, as one."""
    found: list[Hunk] = []
    for hunk in hunks:
        if found and hunk.kind == found[-1].kind == "equal":
            found[-1] = replace(found[-1], a1=hunk.a1, b1=hunk.b1)
        else:
            found.append(hunk)
    return found


def _shift(text: str, start: int, end: int, before: Hunk, after: Hunk) -> int:
    """By how many code points start–end of `text` goes left (less than 0) or right to begin with a line; 0 where it
    does, or cannot."""
    words = text[start:end]
    first = words.find("\n") + 1
    line = text.rfind("\n", 0, start) + 1
    if not first or line == start:
        return 0
    if start - line <= before.a1 - before.a0 and words.endswith(text[line:start]):
        return line - start
    return first if first <= after.a1 - after.a0 and text.startswith(words[:first], end) else 0


def _shifted(before: Hunk, hunk: Hunk, after: Hunk, by: int) -> list[Hunk]:
    moved = Hunk(hunk.kind, hunk.a0 + by, hunk.a1 + by, hunk.b0 + by, hunk.b1 + by)
    return [
        replace(before, a1=moved.a0, b1=moved.b0),
        moved,
        replace(after, a0=moved.a1, b0=moved.b1),
    ]
