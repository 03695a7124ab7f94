"""Hunks: the differences of two versions of one passage, in code points, aligned to line boundaries where possible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.text.diff.change_kinds import ChangeKind


@dataclass(frozen=True, slots=True)
class Hunk:
    """A changed or equal range, in code points of both blocks; `is_number` if one number replaced another."""

    kind: ChangeKind
    a0: int
    a1: int
    b0: int
    b1: int
    is_number: bool = False


def align_to_lines(hunks: Sequence[Hunk], old: str, new: str) -> list[Hunk]:
    """Shift insertions and deletions so that they cover whole lines, where the text allows it.

    "(3) A\\n(3) B" compared with "(3) B" then has one more line, not new text between the bracket and the number: in a
    merge, what the other side did to the number of B is applied to B.
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
    """Join adjacent equal hunks."""
    found: list[Hunk] = []
    for hunk in hunks:
        if found and hunk.kind == found[-1].kind == "equal":
            found[-1] = replace(found[-1], a1=hunk.a1, b1=hunk.b1)
        else:
            found.append(hunk)
    return found


def _line_shift(text: str, start: int, end: int, before: Hunk, after: Hunk) -> int:
    """Return by how many code points to shift `start`–`end` of `text` (negative: to the left) to begin at a line.

    0 if it begins at one already, or cannot be shifted.
    """
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
