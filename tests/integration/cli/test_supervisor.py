"""The supervisor with real processes: small Pythons that do as they are told."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

import psutil
import pytest

from service.cli.local import orphan_guard
from service.cli.local import supervisor as supervisor_command
from service.cli.local.supervisor import ProcessSpec, Supervisor
from tests.support.waiting import TIMEOUT, is_alive, wait_until

REPOSITORY_ROOT = Path(__file__).parents[3]

SLEEPING = "import time; print('up', flush=True); time.sleep(600)"
IGNORING_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPING
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " + SLEEPING
)


class OutputRecorder:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.reports: list[str] = []
        self.lines: list[tuple[str, str]] = []

    def create_supervisor(self) -> Supervisor:
        return Supervisor(report=self.reports.append, forward_line=lambda name, line: self.lines.append((name, line)))


def python_process(name: str, code: str, *, stop_timeout: float = 5.0) -> ProcessSpec:
    return ProcessSpec(name, (sys.executable, "-c", code), dict(os.environ), stop_timeout)


async def wait_until_async(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(TIMEOUT):
        while not condition():
            await asyncio.sleep(0.01)


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if is_alive(child)]


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(work)
    assert children() == []


async def run_with_supervisor(supervisor: Supervisor, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    finally:
        await supervisor.stop()


def test_what_a_part_writes_comes_with_its_name() -> None:
    ear = OutputRecorder()

    async def work() -> None:
        supervisor = ear.create_supervisor()
        assert (
            await supervisor.run(
                python_process("one", "import sys; print('سطر'); print('err', file=sys.stderr); sys.exit(7)")
            )
            == 7
        )
        await supervisor.stop()

    run(work())
    assert sorted(ear.lines) == [("one", "err"), ("one", "سطر")]


def test_a_part_that_is_killed_is_started_again_and_it_is_said() -> None:
    ear = OutputRecorder()
    supervisor = ear.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("sleeper", SLEEPING))
        await wait_until_async(lambda: len(ear.lines) == 1)
        (victim,) = [child for child in children() if "-c" in child.cmdline()]
        victim.kill()
        await wait_until_async(lambda: len(ear.lines) == 2)

    run(run_with_supervisor(supervisor, work))
    assert ear.reports == ["sleeper stopped unexpectedly (signal 9); starting it again in 1 s."]
    assert supervisor.unexpected_exits == {"sleeper": 1}


def test_a_part_that_cannot_live_is_given_longer_and_longer_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_command, "FIRST_DELAY", 0.01)
    ear = OutputRecorder()
    supervisor = ear.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("weak", "raise SystemExit(3)"))
        await wait_until_async(lambda: len(ear.reports) == 4)

    run(run_with_supervisor(supervisor, work))
    assert [said.split(" in ")[1] for said in ear.reports[:4]] == ["0.01 s.", "0.02 s.", "0.04 s.", "0.08 s."]


def test_ranks_stop_in_reverse_and_who_does_not_listen_is_killed() -> None:
    ear = OutputRecorder()
    supervisor = ear.create_supervisor()

    async def work() -> None:
        supervisor.start(
            python_process(
                "first", "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('bye')));" + SLEEPING
            )
        )
        supervisor.start(
            python_process("second", IGNORING_SIGTERM, stop_timeout=0.3), python_process("third", SLEEPING)
        )
        await wait_until_async(lambda: len(ear.lines) == 3)

    run(run_with_supervisor(supervisor, work))
    assert ear.lines[-1] == ("first", "bye")
    assert ear.reports == []


def test_grandchildren_go_with_their_part() -> None:
    ear = OutputRecorder()
    supervisor = ear.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("family", WITH_CHILD))
        await wait_until_async(lambda: len(ear.lines) == 1)
        parent = next(child for child in children() if "Popen" in " ".join(child.cmdline()))
        (grandchild,) = parent.children()
        parent.kill()
        await wait_until_async(lambda: len(ear.lines) == 2)
        assert not is_alive(grandchild)

    run(run_with_supervisor(supervisor, work))


def test_kill_cuts_a_long_stop_short() -> None:
    ear = OutputRecorder()
    supervisor = ear.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("deaf", IGNORING_SIGTERM, stop_timeout=600))
        await wait_until_async(lambda: len(ear.lines) == 1)
        stopping = asyncio.create_task(supervisor.stop())
        await asyncio.sleep(0)
        supervisor.kill()
        async with asyncio.timeout(TIMEOUT):
            await stopping

    run(work())


def test_nothing_outlives_a_supervisor_that_is_killed() -> None:
    code = f"""
import asyncio, sys
from tests.integration.cli.test_supervisor import OutputRecorder, python_process
async def work():
    supervisor = OutputRecorder().create_supervisor()
    supervisor.forward_line = lambda name, line: print(name, flush=True)
    supervisor.start(python_process("one", {WITH_CHILD!r}), python_process("two", {IGNORING_SIGTERM!r}))
    await asyncio.sleep(600)
asyncio.run(work())
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY_ROOT, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout
        assert {supervisor.stdout.readline(), supervisor.stdout.readline()} == {"one\n", "two\n"}
        descendants = psutil.Process(supervisor.pid).children(recursive=True)
        assert len(descendants) == 4  # two parts, a grandchild, the watch
        supervisor.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(is_alive(process) for process in descendants))


def test_a_guarded_program_does_not_inherit_ignored_signals() -> None:
    guarded = [sys.executable, str(orphan_guard.__file__), "exec", str(os.getpid())]
    code = "import signal; print(*[signal.getsignal(number) == signal.SIG_IGN for number in (1, 2)])"
    ended = subprocess.run(
        ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh", *guarded, sys.executable, "-c", code],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stdout == "False False\n"


def test_orphan_guard_starts_nothing_if_its_parent_is_gone(tmp_path: Path) -> None:
    made = tmp_path / "made"
    ended = subprocess.run(
        [sys.executable, str(orphan_guard.__file__), "exec", "1", sys.executable, "-c", f"open({str(made)!r}, 'w')"],
        check=False,
    )
    assert ended.returncode == 1
    assert not made.exists()
