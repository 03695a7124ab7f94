"""The supervisor's pure functions: line splitting, backoff, exit reasons, and remaining process groups."""

from hypothesis import given
from hypothesis import strategies as st

from service.cli.local import orphan_guard
from service.cli.local.supervisor import MAX_LINE_BYTES, LineSplitter, exit_reason
from workers.restart_delay import FIRST_DELAY, MAX_DELAY, STABLE_AFTER, restart_delay


@given(st.lists(st.binary(min_size=1)))
def test_lines_do_not_depend_on_chunks(pieces: list[bytes]) -> None:
    lines = LineSplitter()
    found = [line for piece in [*pieces, b""] for line in lines.feed(piece)]
    split = b"".join(pieces).split(b"\n")
    expected = split if split[-1] else split[:-1]
    assert found == [line.decode(errors="replace").rstrip("\r") for line in expected]


def test_last_line_without_newline_is_reported() -> None:
    lines = LineSplitter()
    assert lines.feed(b"one\r\ntw") == ["one"]
    assert lines.feed("و".encode()[:1]) == []
    assert lines.feed("و".encode()[1:]) == []
    assert lines.feed(b"") == ["twو"]
    assert lines.feed(b"") == []


def test_overlong_line_is_split_without_loss() -> None:
    lines = LineSplitter()
    pieces = MAX_LINE_BYTES // 1000 + 2
    found = [line for _ in range(pieces) for line in lines.feed(b"x" * 1000)] + lines.feed(b"")
    assert len(found) == 2
    assert "".join(found) == "x" * 1000 * pieces
    assert len(lines.buffer) <= MAX_LINE_BYTES


def test_backoff_doubles_and_resets_after_a_stable_run() -> None:
    delays = [delay := FIRST_DELAY]
    while len(delays) < 8:
        delays.append(delay := restart_delay(0.1, delay))
    assert delays == [1, 2, 4, 8, 16, MAX_DELAY, MAX_DELAY, MAX_DELAY]
    assert restart_delay(0.1, 0) == FIRST_DELAY
    assert restart_delay(STABLE_AFTER, MAX_DELAY) == FIRST_DELAY


def test_open_process_groups_are_those_not_closed() -> None:
    assert orphan_guard.open_process_groups(["+12\n", "+13\n", "-12\n", "+14\n", "-99\n"]) == {13, 14}


def test_exit_reason_names_the_code_or_signal() -> None:
    assert exit_reason(3) == "exit code 3"
    assert exit_reason(-9) == "signal 9"
