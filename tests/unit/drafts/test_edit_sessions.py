"""Turns of writing, against a walk from row to row."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.edit_sessions import LONGEST, PAUSE, turns

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Written:
    seq: int
    at: int
    actor: str


ROWS = st.lists(st.tuples(st.integers(0, 2 * PAUSE), st.sampled_from("abc")), max_size=30).map(
    lambda drawn: [
        Written(seq, at, who)
        for seq, (at, (_, who)) in enumerate(zip(accumulate(gap for gap, _ in drawn), drawn, strict=True), 1)
    ]
)


@given(ROWS)
def test_turns_tile_the_rows_and_end_where_nobody_wrote(rows: list[Written]) -> None:
    found = list(turns(rows))
    assert [seq for one in found for seq in range(one.first, one.last + 1)] == [row.seq for row in rows]
    for one in found:
        its = rows[one.first - 1 : one.last]
        assert dict(one.hands) == {who: sum(row.actor == who for row in its) for who in {row.actor for row in its}}
        assert (one.begun, one.ended, one.count) == (its[0].at, its[-1].at, len(its))
        assert one.ended - one.begun < LONGEST
        assert all(later.at - sooner.at < PAUSE for sooner, later in pairwise(its))
    for sooner, later in pairwise(found):
        assert later.begun - sooner.ended >= PAUSE or later.begun - sooner.begun >= LONGEST


def test_who_wrote_the_most_is_named_first() -> None:
    rows = [Written(1, 0, "b"), Written(2, 1, "a"), Written(3, 2, "a")]
    assert next(iter(turns(rows))).hands == (("a", 2), ("b", 1))
