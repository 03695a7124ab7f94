"""Shared passages: text that two versions have in common word for word, found before anything else is compared.

Only the text outside of them is split into blocks, aligned and compared. Units are separated by blank lines. Long units
that are unique on both sides are anchors; the heaviest chain of anchors is kept, and passages are extended from them in
both directions while the units are equal.
"""

from collections import Counter
from collections.abc import Iterator

from service.domain.text.diff.block_index import BLANK_LINE, TextIndex, Units, split_units
from service.domain.text.diff.blocks import Blocks, is_heading
from service.domain.text.diff.common_affixes import common_prefix_length, common_suffix_length
from service.domain.text.diff.sequence_alignment import Pair, RangePair, heaviest_unique_chain

MIN_ANCHOR_LENGTH = 32
"""Fewest code points of an anchor: shorter units are often headings or numbers."""

BATCH_UNITS = 64
"""Units compared at a time while the texts are equal."""

Indexes = tuple[TextIndex, TextIndex]
"""The indexes of the old and the new text."""


def split_around_passages(old: str, new: str, *, indexes: Indexes | None = None) -> tuple[Blocks, Blocks]:
    """Split both texts into blocks, where each shared passage is one block with its own key, the same in both."""
    shared = shared_passages(old, new, indexes=indexes)
    return (
        Blocks.outside_passages(old, [(a0, a1) for a0, a1, _, _ in shared]),
        Blocks.outside_passages(new, [(b0, b1) for _, _, b0, b1 in shared]),
    )


def shared_passages(old: str, new: str, *, indexes: Indexes | None = None) -> list[RangePair]:
    """Return the ranges a0–a1 of `old` and b0–b1 of `new` that are equal, sorted and disjoint, in code points.

    Each begins at the start of a unit, and ends after a blank line or at the end of both texts. Headings at its end are
    excluded: they belong to what follows, and articles are renumbered.
    """
    if old == new:
        return [(0, len(old), 0, len(new))] if old else []
    head, tail = _common_ends(old, new)
    ends = len(old) - tail, len(new) - tail
    units = _units_from_indexes(indexes, head, ends) or split_units(old, new, start=head, ends=ends)
    outer = (0, head, 0, head), (ends[0], len(old), ends[1], len(new))
    return [area for area in (outer[0], *_inner_passages(old, new, *units), outer[1]) if area[0] < area[1]]


def _units_from_indexes(indexes: Indexes | None, start: int, ends: Pair) -> tuple[Units, Units] | None:
    if indexes is None:
        return None
    olds, news = (index.units(start, end) for index, end in zip(indexes, ends, strict=True))
    return (olds, news) if olds and news else None


def _common_ends(old: str, new: str) -> Pair:
    """Return the lengths of the common first and last units in code points."""
    head = common_prefix_length(old, new)
    tail = common_suffix_length(old, new, limit=min(len(old), len(new)) - head)
    head = old.rfind(BLANK_LINE, 0, head) + len(BLANK_LINE) if BLANK_LINE in old[:head] else 0
    start = old.find(BLANK_LINE, len(old) - tail)
    return _without_headings(old, head), len(old) - start - len(BLANK_LINE) if start >= 0 else 0


def _without_headings(text: str, end: int) -> int:
    """Return where the units that end at `end` end once trailing headings are removed."""
    while end > 0:
        stop = end
        while stop and text[stop - 1].isspace():
            stop -= 1
        if not is_heading(text[text.rfind("\n", 0, stop) + 1 : stop]):
            break
        start = text.rfind(BLANK_LINE, 0, end - len(BLANK_LINE))
        start = start + len(BLANK_LINE) if start >= 0 else 0
        if stop <= start:
            break
        end = start
    return end


def _inner_passages(old: str, new: str, olds: Units, news: Units) -> Iterator[RangePair]:
    for i, p, j in _equal_runs(olds, news):
        last = p == len(olds), j + p - i == len(news)
        end = olds.starts[p - (any(last) and not all(last))]
        a, b = olds.starts[i], news.starts[j]
        size = min(end if all(last) else _without_headings(old, end), len(old)) - a
        if size > 0 and old[a : a + size] == new[b : b + size]:
            yield a, a + size, b, b + size


def _equal_runs(olds: Units, news: Units) -> Iterator[tuple[int, int, int]]:
    """Yield (i, p, j): old units i–p equal the new units from j on; in order, never empty."""
    a, b = olds.ids, news.ids
    i = j = 0
    for x, y in ((-1, -1), *_anchors(olds, news), (len(a), len(b))):
        if 0 <= x < i:
            continue
        p, q = x + 1, y + 1
        while x > i and y > j and a[x - 1] == b[y - 1]:
            x, y = x - 1, y - 1
        while p < len(a) and a[p : p + BATCH_UNITS] == b[q : q + BATCH_UNITS]:
            p, q = p + BATCH_UNITS, q + BATCH_UNITS
        while p < len(a) and q < len(b) and a[p] == b[q]:
            p, q = p + 1, q + 1
        x, y, p, q = max(x, 0), max(y, 0), min(p, len(a)), min(q, len(b))
        if x < p:
            yield x, p, y
        i, j = p, q


def _anchors(olds: Units, news: Units) -> list[Pair]:
    once_old, once_new = Counter(olds.ids), Counter(news.ids)
    where = {name: j for j, name in enumerate(news.ids) if once_new[name] == 1}
    return heaviest_unique_chain(
        (i, where[name], size)
        for i, name in enumerate(olds.ids)
        if (size := olds.starts[i + 1] - olds.starts[i]) >= MIN_ANCHOR_LENGTH and once_old[name] == 1 and name in where
    )
