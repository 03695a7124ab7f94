"""The passages two texts share word for word, found before anything else is looked at: what stands in no passage is
all that has to be cut into blocks, aligned and compared.

Units are what stands between blank lines. Long units that stand once on each side are anchors; the heaviest chain of
them holds, and from there passages grow in both directions for as long as the units are the same.
"""

from collections import Counter
from collections.abc import Iterator

from service.domain.text.diff.block_index import BREAK, Index, Units, cut_apart
from service.domain.text.diff.blocks import Blocks, is_heading
from service.domain.text.diff.common_affixes import shared_head, shared_tail
from service.domain.text.diff.sequence_alignment import Area, Pair, chain

ANCHOR = 32
"""Fewest code points of an anchor: what is shorter is a heading or a number as often as not."""

STRIDE = 64
"""Units that are looked at in one go where the texts stay the same."""

Indexes = tuple[Index, Index]
"""Of the old text and of the new one."""


def laid(old: str, new: str, *, indexes: Indexes | None = None) -> tuple[Blocks, Blocks]:
    """Both texts in blocks, where each passage they share is one block, with a key of its own in both."""
    found = passages(old, new, indexes=indexes)
    return (
        Blocks.around(old, [(a0, a1) for a0, a1, _, _ in found]),
        Blocks.around(new, [(b0, b1) for _, _, b0, b1 in found]),
    )


def passages(old: str, new: str, *, indexes: Indexes | None = None) -> list[Area]:
    """Code points a0–a1 of `old` and b0–b1 of `new` that are the same, in order and apart; each begins at the start of
    a unit, and ends after a blank line or with both texts. Headings at its end are left out: they belong to what
    follows, and articles are renumbered."""
    if old == new:
        return [(0, len(old), 0, len(new))] if old else []
    head, tail = _ends(old, new)
    ends = len(old) - tail, len(new) - tail
    units = _indexed(indexes, head, ends) or cut_apart(old, new, start=head, ends=ends)
    outer = (0, head, 0, head), (ends[0], len(old), ends[1], len(new))
    return [area for area in (outer[0], *_inner(old, new, *units), outer[1]) if area[0] < area[1]]


def _indexed(indexes: Indexes | None, start: int, ends: Pair) -> tuple[Units, Units] | None:
    if indexes is None:
        return None
    olds, news = (index.units(start, end) for index, end in zip(indexes, ends, strict=True))
    return (olds, news) if olds and news else None


def _ends(old: str, new: str) -> Pair:
    """Code points of the units both texts begin and end with."""
    head = shared_head(old, new)
    tail = shared_tail(old, new, most=min(len(old), len(new)) - head)
    head = old.rfind(BREAK, 0, head) + len(BREAK) if BREAK in old[:head] else 0
    start = old.find(BREAK, len(old) - tail)
    return _without_headings(old, head), len(old) - start - len(BREAK) if start >= 0 else 0


def _without_headings(text: str, end: int) -> int:
    """Where the units that end at `end` end without the headings among them that come last."""
    while end > 0:
        stop = end
        while stop and text[stop - 1].isspace():
            stop -= 1
        if not is_heading(text[text.rfind("\n", 0, stop) + 1 : stop]):
            break
        start = text.rfind(BREAK, 0, end - len(BREAK))
        start = start + len(BREAK) if start >= 0 else 0
        if stop <= start:
            break
        end = start
    return end


def _inner(old: str, new: str, olds: Units, news: Units) -> Iterator[Area]:
    for i, p, j in _runs(olds, news):
        last = p == len(olds), j + p - i == len(news)
        end = olds.starts[p - (any(last) and not all(last))]
        a, b = olds.starts[i], news.starts[j]
        size = min(end if all(last) else _without_headings(old, end), len(old)) - a
        if size > 0 and old[a : a + size] == new[b : b + size]:
            yield a, a + size, b, b + size


def _runs(olds: Units, news: Units) -> Iterator[tuple[int, int, int]]:
    """Old units i–p that are the new units from j on, in order, none of them empty."""
    a, b = olds.names, news.names
    i = j = 0
    for x, y in ((-1, -1), *_anchors(olds, news), (len(a), len(b))):
        if 0 <= x < i:
            continue
        p, q = x + 1, y + 1
        while x > i and y > j and a[x - 1] == b[y - 1]:
            x, y = x - 1, y - 1
        while p < len(a) and a[p : p + STRIDE] == b[q : q + STRIDE]:
            p, q = p + STRIDE, q + STRIDE
        while p < len(a) and q < len(b) and a[p] == b[q]:
            p, q = p + 1, q + 1
        x, y, p, q = max(x, 0), max(y, 0), min(p, len(a)), min(q, len(b))
        if x < p:
            yield x, p, y
        i, j = p, q


def _anchors(olds: Units, news: Units) -> list[Pair]:
    once_old, once_new = Counter(olds.names), Counter(news.names)
    where = {name: j for j, name in enumerate(news.names) if once_new[name] == 1}
    return chain(
        (i, where[name], size)
        for i, name in enumerate(olds.names)
        if (size := olds.starts[i + 1] - olds.starts[i]) >= ANCHOR and once_old[name] == 1 and name in where
    )
