"""Differences as a reader wants them: a phrase that was replaced is one change, not five with stray words between."""

from collections.abc import Sequence

from service.domain.text.diff.change_kinds import kind_of
from service.domain.text.diff.token_diff import Part, Sides
from service.domain.text.markup.tokens import WORD

STRAY = 2
"""Most equal words between two differences that may be taken into them."""


SHARE = 3
"""How many times longer each of the differences must be than what stands between them."""


def readably(parts: Sequence[Part], sides: Sides) -> list[Part]:
    """Make what stands between two differences part of them where it holds no word, or at most `STRAY` and little
    beside each of them. Differences in marks, blanks and numbers alone do not attract what is around them."""
    found: list[Part] = []
    islands: list[int] = []
    """Places in `found` of differences that may still absorb towards the left."""
    for part in parts:
        found.append(part)
        if not _attracts(part, sides):
            continue
        while islands and _is_stray(found[islands[-1] + 1 : -1], found[islands[-1]], found[-1], sides):
            place = islands.pop()
            start, end = found[place], found[-1]
            del found[place:]
            found.append(Part(False, start.i0, end.i1, start.j0, end.j1))
        islands.append(len(found) - 1)
    return sides.trimmed(found)


def _attracts(part: Part, sides: Sides) -> bool:
    if part.same or part.number:
        return False
    return kind_of(sides.old(part), sides.new(part)) in ("insert", "delete", "replace")


def _is_stray(island: Sequence[Part], left: Part, right: Part, sides: Sides) -> bool:
    words = sum(key & 3 == WORD for part in island for key in sides.old_keys[part.i0 : part.i1])
    if words > STRAY:
        return False
    between = "".join(sides.old(part) for part in island)
    if words == 0:
        return "\n" not in between
    return SHARE * len(between) <= min(_size(left, sides), _size(right, sides))


def _size(part: Part, sides: Sides) -> int:
    a0, a1, b0, b1 = sides.span(part)
    return max(a1 - a0, b1 - b0)
