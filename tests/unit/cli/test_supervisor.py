"""The supervisor's arithmetic: lines, pauses, reasons, and which groups are left."""

from hypothesis import given
from hypothesis import strategies as st

from service.cli.local import orphan_guard
from service.cli.local.supervisor import FIRST_PAUSE, LONGEST_LINE, LONGEST_PAUSE, STEADY, Lines, pauses, reason


@given(st.lists(st.binary(min_size=1)))
def test_lines_are_those_of_the_whole_however_it_was_cut(pieces: list[bytes]) -> None:
    lines = Lines()
    heard = [line for piece in [*pieces, b""] for line in lines.feed(piece)]
    ended = b"".join(pieces).split(b"\n")
    expected = ended if ended[-1] else ended[:-1]
    assert heard == [line.decode(errors="replace").rstrip("\r") for line in expected]


def test_a_last_line_without_an_end_is_heard() -> None:
    lines = Lines()
    assert lines.feed(b"one\r\ntw") == ["one"]
    assert lines.feed("و".encode()[:1]) == []
    assert lines.feed("و".encode()[1:]) == []
    assert lines.feed(b"") == ["twو"]
    assert lines.feed(b"") == []


def test_an_endless_line_is_cut_and_nothing_of_it_lost() -> None:
    lines = Lines()
    heard = [line for _ in range(10) for line in lines.feed(b"x" * 1000)] + lines.feed(b"")
    assert len(heard) == 2
    assert "".join(heard) == "x" * 10_000
    assert len(lines.rest) <= LONGEST_LINE


def test_pauses_double_and_are_forgotten_after_a_steady_run() -> None:
    said = [pause := FIRST_PAUSE]
    while len(said) < 8:
        said.append(pause := pauses(0.1, pause))
    assert said == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert pauses(0.1, 0) == FIRST_PAUSE
    assert pauses(STEADY, LONGEST_PAUSE) == FIRST_PAUSE


def test_the_watch_knows_the_groups_that_are_open() -> None:
    assert orphan_guard.watch(["+12\n", "+13\n", "-12\n", "+14\n", "-99\n"]) == {13, 14}


def test_an_end_has_a_reason() -> None:
    assert reason(3) == "exit code 3"
    assert reason(-9) == "signal 9"
