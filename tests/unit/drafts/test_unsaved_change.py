"""Unsaved changes: their order in lists, and their limits."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents import unsaved_change
from service.domain.errors import Conflict

SUMMARIES = st.builds(
    lambda seq, state: unsaved_change.UnsavedChangeSummary(
        "sug", seq, "doc", "ar", "closed", state, "per", 0, None, None
    ),
    st.integers(1, 10**12),
    st.sampled_from(unsaved_change.STATES),
)


@given(SUMMARIES, SUMMARIES)
def test_waiting_before_decided_and_newer_before_older(
    one: unsaved_change.UnsavedChangeSummary, other: unsaved_change.UnsavedChangeSummary
) -> None:
    before = (one.state == unsaved_change.KEPT, one.seq) > (other.state == unsaved_change.KEPT, other.seq)
    assert (one.sort_key > other.sort_key) == before


@given(st.integers(0, 2 * unsaved_change.MAX_PENDING), st.integers(0, 2 * unsaved_change.MAX_PER_PERSON))
def test_unsaved_changes_are_limited(kept: int, decided: int) -> None:
    full, waiting = kept + decided >= unsaved_change.MAX_PER_PERSON, kept >= unsaved_change.MAX_PENDING
    try:
        unsaved_change.check_unsaved_change_limits(kept, kept + decided)
    except Conflict as refused:
        assert refused.code == ("unsaved_changes_full" if full else "too_many_unsaved_changes") and (full or waiting)
    else:
        assert not full and not waiting
