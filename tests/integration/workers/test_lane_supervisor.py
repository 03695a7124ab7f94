"""The supervisor of the lanes with real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PROGRAM = r"""
import os, signal, sys, time
from workers import lanes, restart_delay

restart_delay.FIRST_DELAY = 0.01

def run_lane(lane):
    if lane != "uvicorn":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(lane == "ends-badly")))
    os.write(1, f"{lane} {os.getpid()}\n".encode())
    if lane == "failing":
        raise SystemExit(3)
    time.sleep(600)

sys.exit(lanes.LaneSupervisor(run_lane).run(sys.argv[1:]))
"""


@contextmanager
def run_lanes(*lanes: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *lanes], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_starts(process: "subprocess.Popen[str]", count: int) -> list[tuple[str, int]]:
    assert process.stdout
    lines = [process.stdout.readline().split() for _ in range(count)]
    return [(lane, int(pid)) for lane, pid in lines]


def test_lane_that_never_comes_up_ends_all() -> None:
    with run_lanes("steady", "failing") as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output.count("failing") == 3
    assert errors.splitlines() == [
        "failing stopped unexpectedly (exit code 3); starting it again in 0.01 s",
        "failing stopped unexpectedly (exit code 3); starting it again in 0.02 s",
        "failing does not start (exit code 3)",
    ]


def test_lane_is_restarted_while_others_go_on() -> None:
    with run_lanes("steady", "other") as process:
        starts = dict(read_starts(process, 2))
        os.kill(starts["other"], signal.SIGKILL)
        assert read_starts(process, 1)[0][0] == "other"
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == "other stopped unexpectedly (signal 9); starting it again in 0.01 s\n"


@pytest.mark.parametrize(("lane", "code"), [("other", 0), ("uvicorn", 0), ("ends-badly", 1)])
def test_stop_signal_reaches_every_lane(lane: str, code: int) -> None:
    """uvicorn ends by the signal that stopped it, which is no failure."""
    with run_lanes("steady", lane) as process:
        read_starts(process, 2)
        process.terminate()
        assert process.wait(timeout=60) == code
