"""A failure that lasts is logged at once, then at growing intervals, and once more when it is over."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.logs.back_off import LONGEST_INTERVAL, GrowingInterval, Outage
from service.logs.repeats import BURST, INFO_BURST, MAX_KINDS, RepeatFilter


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


log = logging.getLogger("service.test")


def record(message: str = "failed: %s", *args: object, level: int = logging.WARNING, name: str = "service.x") -> (
    logging.LogRecord
):  # fmt: skip
    return logging.LogRecord(name, level, "", 0, message, args, None)


def test_outage_is_written_at_once_then_at_growing_intervals_and_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    outage = Outage(log, "Redis", clock=clock)
    outage.recovered()
    for _ in range(4 * 60 * 5):  # five minutes, four failures a second
        outage.failed(ConnectionError("refused"))
        clock.now += 0.25
    outage.recovered()
    outage.recovered()
    assert [one.getMessage() for one in caplog.records] == [
        "Redis is not available: refused",
        "Redis is still not available, 41 failures in 10 s: refused",
        "Redis is still not available, 121 failures in 30 s: refused",
        "Redis is still not available, 281 failures in 70 s: refused",
        "Redis is still not available, 601 failures in 150 s: refused",
        "Redis is available again after 300 s and 1200 failures",
    ]


def test_next_outage_is_written_at_once_again(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    outage = Outage(log, "Redis", clock=clock)
    for _ in range(2):
        outage.failed(ConnectionError())
        outage.recovered()
        clock.now += 3
    assert len(caplog.records) == 4


@given(st.lists(st.floats(0.001, 30.0), max_size=300), st.integers(1, 5))
def test_intervals_grow_and_every_occurrence_is_written_or_counted(pauses: list[float], burst: int) -> None:
    clock = FakeClock()
    interval = GrowingInterval(burst=burst, clock=clock)
    written, skipped = 0, 0
    for pause in pauses:
        if interval.admit():
            written += 1
            skipped += interval.take_skipped()
        clock.now += pause
    assert written + skipped + interval.take_skipped() == len(pauses)


def test_it_begins_again_after_a_long_pause() -> None:
    clock = FakeClock()
    interval = GrowingInterval(clock=clock)
    assert [interval.admit() for _ in range(3)] == [True, False, False]
    clock.now += LONGEST_INTERVAL + 1
    assert [interval.admit() for _ in range(2)] == [True, False]


def test_repeated_line_is_dropped_and_counted() -> None:
    clock = FakeClock()
    repeats = RepeatFilter(clock=clock)
    assert [repeats.filter(record("failed: %s", number)) for number in range(100)] == [True] * BURST + [False] * 95
    clock.now += 11
    later = record("failed: %s", 101)
    assert repeats.filter(later) and later.__dict__["skipped"] == 95


def test_other_kinds_of_lines_are_not_dropped() -> None:
    repeats = RepeatFilter(clock=FakeClock())
    for _ in range(100):
        repeats.filter(record())
    assert repeats.filter(record("another: %s"))
    assert repeats.filter(record("failed: %s", ValueError()))
    assert repeats.filter(record(name="service.y"))
    assert sum(repeats.filter(record(level=logging.INFO)) for _ in range(100)) == INFO_BURST


def test_lines_of_one_exception_handler_differ_by_where_the_error_was_raised() -> None:
    repeats = RepeatFilter(clock=FakeClock())

    def failing(where: int) -> logging.LogRecord:
        try:
            if where:
                int("x")
            int("y")
        except ValueError as error:
            found = record("Exception in ASGI application")
            found.exc_info = (ValueError, error, error.__traceback__)
            return found
        raise AssertionError

    assert [repeats.filter(failing(0)) for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert repeats.filter(failing(1))


@pytest.mark.parametrize("name", ["mithaq.security", "mithaq.access", "mithaq.process"])
def test_lines_with_a_limit_of_their_own_are_kept(name: str) -> None:
    repeats = RepeatFilter(clock=FakeClock())
    assert all(repeats.filter(record(name=name)) for _ in range(200))


def test_library_repeats_are_written_once() -> None:
    repeats = RepeatFilter(clock=FakeClock())
    lines = [record("consumer: Cannot connect to %s: %s.", name="celery.worker.consumer") for _ in range(5)]
    assert [repeats.filter(one) for one in lines] == [True, False, False, False, False]


def test_number_of_kinds_is_bounded() -> None:
    repeats = RepeatFilter(clock=FakeClock())
    for number in range(2 * MAX_KINDS):
        repeats.filter(record(f"kind {number}"))
    assert len(repeats._kinds) == MAX_KINDS
