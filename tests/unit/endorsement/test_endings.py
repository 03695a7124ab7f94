from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.endings import EndingState, ending_state

PERSONS = ("per_a", "per_b", "per_c", "per_d")
groups = st.lists(st.sampled_from(PERSONS), unique=True)


def state(
    *,
    at_opening: list[str],
    active: list[str],
    requesters: list[str],
    needed: int = 2,
    appointed_by: dict[str, list[str]] | None = None,
) -> EndingState:
    return ending_state(
        at_opening=at_opening, active=active, requesters=requesters, needed=needed, appointed_by=appointed_by or {}
    )


@given(groups, groups, groups, st.integers(1, 2))
def test_no_single_person_ends_a_round_at_once(
    at_opening: list[str], active: list[str], requesters: list[str], needed: int
) -> None:
    found = state(at_opening=at_opening, active=active, requesters=requesters, needed=needed)
    if found.is_enough and not found.waits:
        assert len(set(requesters) & set(active) & set(at_opening)) >= 2


@given(groups, groups, groups, st.sampled_from(PERSONS))
def test_removing_a_person_never_makes_it_enough_at_once(
    at_opening: list[str], active: list[str], requesters: list[str], removed: str
) -> None:
    before = state(at_opening=at_opening, active=active, requesters=requesters)
    left = [one for one in active if one != removed]
    after = state(at_opening=at_opening, active=left, requesters=requesters)
    if after.is_enough and not after.waits:
        assert before.is_enough and not before.waits


@given(groups, groups, groups)
def test_somebody_can_always_end_a_round_if_a_secretariat_exists(
    at_opening: list[str], active: list[str], requesters: list[str]
) -> None:
    found = state(at_opening=at_opening, active=active, requesters=requesters)
    assert bool(found.counted) == bool(active)
    assert not active or state(at_opening=at_opening, active=active, requesters=list(found.counted)).is_enough


@given(groups, groups)
def test_later_persons_count_only_if_two_of_the_opening_appointed_them(active: list[str], by: list[str]) -> None:
    at_opening = ["per_a", "per_b"]
    found = state(at_opening=at_opening, active=[*active, "per_new"], requesters=[], appointed_by={"per_new": by})
    if set(active) & set(at_opening):
        assert ("per_new" in found.counted) == ({"per_a", "per_b"} <= set(by))
