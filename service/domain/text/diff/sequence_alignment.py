"""Sequence alignment of two lists of keys: exact, deterministic, bounded by operation counts and never by a clock.

Weighted patience diff: anchors are the keys that are unique on both sides, of which the heaviest increasing chain is
kept; gaps between anchors are aligned by longest common subsequence where that is affordable.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import LCSseq

Pair = tuple[int, int]
RangePair = tuple[int, int, int, int]
"""Half-open ranges a0, a1, b0, b1 of both sequences."""

MAX_EXACT_CELLS = 4_000_000
"""Product of lengths up to which a gap is aligned exactly."""


def align_sequences(old: Sequence[int], new: Sequence[int], *, weights: Sequence[int] | None = None) -> list[Pair]:
    """Return index pairs of equal keys, increasing on both sides. `weights` belong to `old`; None: all equal."""
    return sorted(_align_area(old, new, weights, (0, len(old), 0, len(new))))


def fill_gaps(pairs: Sequence[Pair], old: Sequence[int], new: Sequence[int], *, weights: Sequence[int]) -> list[Pair]:
    """Return `pairs` and, in the gaps between them, the pairs of `old` and `new`: other keys of the same items."""
    more = [pair for area in gaps_between(pairs, len(old), len(new)) for pair in _align_area(old, new, weights, area)]
    return sorted([*pairs, *more])


def gaps_between(pairs: Sequence[Pair], olds: int, news: int) -> Iterator[RangePair]:
    """Yield the gaps between consecutive pairs that are empty on neither side."""
    a = b = 0
    for i, j in (*pairs, (olds, news)):
        if a < i and b < j:
            yield a, i, b, j
        a, b = i + 1, j + 1


def common_runs(old: Sequence[int], new: Sequence[int]) -> list[RangePair]:
    """Return the runs of a longest common subsequence, exact and in order, in len(old) × len(new) ÷ 64 steps."""
    if not old or not new:
        return []
    blocks = LCSseq.opcodes(old, new).as_matching_blocks()
    return [(block.a, block.a + block.size, block.b, block.b + block.size) for block in blocks if block.size]


def heaviest_unique_chain(candidates: Iterable[tuple[int, int, int]]) -> list[Pair]:
    """Return the `heaviest_chain` of candidates sorted by i, with unique i and j.

    Candidates that are adjacent on both sides are grouped first.
    """
    found = list(candidates)
    if all(one[1] < other[1] for one, other in pairwise(found)):
        return [(i, j) for i, j, _ in found]
    rank = {j: index for index, j in enumerate(sorted(j for _, j, _ in found))}
    groups: list[list[tuple[int, int, int]]] = []
    for i, j, weight in found:
        if groups and rank[j] == rank[groups[-1][-1][1]] + 1:
            groups[-1].append((i, j, weight))
        else:
            groups.append([(i, j, weight)])
    group_by_start = {group[0][:2]: group for group in groups}
    best = heaviest_chain([(*group[0][:2], sum(weight for _, _, weight in group)) for group in groups])
    return [(i, j) for start in best for i, j, _ in group_by_start[start]]


def heaviest_chain(candidates: Sequence[tuple[int, int, int]]) -> list[Pair]:
    """Return the chain of candidates (i, j, weight), strictly increasing in i and j, with the greatest total weight.

    Fredman's algorithm with a Fenwick tree over j, O(n log n); of equal chains the first found.
    """
    ranked = sorted(candidates, key=lambda c: (c[0], -c[1]))
    rank = {j: index for index, j in enumerate(sorted({j for _, j, _ in ranked}), 1)}
    best: list[tuple[int, int]] = [(0, -1)] * (len(rank) + 1)
    previous_of: list[int] = []
    top = (0, -1)
    for index, (_, j, weight) in enumerate(ranked):
        total, previous = _fenwick_max(best, rank[j] - 1)
        previous_of.append(previous)
        _fenwick_update(best, rank[j], (total + weight, index))
        if total + weight > top[0]:
            top = (total + weight, index)
    return _trace_back(ranked, previous_of, top[1])


def _align_area(
    old: Sequence[int], new: Sequence[int], weights: Sequence[int] | None, area: RangePair
) -> Iterator[Pair]:
    pending = [area]
    while pending:
        a0, a1, b0, b1 = pending.pop()
        while a0 < a1 and b0 < b1 and old[a0] == new[b0]:
            yield a0, b0
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and old[a1 - 1] == new[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
            yield a1, b1
        if a0 == a1 or b0 == b1:
            continue
        anchors = _find_anchors(old, new, weights, (a0, a1, b0, b1))
        yield from anchors
        if anchors:
            pending.extend(_ranges_between(anchors, (a0, a1, b0, b1)))
        elif (a1 - a0) * (b1 - b0) <= MAX_EXACT_CELLS:
            for i0, i1, j0, _ in common_runs(old[a0:a1], new[b0:b1]):
                yield from ((a0 + i, b0 + j0 + i - i0) for i in range(i0, i1))


def _find_anchors(old: Sequence[int], new: Sequence[int], weights: Sequence[int] | None, area: RangePair) -> list[Pair]:
    a0, a1, b0, b1 = area
    once_old, once_new = Counter(old[a0:a1]), Counter(new[b0:b1])
    where = {new[j]: j for j in range(b0, b1) if once_new[new[j]] == 1}
    unique = [(i, where[old[i]]) for i in range(a0, a1) if once_old[old[i]] == 1 and old[i] in where]
    return heaviest_chain([(i, j, weights[i] if weights else 1) for i, j in unique])


def _ranges_between(pairs: Sequence[Pair], area: RangePair) -> Iterator[RangePair]:
    a0, a1, b0, b1 = area
    for i, j in (*pairs, (a1, b1)):
        if a0 < i and b0 < j:
            yield a0, i, b0, j
        a0, b0 = i + 1, j + 1


def _fenwick_max(tree: list[tuple[int, int]], rank: int) -> tuple[int, int]:
    found = (0, -1)
    while rank > 0:
        if tree[rank][0] > found[0]:
            found = tree[rank]
        rank -= rank & -rank
    return found


def _fenwick_update(tree: list[tuple[int, int]], rank: int, value: tuple[int, int]) -> None:
    while rank < len(tree):
        if value[0] > tree[rank][0]:
            tree[rank] = value
        rank += rank & -rank


def _trace_back(ranked: Sequence[tuple[int, int, int]], previous_of: Sequence[int], index: int) -> list[Pair]:
    chain: list[Pair] = []
    while index >= 0:
        chain.append(ranked[index][:2])
        index = previous_of[index]
    return chain[::-1]
