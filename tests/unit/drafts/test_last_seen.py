"""What is new to a person since their last visit."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.last_seen import STILL_NEW_FOR, VersionSeen, compare_from, update_version_seen

numbers = st.integers(1, 9)
moments = st.integers(0, 10 * STILL_NEW_FOR)
visits = st.lists(st.tuples(numbers, moments), min_size=1).map(lambda them: sorted(them, key=lambda one: one[1]))


def apply_visits(them: list[tuple[int, int]]) -> VersionSeen | None:
    last: VersionSeen | None = None
    for version, at in them:
        last = update_version_seen(last, version=version, now=at)
    return last


def test_nothing_is_new_to_a_first_reader() -> None:
    assert compare_from(None, newest=3, now=0) is None


def test_new_items_stay_available_for_half_a_day() -> None:
    last = apply_visits([(1, 0), (3, 50)])
    assert compare_from(last, newest=3, now=50) == compare_from(last, newest=3, now=49 + STILL_NEW_FOR) == 1
    assert compare_from(last, newest=3, now=50 + STILL_NEW_FOR) is None
    assert compare_from(last, newest=4, now=50 + STILL_NEW_FOR) == 3


@given(visits)
def test_newest_version_seen_is_stored_with_its_predecessor(them: list[tuple[int, int]]) -> None:
    last = apply_visits(them)
    assert last is not None
    assert last.version == max(version for version, _ in them)
    assert last.before < last.version
    assert last.at == next(at for version, at in them if version == last.version)
    assert update_version_seen(last, version=last.version, now=10**12) == last


@given(visits, numbers, moments)
def test_offered_version_was_seen_and_is_older_than_the_newest(
    them: list[tuple[int, int]], newest: int, now: int
) -> None:
    last = apply_visits([one for one in them if one[0] <= newest])
    found = compare_from(last, newest=newest, now=now)
    assert found is None or (found < newest and found in {version for version, _ in them})
    if last and last.version < newest:
        assert found == last.version
