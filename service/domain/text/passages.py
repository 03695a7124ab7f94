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
from service.domain.text.ends import shared_head, shared_tail

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

    def starts(self, first: int) -> list[int]:
        """Where each unit begins, the first at `first`, and one place more."""
        return list(accumulate(map(len(BREAK).__add__, self.sizes), initial=first))


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
    found = passages(old, new)
    return (
        Blocks.around(old, [(a0, a1) for a0, a1, _, _ in found]),
        Blocks.around(new, [(b0, b1) for _, _, b0, b1 in found]),
    )


def passages(old: str, new: str) -> list[Area]:
    """Code points a0–a1 of `old` and b0–b1 of `new` that are the same, in order and apart; each begins at the start of
    a unit, and ends after a blank line or with both texts. Headings at its end are left out: they belong to what
    follows, and articles are renumbered."""
    if old == new:
        return [(0, len(old), 0, len(new))] if old else []
    head, tail = _ends(old, new)
    olds, news = units(old[head : len(old) - tail], new[head : len(new) - tail])
    ends = (0, head, 0, head), (len(old) - tail, len(old), len(new) - tail, len(new))
    return [area for area in (ends[0], *_inner(old, new, olds, news, head), ends[1]) if area[0] < area[1]]


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
        start = text.rfind(BREAK, 0, end - len(BREAK))
        start = start + len(BREAK) if start >= 0 else 0
        if not is_heading(text[start:end].rstrip().rpartition("\n")[2]):
            break
        end = start
    return end


def _inner(old: str, new: str, olds: Units, news: Units, head: int) -> Iterator[Area]:
    """Passages in units that begin at `head`."""
    starts_old, starts_new = olds.starts(head), news.starts(head)
    for i, p, j in _runs(olds, news):
        whole = p == len(olds.names) and j + p - i == len(news.names)
        if not whole and (p == len(olds.names) or j + p - i == len(news.names)):
            p -= 1
        end = starts_old[p] if whole else _without_headings(old, starts_old[p])
        size = min(end, len(old)) - starts_old[i]
        if size > 0 and old[starts_old[i] : starts_old[i] + size] == new[starts_new[j] : starts_new[j] + size]:
            yield starts_old[i], starts_old[i] + size, starts_new[j], starts_new[j] + size


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
