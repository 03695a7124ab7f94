"""Working days: what is counted, what is skipped, when a reminder is sent."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.workdays import (
    ONE_DAY,
    WEEKDAYS,
    is_working_day,
    reminder_time,
    working_day_after,
    working_time_at_or_before,
)

weeks = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(frozenset)
dates = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))
moments = st.builds(dt.datetime.combine, dates, st.times(), st.just(ZoneInfo("Asia/Damascus")))
USUAL = ("sun", "mon", "tue", "wed", "thu")
THURSDAY = dt.date(2026, 11, 26)


def test_friday_and_saturday_are_rest_days_where_the_week_begins_on_sunday() -> None:
    assert [is_working_day(THURSDAY + n * ONE_DAY, days=USUAL) for n in range(4)] == [True, False, False, True]
    assert working_day_after(THURSDAY, 1, days=USUAL) == dt.date(2026, 11, 29)
    assert working_day_after(THURSDAY, 3, days=USUAL) == dt.date(2026, 12, 1)
    assert working_day_after(THURSDAY + ONE_DAY, 1, days=USUAL) == dt.date(2026, 11, 29)


@given(dates, st.integers(1, 30), weeks)
def test_exact_number_of_working_days_is_counted_and_the_last_is_one(
    day: dt.date, count: int, days: frozenset[str]
) -> None:
    found = working_day_after(day, count, days=days)
    between = [day + n * ONE_DAY for n in range(1, (found - day).days + 1)]
    assert sum(is_working_day(one, days=days) for one in between) == count
    assert is_working_day(found, days=days)
    assert found - day <= count * 7 * ONE_DAY


@given(dates, st.integers(1, 20), st.integers(1, 20), weeks)
def test_counting_in_two_steps_equals_counting_once(day: dt.date, one: int, other: int, days: frozenset[str]) -> None:
    on = working_day_after(working_day_after(day, one, days=days), other, days=days)
    assert on == working_day_after(day, one + other, days=days)


@given(moments, weeks)
def test_time_on_a_rest_day_moves_to_the_same_hour_before_it(at: dt.datetime, days: frozenset[str]) -> None:
    found = working_time_at_or_before(at, days=days)
    assert is_working_day(found, days=days) and found.time() == at.time()
    skipped = [found + n * ONE_DAY for n in range(1, (at - found).days + 1)]
    assert not any(is_working_day(one, days=days) for one in skipped)
    assert working_time_at_or_before(found, days=days) == found


@given(moments, st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(days=30)), weeks)
def test_reminder_is_at_least_a_day_ahead_and_within_the_round(
    opened: dt.datetime, lasts: dt.timedelta, days: frozenset[str]
) -> None:
    closes = opened + lasts
    found = reminder_time(opened_at=opened, closes_at=closes, lead_time=ONE_DAY, days=days)
    if found is None:
        assert lasts < ONE_DAY
    else:
        assert opened <= found <= closes - ONE_DAY
        assert found == closes - ONE_DAY or (is_working_day(found, days=days) and found - opened >= ONE_DAY)
