"""Which block of the old text is which block of the new one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.blocks import Blocks, masked
from service.domain.text.diff.sequence_alignment import Pair, align, fill, gaps
from service.domain.text.diff.similarity import PAIRED, bag, likeness, pair
from service.domain.text.markup.tokens import Keys

ALONE = 200
"""Likeness, in thousandths, from which two blocks that face each other alone are one rewritten."""

FEW = 3
"""Words up to which two blocks that face each other alone are one rewritten, however unlike."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs of places, increasing on both sides; what no pair names was deleted or inserted."""

    pairs: Sequence[Pair]
    olds: Sequence[int]
    news: Sequence[int]


def match(old: Blocks, new: Blocks, *, keys: Keys) -> Matched:
    """Pair the blocks. Texts come first, the same ones, then those the same but for numbers, then alike ones; headings
    follow the texts under them, because articles are renumbered and their texts stay."""
    weights, names = old.weights(), _Names()
    bodies = old.bodies(), new.bodies()
    pairs = align(names(bodies[0]), names(bodies[1]), weights=weights)
    pairs = fill(pairs, *_masked(bodies, pairs, names), weights=weights)
    pairs = sorted([*pairs, *_alike(old, new, pairs, keys)])
    pairs = sorted([*pairs, *_above(old, new, pairs)])
    pairs = fill(pairs, names(old.keys), names(new.keys), weights=weights)
    pairs = fill(pairs, *_masked((old.keys, new.keys), pairs, names), weights=weights)
    pairs = sorted([*pairs, *_facing(old, new, pairs, keys)])
    return Matched(pairs, _rest(len(old), {i for i, _ in pairs}), _rest(len(new), {j for _, j in pairs}))


class _Names(dict[str, int]):
    """Small integers for strings, by first sight."""

    def __call__(self, names: Iterable[str]) -> list[int]:
        return [self.setdefault(name, len(self)) for name in names]


def _masked(keys: tuple[list[str], list[str]], pairs: Sequence[Pair], names: _Names) -> Iterator[list[int]]:
    """The keys of both texts with their numbers masked, where they are not paired yet."""
    for side in (0, 1):
        taken = {pair[side] for pair in pairs}
        yield names(key if place in taken else masked(key) for place, key in enumerate(keys[side]))


def _alike(old: Blocks, new: Blocks, pairs: Sequence[Pair], keys: Keys) -> Iterator[Pair]:
    for a0, a1, b0, b1 in gaps(pairs, len(old), len(new)):
        olds = [place for place in range(a0, a1) if not old.headings[place]]
        news = [place for place in range(b0, b1) if not new.headings[place]]
        if len(olds) > 1 or len(news) > 1:
            found = pair([bag(old.keys[i], keys) for i in olds], [bag(new.keys[j], keys) for j in news])
            yield from ((olds[p], news[q]) for p, q in found)


def _above(old: Blocks, new: Blocks, pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Headings that stand, level by level, right above texts that are paired."""
    taken_old, taken_new = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in pairs:
        i, j = i - 1, j - 1
        while min(i, j) >= 0 and i not in taken_old and j not in taken_new and _same_level(old, new, i, j):
            yield i, j
            i, j = i - 1, j - 1


def _same_level(old: Blocks, new: Blocks, i: int, j: int) -> bool:
    marks = [blocks.keys[place].partition(" ")[0].strip("#") == "" for blocks, place in ((old, i), (new, j))]
    if not (old.headings[i] and new.headings[j] and marks[0] == marks[1]):
        return False
    return not marks[0] or old.keys[i].partition(" ")[0] == new.keys[j].partition(" ")[0]


def _facing(old: Blocks, new: Blocks, pairs: Sequence[Pair], keys: Keys) -> Iterator[Pair]:
    """Blocks that face each other, as many as on the other side, if they have enough in common to be read as one."""
    for a0, a1, b0, b1 in gaps(pairs, len(old), len(new)):
        if a1 - a0 == b1 - b0:
            enough = ALONE if a1 - a0 == 1 else PAIRED
            yield from (
                pair
                for pair in zip(range(a0, a1), range(b0, b1), strict=True)
                if _may_be_one(old, new, pair, keys, enough)
            )


def _may_be_one(old: Blocks, new: Blocks, pair: Pair, keys: Keys, enough: int) -> bool:
    i, j = pair
    if old.headings[i] != new.headings[j]:
        return False
    one, other = bag(old.keys[i], keys), bag(new.keys[j], keys)
    return old.headings[i] or max(one.size, other.size) <= FEW or likeness(one, other) >= enough


def _rest(count: int, taken: set[int]) -> list[int]:
    return [place for place in range(count) if place not in taken]
