"""Edit sessions, compared with a reference that walks from row to row."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.edit_sessions import MAX_PAUSE, MAX_SESSION, edit_sessions

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class WrittenRow:
    seq: int
    at: int
    actor: str


ROWS = st.lists(st.tuples(st.integers(0, 2 * MAX_PAUSE), st.sampled_from("abc")), max_size=30).map(
    lambda drawn: [
        WrittenRow(seq, at, who)
        for seq, (at, (_, who)) in enumerate(zip(accumulate(gap for gap, _ in drawn), drawn, strict=True), 1)
    ]
)


@given(ROWS)
def test_sessions_tile_the_rows_and_end_at_pauses(rows: list[WrittenRow]) -> None:
    found = list(edit_sessions(rows))
    assert [seq for one in found for seq in range(one.first, one.last + 1)] == [row.seq for row in rows]
    for one in found:
        its = rows[one.first - 1 : one.last]
        assert dict(one.authors) == {who: sum(row.actor == who for row in its) for who in {row.actor for row in its}}
        assert (one.started_at, one.ended_at, one.count) == (its[0].at, its[-1].at, len(its))
        assert one.ended_at - one.started_at < MAX_SESSION
        assert all(later.at - sooner.at < MAX_PAUSE for sooner, later in pairwise(its))
    for sooner, later in pairwise(found):
        assert later.started_at - sooner.ended_at >= MAX_PAUSE or later.started_at - sooner.started_at >= MAX_SESSION


def test_main_author_is_named_first() -> None:
    rows = [WrittenRow(1, 0, "b"), WrittenRow(2, 1, "a"), WrittenRow(3, 2, "a")]
    assert next(iter(edit_sessions(rows))).authors == (("a", 2), ("b", 1))
