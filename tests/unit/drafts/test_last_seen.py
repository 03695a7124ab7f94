"""What is new to a person since they last looked."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.last_seen import LINGERS, Look, looked, since

numbers = st.integers(1, 9)
moments = st.integers(0, 10 * LINGERS)
visits = st.lists(st.tuples(numbers, moments), min_size=1).map(lambda them: sorted(them, key=lambda one: one[1]))


def after(them: list[tuple[int, int]]) -> Look | None:
    last: Look | None = None
    for version, at in them:
        last = looked(last, version=version, now=at)
    return last


def test_nothing_is_new_to_who_never_looked() -> None:
    assert since(None, newest=3, now=0) is None


def test_what_was_new_stays_on_offer_for_half_a_day_and_then_rests() -> None:
    last = after([(1, 0), (3, 50)])
    assert since(last, newest=3, now=50) == since(last, newest=3, now=49 + LINGERS) == 1
    assert since(last, newest=3, now=50 + LINGERS) is None
    assert since(last, newest=4, now=50 + LINGERS) == 3


@given(visits)
def test_the_newest_version_seen_is_kept_with_the_newest_before_it(them: list[tuple[int, int]]) -> None:
    last = after(them)
    assert last is not None
    assert last.version == max(version for version, _ in them)
    assert last.before < last.version
    assert last.at == next(at for version, at in them if version == last.version)
    assert looked(last, version=last.version, now=10**12) == last


@given(visits, numbers, moments)
def test_what_is_offered_is_older_than_the_newest_and_was_seen(
    them: list[tuple[int, int]], newest: int, now: int
) -> None:
    last = after([one for one in them if one[0] <= newest])
    found = since(last, newest=newest, now=now)
    assert found is None or (found < newest and found in {version for version, _ in them})
    if last and last.version < newest:
        assert found == last.version
