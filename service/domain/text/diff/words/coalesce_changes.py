"""Semantic clean-up: a replaced phrase becomes one change instead of several with stray words between them."""

from collections.abc import Iterator, Sequence

from service.domain.text.diff.change_kinds import classify_change
from service.domain.text.diff.words.token_diff import DiffPart, TokenDiff
from service.domain.text.markup.tokens import WORD

MAX_STRAY_WORDS = 2
"""Most equal words between two changes that may be absorbed into them."""


MAX_ISLAND_WORDS = 2
"""Most equal words between two changes of unlike phrases."""

MIN_UNLIKE_RATIO = 6
"""How many times as many words as between them unlike changes must have together."""

MAX_UNLIKE = 32
"""Most changes that are joined as one."""

MIN_SIZE_RATIO = 4
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
    return token_diff.trim(list(_replace_unlike(found, token_diff)))


def _replace_unlike(parts: Sequence[DiffPart], token_diff: TokenDiff) -> Iterator[DiffPart]:
    """Join sequences of changes that are separated by few equal words: the two phrases are unlike."""
    index = 0
    while index < len(parts):
        end = _end_of_unlike(parts, index, token_diff) if _can_absorb(parts[index], token_diff) else index + 1
        start, last = parts[index], parts[end - 1]
        yield start if end == index + 1 else DiffPart(False, start.i0, last.i1, start.j0, last.j1)
        index = end


def _end_of_unlike(parts: Sequence[DiffPart], start: int, token_diff: TokenDiff) -> int:
    """Return the end of the longest sequence of unlike changes that begins at `start`."""
    changed = _changed_words(parts[start], token_diff)
    equal, best = 0, start + 1
    for index in range(start + 2, min(len(parts), start + 2 * MAX_UNLIKE), 2):
        island, change = parts[index - 1], parts[index]
        words = _old_words(island, token_diff)
        if words > MAX_ISLAND_WORDS or "\n" in token_diff.old_text(island) or not _can_absorb(change, token_diff):
            break
        equal, changed = equal + words, changed + _changed_words(change, token_diff)
        if MIN_UNLIKE_RATIO * equal <= changed:
            best = index + 1
    return best


def _old_words(part: DiffPart, token_diff: TokenDiff) -> int:
    return sum(key & 3 == WORD for key in token_diff.old_keys[part.i0 : part.i1])


def _changed_words(part: DiffPart, token_diff: TokenDiff) -> int:
    added = sum(key & 3 == WORD for key in token_diff.new_keys[part.j0 : part.j1])
    return max(_old_words(part, token_diff), added)


def _can_absorb(part: DiffPart, token_diff: TokenDiff) -> bool:
    if part.is_equal or part.is_number:
        return False
    return classify_change(token_diff.old_text(part), token_diff.new_text(part)) in ("insert", "delete", "replace")


def _is_stray(island: Sequence[DiffPart], left: DiffPart, right: DiffPart, token_diff: TokenDiff) -> bool:
    words = sum(_old_words(part, token_diff) for part in island)
    if words > MAX_STRAY_WORDS:
        return False
    between = "".join(token_diff.old_text(part) for part in island)
    if words == 0:
        return "\n" not in between
    return MIN_SIZE_RATIO * len(between) <= min(_size(left, token_diff), _size(right, token_diff))


def _size(part: DiffPart, token_diff: TokenDiff) -> int:
    a0, a1, b0, b1 = token_diff.span(part)
    return max(a1 - a0, b1 - b0)
