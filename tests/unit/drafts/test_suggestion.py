"""Suggested changes: their order in lists, and their limits."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents import suggestion
from service.domain.errors import Conflict

SUMMARIES = st.builds(
    lambda seq, state: suggestion.SuggestionSummary("sug", seq, "doc", "ar", "closed", state, "per", 0, None, None),
    st.integers(1, 10**12),
    st.sampled_from(suggestion.STATES),
)


@given(SUMMARIES, SUMMARIES)
def test_waiting_before_decided_and_newer_before_older(
    one: suggestion.SuggestionSummary, other: suggestion.SuggestionSummary
) -> None:
    before = (one.state == suggestion.KEPT, one.seq) > (other.state == suggestion.KEPT, other.seq)
    assert (one.sort_key > other.sort_key) == before


@given(st.integers(0, 2 * suggestion.MAX_PENDING), st.integers(0, 2 * suggestion.MAX_PER_PERSON))
def test_suggestions_are_limited(kept: int, decided: int) -> None:
    full, waiting = kept + decided >= suggestion.MAX_PER_PERSON, kept >= suggestion.MAX_PENDING
    try:
        suggestion.check_suggestion_limits(kept, kept + decided)
    except Conflict as refused:
        assert refused.code == ("suggestions_full" if full else "too_many_suggestions") and (full or waiting)
    else:
        assert not full and not waiting
