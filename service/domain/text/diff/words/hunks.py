"""Hunks: the differences of two versions of one passage, in code points, aligned to line boundaries where possible."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.text.diff.change_kinds import ChangeKind

MAX_SHIFTED = 2_000
"""Code points of the longest insertion or deletion that is shifted to the start of a sentence."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A changed or equal range, in code points of both blocks; `is_number` if one number replaced another."""

    kind: ChangeKind
    a0: int
    a1: int
    b0: int
    b1: int
    is_number: bool = False


def align_hunks(hunks: Sequence[Hunk], old: str, new: str, *, to_sentences: bool) -> list[Hunk]:
    """Shift insertions and deletions so that they cover whole lines, where the text allows it, else whole sentences.

    "(3) A\\n(3) B" compared with "(3) B" then has one more line, not new text between the bracket and the number: in a
    merge, what the other side did to the number of B is applied to B.
    """
    found = _coalesce(hunks)
    for index in range(1, len(found) - 1):
        before, hunk, after = found[index - 1 : index + 2]
        if hunk.kind in ("insert", "delete") and before.kind == after.kind == "equal":
            changed = (new, hunk.b0, hunk.b1) if hunk.kind == "insert" else (old, hunk.a0, hunk.a1)
            shift = _line_shift(*changed, before, after)
            if not shift and to_sentences:
                shift = _sentence_shift(*changed, before, after)
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


def _sentence_shift(text: str, start: int, end: int, before: Hunk, after: Hunk) -> int:
    """Return by how many code points to shift `start`–`end` of `text` to begin at a sentence, else at a clause."""
    if end - start > MAX_SHIFTED or _begins(text, start) == _SENTENCE:
        return 0
    left, right = min(before.a1 - before.a0, end - start), min(after.a1 - after.a0, end - start)
    shifts = [*_equal_shifts(text, start, end, -left), *_equal_shifts(text, start, end, right)]
    ranks = [(_begins(text, start + shift), -abs(shift), shift) for shift in (0, *shifts)]
    best = max(ranks, default=(0, 0, 0))
    return best[2] if best[0] > _begins(text, start) else 0


def _equal_shifts(text: str, start: int, end: int, limit: int) -> Iterator[int]:
    """Yield the shifts in one direction up to `limit` that leave both texts as they are."""
    step = 1 if limit > 0 else -1
    for shift in range(step, limit + step, step):
        offsets = (start + shift - 1, end + shift - 1) if step > 0 else (start + shift, end + shift)
        if offsets[0] < 0 or offsets[1] >= len(text) or text[offsets[0]] != text[offsets[1]]:
            return
        yield shift


_SENTENCE, _CLAUSE = 2, 1
_BEFORE_SENTENCE = re.compile(r"[.!?؟۔…][\"'»”’)\]]*[ \n]+$|^$|\n[ \t]*$")
_BEFORE_CLAUSE = re.compile(r"[,;:،؛–—][ \n]+$")


def _begins(text: str, offset: int) -> int:
    """Return what begins at an offset: a sentence, a clause, or neither (0)."""
    before = text[max(0, offset - 6) : offset]
    if _BEFORE_SENTENCE.search(before):
        return _SENTENCE
    return _CLAUSE if _BEFORE_CLAUSE.search(before) else 0


def _shift_hunk(before: Hunk, hunk: Hunk, after: Hunk, shift: int) -> list[Hunk]:
    moved = Hunk(hunk.kind, hunk.a0 + shift, hunk.a1 + shift, hunk.b0 + shift, hunk.b1 + shift)
    return [
        replace(before, a1=moved.a0, b1=moved.b0),
        moved,
        replace(after, a0=moved.a1, b0=moved.b1),
    ]
