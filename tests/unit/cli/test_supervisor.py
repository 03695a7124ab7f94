"""The supervisor's arithmetic: lines, pauses, reasons, and which groups are left."""

from hypothesis import given
from hypothesis import strategies as st

from service.cli.local import orphan_guard
from service.cli.local.supervisor import (
    FIRST_DELAY,
    MAX_DELAY,
    MAX_LINE_BYTES,
    STABLE_AFTER,
    LineSplitter,
    exit_reason,
    restart_delay,
)


@given(st.lists(st.binary(min_size=1)))
def test_lines_are_those_of_the_whole_however_it_was_cut(pieces: list[bytes]) -> None:
    lines = LineSplitter()
    heard = [line for piece in [*pieces, b""] for line in lines.feed(piece)]
    ended = b"".join(pieces).split(b"\n")
    expected = ended if ended[-1] else ended[:-1]
    assert heard == [line.decode(errors="replace").rstrip("\r") for line in expected]


def test_a_last_line_without_an_end_is_heard() -> None:
    lines = LineSplitter()
    assert lines.feed(b"one\r\ntw") == ["one"]
    assert lines.feed("و".encode()[:1]) == []
    assert lines.feed("و".encode()[1:]) == []
    assert lines.feed(b"") == ["twو"]
    assert lines.feed(b"") == []


def test_an_endless_line_is_cut_and_nothing_of_it_lost() -> None:
    lines = LineSplitter()
    heard = [line for _ in range(10) for line in lines.feed(b"x" * 1000)] + lines.feed(b"")
    assert len(heard) == 2
    assert "".join(heard) == "x" * 10_000
    assert len(lines.buffer) <= MAX_LINE_BYTES


def test_pauses_double_and_are_forgotten_after_a_steady_run() -> None:
    said = [pause := FIRST_DELAY]
    while len(said) < 8:
        said.append(pause := restart_delay(0.1, pause))
    assert said == [1, 2, 4, 8, 16, MAX_DELAY, MAX_DELAY, MAX_DELAY]
    assert restart_delay(0.1, 0) == FIRST_DELAY
    assert restart_delay(STABLE_AFTER, MAX_DELAY) == FIRST_DELAY


def test_the_watch_knows_the_groups_that_are_open() -> None:
    assert orphan_guard.open_process_groups(["+12\n", "+13\n", "-12\n", "+14\n", "-99\n"]) == {13, 14}


def test_an_end_has_a_reason() -> None:
    assert exit_reason(3) == "exit code 3"
    assert exit_reason(-9) == "signal 9"
