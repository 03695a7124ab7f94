"""Differences of two versions of one passage in code points, and where they begin when they might begin elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.text.diff.change_kinds import ChangeKind


@dataclass(frozen=True, slots=True)
class Hunk:
    """A difference, or what is equal, in code points of both blocks. `number`: one number in place of another."""

    kind: ChangeKind
    a0: int
    a1: int
    b0: int
    b1: int
    is_number: bool = False


def align_to_lines(hunks: Sequence[Hunk], old: str, new: str) -> list[Hunk]:
    """The same differences, where lines that came or went are told as whole lines if they can be.

    "(3) A\\n(3) B" beside "(3) B" has another line, and not something new between its bracket and its number: what the
    other side of a merge does to the number of B is done to B.
    """
    found = _coalesce(hunks)
    for index in range(1, len(found) - 1):
        before, hunk, after = found[index - 1 : index + 2]
        if hunk.kind in ("insert", "delete") and before.kind == after.kind == "equal":
            shift = _line_shift(
                *((new, hunk.b0, hunk.b1) if hunk.kind == "insert" else (old, hunk.a0, hunk.a1)), before, after
            )
            if shift:
                found[index - 1 : index + 2] = _shift_hunk(before, hunk, after, shift)
    return [hunk for hunk in found if hunk.a0 < hunk.a1 or hunk.b0 < hunk.b1]


def _coalesce(hunks: Sequence[Hunk]) -> list[Hunk]:
    """What is equal, and stands side by side, as one."""
    found: list[Hunk] = []
    for hunk in hunks:
        if found and hunk.kind == found[-1].kind == "equal":
            found[-1] = replace(found[-1], a1=hunk.a1, b1=hunk.b1)
        else:
            found.append(hunk)
    return found


def _line_shift(text: str, start: int, end: int, before: Hunk, after: Hunk) -> int:
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


def _shift_hunk(before: Hunk, hunk: Hunk, after: Hunk, shift: int) -> list[Hunk]:
    moved = Hunk(hunk.kind, hunk.a0 + shift, hunk.a1 + shift, hunk.b0 + shift, hunk.b1 + shift)
    return [
        replace(before, a1=moved.a0, b1=moved.b0),
        moved,
        replace(after, a0=moved.a1, b0=moved.b1),
    ]
