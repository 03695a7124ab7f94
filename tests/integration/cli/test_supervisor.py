"""The supervisor with real processes: short Python programs."""

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
from service.cli.local.supervisor import ProcessSpec, Supervisor
from tests.support.waiting import TIMEOUT, is_alive, wait_until
from workers import restart_delay

REPOSITORY_ROOT = Path(__file__).parents[3]

SLEEPING = "import time; print('up', flush=True); time.sleep(600)"
IGNORING_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPING
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " + SLEEPING
)


class OutputRecorder:
    """Records the reports of a supervisor and the output of its processes."""

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


def test_output_is_forwarded_with_the_process_name() -> None:
    recorder = OutputRecorder()

    async def work() -> None:
        supervisor = recorder.create_supervisor()
        assert (
            await supervisor.run(
                python_process("one", "import sys; print('سطر'); print('err', file=sys.stderr); sys.exit(7)")
            )
            == 7
        )
        await supervisor.stop()

    run(work())
    assert sorted(recorder.lines) == [("one", "err"), ("one", "سطر")]


def test_killed_process_is_restarted_and_reported() -> None:
    recorder = OutputRecorder()
    supervisor = recorder.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("sleeper", SLEEPING))
        await wait_until_async(lambda: len(recorder.lines) == 1)
        (victim,) = [child for child in children() if "-c" in child.cmdline()]
        victim.kill()
        await wait_until_async(lambda: len(recorder.lines) == 2)

    run(run_with_supervisor(supervisor, work))
    assert recorder.reports == ["sleeper stopped unexpectedly (signal 9); starting it again in 1 s."]
    assert supervisor.unexpected_exits == {"sleeper": 1}


def test_restart_delay_doubles_for_a_failing_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart_delay, "FIRST_DELAY", 0.01)
    recorder = OutputRecorder()
    supervisor = recorder.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("failing", "raise SystemExit(3)"))
        await wait_until_async(lambda: len(recorder.reports) == 4)

    run(run_with_supervisor(supervisor, work))
    assert [report.split(" in ")[1] for report in recorder.reports[:4]] == ["0.01 s.", "0.02 s.", "0.04 s.", "0.08 s."]


def test_stop_reverses_start_order_and_kills_after_timeout() -> None:
    recorder = OutputRecorder()
    supervisor = recorder.create_supervisor()

    async def work() -> None:
        supervisor.start(
            python_process(
                "first", "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('bye')));" + SLEEPING
            )
        )
        supervisor.start(
            python_process("second", IGNORING_SIGTERM, stop_timeout=0.3), python_process("third", SLEEPING)
        )
        await wait_until_async(lambda: len(recorder.lines) == 3)

    run(run_with_supervisor(supervisor, work))
    assert recorder.lines[-1] == ("first", "bye")
    assert recorder.reports == []


def test_grandchildren_are_killed_with_their_parent() -> None:
    recorder = OutputRecorder()
    supervisor = recorder.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("parent", WITH_CHILD))
        await wait_until_async(lambda: len(recorder.lines) == 1)
        parent = next(child for child in children() if "Popen" in " ".join(child.cmdline()))
        (grandchild,) = parent.children()
        parent.kill()
        await wait_until_async(lambda: len(recorder.lines) == 2)
        assert not is_alive(grandchild)

    run(run_with_supervisor(supervisor, work))


def test_kill_interrupts_a_pending_stop() -> None:
    recorder = OutputRecorder()
    supervisor = recorder.create_supervisor()

    async def work() -> None:
        supervisor.start(python_process("ignoring", IGNORING_SIGTERM, stop_timeout=600))
        await wait_until_async(lambda: len(recorder.lines) == 1)
        stopping = asyncio.create_task(supervisor.stop())
        await asyncio.sleep(0)
        supervisor.kill()
        async with asyncio.timeout(TIMEOUT):
            await stopping

    run(work())


def test_no_process_outlives_a_killed_supervisor() -> None:
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
        assert len(descendants) == 4  # two processes, a grandchild, the orphan guard
        supervisor.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(is_alive(process) for process in descendants))


def test_guarded_program_does_not_inherit_ignored_signals() -> None:
    guarded = [sys.executable, str(orphan_guard.__file__), "exec", str(os.getpid())]
    code = "import signal; print(*[signal.getsignal(number) == signal.SIG_IGN for number in (1, 2)])"
    result = subprocess.run(
        ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh", *guarded, sys.executable, "-c", code],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout == "False False\n"


def test_orphan_guard_starts_nothing_if_its_parent_is_gone(tmp_path: Path) -> None:
    created = tmp_path / "created"
    result = subprocess.run(
        [sys.executable, str(orphan_guard.__file__), "exec", "1", sys.executable, "-c", f"open({str(created)!r}, 'w')"],
        check=False,
    )
    assert result.returncode == 1
    assert not created.exists()
