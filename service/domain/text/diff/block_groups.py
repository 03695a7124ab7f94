"""Groups of blocks that are compared as one passage: a paragraph that was split or joined, a clause made into a list.

The words of a gap between matched blocks, with the blocks beside it, are aligned; blocks that share enough of them, in
order, belong together.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from service.domain.text.diff.blocks import Blocks
from service.domain.text.diff.sequence_alignment import Pair, common_runs
from service.domain.text.markup.tokens import WORD, TokenKeys, tokenize

MAX_WINDOW_CELLS = 16_000_000
"""Product of word counts up to which the words of a gap are aligned."""

MAX_CELLS = 640_000_000
"""Sum of these products in one comparison; later gaps are not grouped."""

MIN_RUN = 8
"""Equal words in a row from which two blocks belong together, whatever else they contain."""

MIN_SHARE = 600
"""Share of the words of the shorter block, in thousandths, that two blocks have in common if they belong together."""

MIN_WORDS = 3
"""Fewest equal words in a row of two blocks that share most of their words."""

MAX_CONTAINED_WORDS = 6
"""Most words of a block that belongs together with one that has all of them, in order but not in a row."""

MAX_SHORT_WORDS = 4
"""Most words of a block that belongs together with one of fewer than `MIN_WORDS` words, all of which it has.

A longer one must begin or end with them.
"""


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Consecutive blocks of both texts that are compared as one passage."""

    olds: range
    news: range


def group_blocks(
    old: Blocks, new: Blocks, pairs: Sequence[Pair], *, apart: tuple[Collection[int], Collection[int]], keys: TokenKeys
) -> list[BlockGroup]:
    """Return groups in order, disjoint; each matched pair is in one. Blocks in `apart` are in no larger group."""
    links = [*pairs, *_gap_links(old, new, pairs, apart, keys)]
    return list(_connect(sorted(links)))


def _gap_links(
    old: Blocks,
    new: Blocks,
    pairs: Sequence[Pair],
    apart: tuple[Collection[int], Collection[int]],
    keys: TokenKeys,
) -> Iterator[Pair]:
    cells = 0
    for olds, news, pinned in _windows(old, new, pairs, apart):
        words = [[_words(blocks, index, keys) for index in side] for blocks, side in ((old, olds), (new, news))]
        size = sum(map(len, words[0])) * sum(map(len, words[1]))
        if size > MAX_WINDOW_CELLS or cells + size > MAX_CELLS:
            continue
        cells += size
        for i, j in _shared_blocks(*words):
            pair = olds[i], news[j]
            both_headings = old.headings[pair[0]] and new.headings[pair[1]]
            if pair not in pinned and not both_headings and all(_is_monotone(pair, other) for other in pinned):
                yield pair


def _windows(
    old: Blocks, new: Blocks, pairs: Sequence[Pair], apart: tuple[Collection[int], Collection[int]]
) -> Iterator[tuple[list[int], list[int], list[Pair]]]:
    """Yield the blocks of each gap with the changed blocks beside it, and the pairs among them."""
    before: Pair = (-1, -1)
    for after in (*pairs, (len(old), len(new))):
        olds = [i for i in range(before[0] + 1, after[0]) if i not in apart[0]]
        news = [j for j in range(before[1] + 1, after[1]) if j not in apart[1]]
        if olds or news:
            pinned = [pair for pair in (before, after) if _is_changed_body(old, new, pair)]
            left = [pair for pair in pinned if pair == before]
            right = [pair for pair in pinned if pair == after]
            window_old = [*(i for i, _ in left), *olds, *(i for i, _ in right)]
            window_new = [*(j for _, j in left), *news, *(j for _, j in right)]
            if window_old and window_new:
                yield window_old, window_new, pinned
        before = after


def _is_changed_body(old: Blocks, new: Blocks, pair: Pair) -> bool:
    i, j = pair
    if not 0 <= i < len(old) or old.is_passage(i) or old.keys[i] == new.keys[j]:
        return False
    return not (old.headings[i] and new.headings[j])


def _words(blocks: Blocks, index: int, keys: TokenKeys) -> list[int]:
    return [key for key in keys.for_tokens(tokenize(blocks.keys[index])) if key & 3 == WORD]


def _shared_blocks(olds: Sequence[Sequence[int]], news: Sequence[Sequence[int]]) -> Iterator[Pair]:
    """Yield the indexes of blocks that share enough words of a longest common subsequence."""
    places_old, places_new = _places(olds), _places(news)
    shared: dict[Pair, _SharedWords] = {}
    for i0, i1, j0, _ in common_runs(list(chain.from_iterable(olds)), list(chain.from_iterable(news))):
        last: Pair | None = None
        for step in range(i1 - i0):
            (i, first), (j, second) = places_old[i0 + step], places_new[j0 + step]
            found = shared.setdefault((i, j), _SharedWords(first, second))
            found.add(first, second, continues=last == (i, j))
            last = i, j
    for (i, j), found in sorted(shared.items()):
        if found.belong_together(len(olds[i]), len(news[j])):
            yield i, j


def _places(blocks: Sequence[Sequence[int]]) -> list[Pair]:
    """Return the block and the place in it of each word."""
    return [(index, place) for index, words in enumerate(blocks) for place in range(len(words))]


@dataclass(slots=True)
class _SharedWords:
    """The words that two blocks share: first and last place in each, and the length of the longest run."""

    first_old: int
    first_new: int
    last_old: int = 0
    last_new: int = 0
    total: int = 0
    run: int = 0
    longest: int = 0

    def add(self, old: int, new: int, *, continues: bool) -> None:
        self.last_old, self.last_new = old, new
        self.total += 1
        self.run = self.run + 1 if continues else 1
        self.longest = max(self.longest, self.run)

    def belong_together(self, old_size: int, new_size: int) -> bool:
        shorter, longer = min(old_size, new_size), max(old_size, new_size)
        if self.longest >= MIN_RUN:
            return True
        if shorter < MIN_WORDS:
            return self.total == shorter and (longer <= MAX_SHORT_WORDS or self._is_edge(old_size, new_size))
        if self.total == shorter <= MAX_CONTAINED_WORDS:
            return True
        return self.longest >= MIN_WORDS and 1000 * self.total >= MIN_SHARE * shorter

    def _is_edge(self, old_size: int, new_size: int) -> bool:
        """Return whether the words are the first or the last of the longer block."""
        first, last, size = (
            (self.first_old, self.last_old, old_size)
            if old_size > new_size
            else (self.first_new, self.last_new, new_size)
        )
        return last - first + 1 == self.total and (first == 0 or last == size - 1)


def _is_monotone(one: Pair, other: Pair) -> bool:
    return (one[0] <= other[0] and one[1] <= other[1]) or (one[0] >= other[0] and one[1] >= other[1])


def _connect(links: Sequence[Pair]) -> Iterator[BlockGroup]:
    """Join links that have a block in common."""
    group: tuple[int, int, int, int] | None = None
    for i, j in links:
        if group and (i <= group[1] or j <= group[3]):
            group = group[0], max(group[1], i), min(group[2], j), max(group[3], j)
            continue
        if group:
            yield _to_group(group)
        group = i, i, j, j
    if group:
        yield _to_group(group)


def _to_group(found: tuple[int, int, int, int]) -> BlockGroup:
    return BlockGroup(range(found[0], found[1] + 1), range(found[2], found[3] + 1))
