"""Block matching: which block of the old text corresponds to which block of the new one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.blocks import Blocks, mask_numbers
from service.domain.text.diff.sequence_alignment import Pair, RangePair, align_sequences, fill_gaps, gaps_between
from service.domain.text.diff.similarity import PAIR_THRESHOLD, pair_blocks, similarity, word_bag
from service.domain.text.markup.tokens import TokenKeys

MIN_LONE_SIMILARITY = 200
"""Similarity, in thousandths, from which two blocks that are alone in a gap count as one rewritten block."""

MAX_SHORT_WORDS = 3
"""Up to this many words, two blocks that are alone in a gap count as one rewritten block at any similarity."""


@dataclass(frozen=True, slots=True)
class BlockMatches:
    """Pairs of block indexes, increasing on both sides; unmatched blocks were deleted or inserted."""

    pairs: Sequence[Pair]
    unmatched_old: Sequence[int]
    unmatched_new: Sequence[int]


def match_blocks(old: Blocks, new: Blocks, *, keys: TokenKeys) -> BlockMatches:
    """Match the blocks of two texts; rewritten ones that face each other are left to `facing_pairs`.

    Body blocks come first: equal ones, then those equal but for numbers, then similar ones. Headings follow the bodies
    under them, because articles are renumbered while their bodies stay.
    """
    weights, names = old.weights(), _NameIds()
    bodies = old.alignment_keys(), new.alignment_keys()
    pairs = align_sequences(names(bodies[0]), names(bodies[1]), weights=weights)
    pairs = fill_gaps(pairs, *_masked_ids(bodies, pairs, names), weights=weights)
    pairs = sorted([*pairs, *_similar_pairs(old, new, pairs, keys)])
    pairs = sorted([*pairs, *_heading_pairs(old, new, pairs)])
    pairs = fill_gaps(pairs, names(old.keys), names(new.keys), weights=weights)
    pairs = fill_gaps(pairs, *_masked_ids((old.keys, new.keys), pairs, names), weights=weights)
    return BlockMatches(pairs, _unpaired(len(old), {i for i, _ in pairs}), _unpaired(len(new), {j for _, j in pairs}))


class _NameIds(dict[str, int]):
    """Assign small integers to strings, in order of first appearance."""

    def __call__(self, names: Iterable[str]) -> list[int]:
        return [self.setdefault(name, len(self)) for name in names]


def _masked_ids(keys: tuple[list[str], list[str]], pairs: Sequence[Pair], names: _NameIds) -> Iterator[list[int]]:
    """Yield the ids of the keys of each text, with numbers masked in blocks that are not matched yet."""
    for side in (0, 1):
        paired = {pair[side] for pair in pairs}
        yield names(key if index in paired else mask_numbers(key) for index, key in enumerate(keys[side]))


def _similar_pairs(old: Blocks, new: Blocks, pairs: Sequence[Pair], keys: TokenKeys) -> Iterator[Pair]:
    for a0, a1, b0, b1 in gaps_between(pairs, len(old), len(new)):
        olds = [index for index in range(a0, a1) if not old.headings[index]]
        news = [index for index in range(b0, b1) if not new.headings[index]]
        if len(olds) > 1 or len(news) > 1:
            found = pair_blocks(
                [word_bag(old.keys[i], keys) for i in olds], [word_bag(new.keys[j], keys) for j in news]
            )
            yield from ((olds[p], news[q]) for p, q in found)


def _heading_pairs(old: Blocks, new: Blocks, pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Yield headings of equal level directly above blocks that are matched."""
    taken_old, taken_new = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in pairs:
        i, j = i - 1, j - 1
        while min(i, j) >= 0 and i not in taken_old and j not in taken_new and _same_level(old, new, i, j):
            yield i, j
            i, j = i - 1, j - 1


def _same_level(old: Blocks, new: Blocks, i: int, j: int) -> bool:
    marks = [blocks.keys[index].partition(" ")[0].strip("#") == "" for blocks, index in ((old, i), (new, j))]
    if not (old.headings[i] and new.headings[j] and marks[0] == marks[1]):
        return False
    return not marks[0] or old.keys[i].partition(" ")[0] == new.keys[j].partition(" ")[0]


def facing_pairs(old: Blocks, new: Blocks, areas: Iterable[RangePair], keys: TokenKeys) -> Iterator[Pair]:
    """Yield blocks in areas of equal length on both sides that are similar enough to be one rewritten block."""
    for a0, a1, b0, b1 in areas:
        if a1 - a0 == b1 - b0:
            enough = MIN_LONE_SIMILARITY if a1 - a0 == 1 else PAIR_THRESHOLD
            yield from (
                pair
                for pair in zip(range(a0, a1), range(b0, b1), strict=True)
                if _may_be_one(old, new, pair, keys, enough)
            )


def _may_be_one(old: Blocks, new: Blocks, pair: Pair, keys: TokenKeys, enough: int) -> bool:
    i, j = pair
    if old.headings[i] != new.headings[j]:
        return False
    one, other = word_bag(old.keys[i], keys), word_bag(new.keys[j], keys)
    return old.headings[i] or max(one.size, other.size) <= MAX_SHORT_WORDS or similarity(one, other) >= enough


def _unpaired(count: int, paired: set[int]) -> list[int]:
    return [index for index in range(count) if index not in paired]
