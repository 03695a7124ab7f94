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
from service.cli.local.supervisor import Crew, Part
from tests.support.waiting import PATIENCE, alive, wait_until

HOUSE = Path(__file__).parents[3]

SLEEPS = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS
FAMILY = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " + SLEEPS


class Ear:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.lines: list[tuple[str, str]] = []

    def crew(self) -> Crew:
        return Crew(say=self.said.append, pass_on=lambda name, line: self.lines.append((name, line)))


def python(name: str, code: str, *, patience: float = 5.0) -> Part:
    return Part(name, (sys.executable, "-c", code), dict(os.environ), patience)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if alive(child)]


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(work)
    assert children() == []


async def with_crew(crew: Crew, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    finally:
        await crew.stop()


def test_what_a_part_writes_comes_with_its_name() -> None:
    ear = Ear()

    async def work() -> None:
        crew = ear.crew()
        assert (
            await crew.run(python("one", "import sys; print('سطر'); print('err', file=sys.stderr); sys.exit(7)")) == 7
        )
        await crew.stop()

    run(work())
    assert sorted(ear.lines) == [("one", "err"), ("one", "سطر")]


def test_a_part_that_is_killed_is_started_again_and_it_is_said() -> None:
    ear = Ear()
    crew = ear.crew()

    async def work() -> None:
        crew.start(python("sleeper", SLEEPS))
        await until(lambda: len(ear.lines) == 1)
        (victim,) = [child for child in children() if "-c" in child.cmdline()]
        victim.kill()
        await until(lambda: len(ear.lines) == 2)

    run(with_crew(crew, work))
    assert ear.said == ["sleeper stopped unexpectedly (signal 9); starting it again in 1 s."]
    assert crew.deaths == {"sleeper": 1}


def test_a_part_that_cannot_live_is_given_longer_and_longer_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_command, "FIRST_PAUSE", 0.01)
    ear = Ear()
    crew = ear.crew()

    async def work() -> None:
        crew.start(python("weak", "raise SystemExit(3)"))
        await until(lambda: len(ear.said) == 4)

    run(with_crew(crew, work))
    assert [said.split(" in ")[1] for said in ear.said[:4]] == ["0.01 s.", "0.02 s.", "0.04 s.", "0.08 s."]


def test_ranks_stop_in_reverse_and_who_does_not_listen_is_killed() -> None:
    ear = Ear()
    crew = ear.crew()

    async def work() -> None:
        crew.start(
            python("first", "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('bye')));" + SLEEPS)
        )
        crew.start(python("second", STUBBORN, patience=0.3), python("third", SLEEPS))
        await until(lambda: len(ear.lines) == 3)

    run(with_crew(crew, work))
    assert ear.lines[-1] == ("first", "bye")
    assert ear.said == []


def test_grandchildren_go_with_their_part() -> None:
    ear = Ear()
    crew = ear.crew()

    async def work() -> None:
        crew.start(python("family", FAMILY))
        await until(lambda: len(ear.lines) == 1)
        parent = next(child for child in children() if "Popen" in " ".join(child.cmdline()))
        (grandchild,) = parent.children()
        parent.kill()
        await until(lambda: len(ear.lines) == 2)
        assert not alive(grandchild)

    run(with_crew(crew, work))


def test_kill_cuts_a_long_stop_short() -> None:
    ear = Ear()
    crew = ear.crew()

    async def work() -> None:
        crew.start(python("deaf", STUBBORN, patience=600))
        await until(lambda: len(ear.lines) == 1)
        stopping = asyncio.create_task(crew.stop())
        await asyncio.sleep(0)
        crew.kill()
        async with asyncio.timeout(PATIENCE):
            await stopping

    run(work())


def test_nothing_outlives_a_supervisor_that_is_killed() -> None:
    code = f"""
import asyncio, sys
from tests.integration.test_up_crew import FAMILY, Ear, python
async def work():
    crew = Ear().crew()
    crew.pass_on = lambda name, line: print(name, flush=True)
    crew.start(python("one", {FAMILY!r}), python("two", {STUBBORN!r}))
    await asyncio.sleep(600)
asyncio.run(work())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=HOUSE, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        assert {supervisor.stdout.readline(), supervisor.stdout.readline()} == {"one\n", "two\n"}
        descendants = psutil.Process(supervisor.pid).children(recursive=True)
        assert len(descendants) == 4  # two parts, a grandchild, the watch
        supervisor.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(alive(process) for process in descendants))


def test_a_tether_whose_parent_is_gone_starts_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    ended = subprocess.run(
        [sys.executable, str(orphan_guard.__file__), "exec", "1", sys.executable, "-c", f"open({str(made)!r}, 'w')"],
        check=False,
    )
    assert ended.returncode == 1
    assert not made.exists()
