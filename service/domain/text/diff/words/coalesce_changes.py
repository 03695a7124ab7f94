"""Semantic clean-up: a replaced phrase becomes one change instead of several with stray words between them."""

from collections.abc import Sequence

from service.domain.text.diff.change_kinds import classify_change
from service.domain.text.diff.words.token_diff import DiffPart, TokenDiff
from service.domain.text.markup.tokens import WORD

MAX_STRAY_WORDS = 2
"""Most equal words between two changes that may be absorbed into them."""


MIN_SIZE_RATIO = 3
"""How many times longer than the text between them both changes must be, in code points."""


def coalesce(parts: Sequence[DiffPart], token_diff: TokenDiff) -> list[DiffPart]:
    """Merge changes with the equal text between them, if it is short enough.

    It may contain no word and no newline; or up to `MAX_STRAY_WORDS` words, if both changes are at least
    `MIN_SIZE_RATIO` times as long. Changes in marks, blanks or numbers alone absorb nothing.
    """
    found: list[DiffPart] = []
    islands: list[int] = []
    """Indexes in `found` of changes that may still absorb equal text to their left."""
    for part in parts:
        found.append(part)
        if not _can_absorb(part, token_diff):
            continue
        while islands and _is_stray(found[islands[-1] + 1 : -1], found[islands[-1]], found[-1], token_diff):
            index = islands.pop()
            start, end = found[index], found[-1]
            del found[index:]
            found.append(DiffPart(False, start.i0, end.i1, start.j0, end.j1))
        islands.append(len(found) - 1)
    return token_diff.trim(found)


def _can_absorb(part: DiffPart, token_diff: TokenDiff) -> bool:
    if part.is_equal or part.is_number:
        return False
    return classify_change(token_diff.old_text(part), token_diff.new_text(part)) in ("insert", "delete", "replace")


def _is_stray(island: Sequence[DiffPart], left: DiffPart, right: DiffPart, token_diff: TokenDiff) -> bool:
    words = sum(key & 3 == WORD for part in island for key in token_diff.old_keys[part.i0 : part.i1])
    if words > MAX_STRAY_WORDS:
        return False
    between = "".join(token_diff.old_text(part) for part in island)
    if words == 0:
        return "\n" not in between
    return MIN_SIZE_RATIO * len(between) <= min(_size(left, token_diff), _size(right, token_diff))


def _size(part: DiffPart, token_diff: TokenDiff) -> int:
    a0, a1, b0, b1 = token_diff.span(part)
    return max(a1 - a0, b1 - b0)
