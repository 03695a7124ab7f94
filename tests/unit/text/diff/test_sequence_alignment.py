from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.diff.sequence_alignment import (
    align_sequences,
    common_runs,
    fill_gaps,
    gaps_between,
    heaviest_chain,
)

pytestmark = pytest.mark.unit

KEYS = st.lists(st.integers(0, 6), max_size=14)
CANDIDATES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9)), max_size=7, unique_by=lambda c: c[:2]
)


def is_chain(pairs: list[tuple[int, int]]) -> bool:
    return all(i < p and j < q for (i, j), (p, q) in pairwise(pairs))


def lcs_length(a: list[int], b: list[int]) -> int:
    table = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for place, y in enumerate(b, 1):
            diagonal, table[place] = table[place], diagonal + 1 if x == y else max(table[place], table[place - 1])
    return table[-1]


@given(CANDIDATES)
def test_heaviest_chain_is_found(candidates: list[tuple[int, int, int]]) -> None:
    weights = {(i, j): weight for i, j, weight in candidates}
    found = heaviest_chain(candidates)
    assert is_chain(found)
    every = (sorted(some) for size in range(len(weights) + 1) for some in combinations(weights, size))
    best = max(sum(weights[pair] for pair in chain) for chain in every if is_chain(chain))
    assert sum(weights[pair] for pair in found) == best


@given(KEYS, KEYS)
def test_aligned_items_are_equal_and_keep_their_order(old: list[int], new: list[int]) -> None:
    pairs = align_sequences(old, new)
    assert is_chain(pairs)
    assert all(old[i] == new[j] for i, j in pairs)
    assert align_sequences(old, old) == [(place, place) for place in range(len(old))]


@given(KEYS, KEYS)
def test_common_subsequence_is_the_longest(old: list[int], new: list[int]) -> None:
    runs = common_runs(old, new)
    assert all(old[i0:i1] == new[j0:j1] for i0, i1, j0, j1 in runs)
    assert sum(i1 - i0 for i0, i1, _, _ in runs) == lcs_length(old, new)


@given(KEYS, KEYS)
def test_filling_keeps_existing_matches(old: list[int], new: list[int]) -> None:
    pairs = align_sequences(old, new)[::2]
    filled = fill_gaps(pairs, old, new, weights=[1] * len(old))
    assert set(pairs) <= set(filled)
    assert is_chain(filled)
    for a0, a1, b0, b1 in gaps_between(filled, len(old), len(new)):
        assert not set(old[a0:a1]) & set(new[b0:b1])


def test_weights_decide_between_crossing_anchors() -> None:
    assert align_sequences([1, 2], [2, 1], weights=[1, 9]) == [(1, 0)]
    assert align_sequences([1, 2], [2, 1], weights=[9, 1]) == [(0, 1)]
