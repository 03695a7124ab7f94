"""The passages two texts share word for word, found before anything else is looked at: what stands in no passage is
all that has to be cut into blocks, aligned and compared.

Units are what stands between blank lines. Long units that stand once on each side are anchors; the heaviest chain of
them holds, and from there passages grow in both directions for as long as the units are the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.text.blocks import Blocks, is_heading
from service.domain.text.chains import Area, Pair, chain

ANCHOR = 32
"""Fewest code points of an anchor: what is shorter is a heading or a number as often as not."""

STRIDE = 64
"""Units that are looked at in one go where the texts stay the same."""

BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Units:
    """A text between its blank lines: what each unit is called (the same name, the same unit) and its code points."""

    names: Sequence[int]
    sizes: Sequence[int]

    def starts(self) -> list[int]:
        """Where each unit begins, and one place more."""
        return list(accumulate(map(len(BREAK).__add__, self.sizes), initial=0))


def units(old: str, new: str) -> tuple[Units, Units]:
    """Both texts in units, with names that hold for the two of them."""
    names: dict[str, int] = {}
    olds, news = old.split(BREAK), new.split(BREAK)
    return (
        Units(list(map(names.setdefault, olds, range(len(olds)))), list(map(len, olds))),
        Units(list(map(names.setdefault, news, range(len(olds), len(olds) + len(news)))), list(map(len, news))),
    )


def laid(old: str, new: str) -> tuple[Blocks, Blocks]:
    """Both texts in blocks, where each passage they share is one block, with a key of its own in both."""
    found = passages(old, new, *units(old, new))
    return (
        Blocks.around(old, [(a0, a1) for a0, a1, _, _ in found]),
        Blocks.around(new, [(b0, b1) for _, _, b0, b1 in found]),
    )


def passages(old: str, new: str, olds: Units, news: Units) -> list[Area]:
    """Code points a0–a1 of `old` and b0–b1 of `new` that are the same, in order and apart; each begins at the start of
    a unit, and ends after a blank line or with both texts. Headings at its end are left out: they belong to what
    follows, and articles are renumbered."""
    starts_old, starts_new = olds.starts(), news.starts()
    found = []
    for i, p, j in _runs(olds, news):
        p = _last(old, starts_old, (i, p), len(news.names) - j)
        q = j + p - i
        area = starts_old[i], min(starts_old[p], len(old)), starts_new[j], min(starts_new[q], len(new))
        if i < p and old[area[0] : area[1]] == new[area[2] : area[3]]:
            found.append(area)
    return found


def _last(old: str, starts: Sequence[int], run: Pair, room: int) -> int:
    """Where a run of old units ends that has `room` new units to the end of the new text."""
    i, p = run
    last = len(starts) - 1
    if p == last and p - i == room:
        return p
    if p == last or p - i == room:
        p -= 1
    while i < p and is_heading(old[starts[p - 1] : starts[p]].rstrip().rpartition("\n")[2]):
        p -= 1
    return p


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
        for i, (name, size) in enumerate(zip(olds.names, olds.sizes, strict=True))
        if size >= ANCHOR and once_old[name] == 1 and name in where
    )
