"""A small supervisor: starts parts, passes on their words, starts those that die again, stops all of them in order.

Every part leads its own session and process group. Where the supervisor is killed outright, the kernel kills the
parts and the watch kills their groups (service/cli/local/orphan_guard.py): nothing is left behind.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from service.cli.local import orphan_guard
from service.domain.errors import N_

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY = 10.0
"""Seconds after which a part counts as having run well, and its next pause is the first again: twice what it needs to
come up. One that is killed now and then must not stay away for longer and longer."""

LONGEST_LINE = 8192
LAST_WORDS = 1.0
"""Seconds given to what a part has written but nobody has read yet, after it is gone."""

_TETHER = (sys.executable, "-S", orphan_guard.__file__)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One program to keep alive. `patience`: seconds between asking it to stop and killing it."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    patience: float = 5.0


@dataclass(slots=True)
class Lines:
    """Cuts bytes into lines of text; an endless line is cut at LONGEST_LINE bytes."""

    rest: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes; no data ends the last one."""
        *whole, self.rest = (self.rest + data).split(b"\n")
        if self.rest and (not data or len(self.rest) > LONGEST_LINE):
            whole, self.rest = [*whole, self.rest], b""
        return [line.decode(errors="replace").rstrip("\r") for line in whole]


def pauses(ran: float, last: float) -> float:
    """Seconds to wait before the next start, when a part `ran` so long after a pause of `last` seconds (0: none)."""
    return FIRST_PAUSE if ran >= STEADY or not last else min(2 * last, LONGEST_PAUSE)


@dataclass(slots=True)
class _Run:
    part: Part
    process: asyncio.subprocess.Process
    output: asyncio.Task[None]


@dataclass(slots=True)
class Crew:
    """The parts at work. Used inside one event loop, in the main thread: the kernel ties a child to its thread."""

    say: Say
    """Takes a sentence for the operator."""

    pass_on: Callable[[str, str], None]
    """Takes a part's name and one line it wrote."""

    deaths: dict[str, int] = field(default_factory=dict)
    """How often a part stopped unexpectedly."""

    _ranks: list[list[asyncio.Task[None]]] = field(default_factory=list)
    _runs: dict[str, _Run] = field(default_factory=dict)
    _watch: "subprocess.Popen[bytes] | None" = None

    def start(self, *parts: Part) -> None:
        """Start `parts` and keep them running. They form a rank: `stop` stops the last rank first."""
        self._ranks.append([asyncio.create_task(self._keep(part), name=part.name) for part in parts])

    async def run(self, part: Part) -> int:
        """Run `part` once; its exit code, negative for the number of the signal that ended it."""
        run = await self._spawn(part)
        try:
            return await run.process.wait()
        finally:
            await self._bury(run)

    async def stop(self) -> None:
        """Stop all, rank by rank: ask, wait for each part's patience, kill. Nothing of them is left afterwards."""
        while self._ranks:
            rank = self._ranks.pop()
            for task in rank:
                task.cancel()
            await asyncio.gather(*rank, return_exceptions=True)
        for run in list(self._runs.values()):
            await self._end(run)
        if self._watch and self._watch.stdin:
            self._watch.stdin.close()
            await asyncio.to_thread(self._watch.wait)

    def kill(self) -> None:
        """Kill all at once; whoever waits in `stop` returns soon after."""
        for run in self._runs.values():
            orphan_guard.kill_group(run.process.pid)

    async def _keep(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        pause = 0.0
        while True:
            began = loop.time()
            run = await self._spawn(part)
            try:
                code = await run.process.wait()
            except asyncio.CancelledError:
                await self._end(run)
                raise
            await self._bury(run)
            self.deaths[part.name] = self.deaths.get(part.name, 0) + 1
            pause = pauses(loop.time() - began, pause)
            self.say(
                N_("{name} stopped unexpectedly ({reason}); starting it again in {seconds} s.").format(
                    name=part.name, reason=reason(code), seconds=f"{pause:g}"
                )
            )
            await asyncio.sleep(pause)

    async def _spawn(self, part: Part) -> _Run:
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(*_TETHER, "exec", str(os.getpid()), *part.command),
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=part.environ,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._note("+", process.pid)
        run = _Run(part, process, asyncio.create_task(self._listen(part.name, reading)))
        self._runs[part.name] = run
        return run

    async def _listen(self, name: str, reading: int) -> None:
        lines = Lines()
        stream = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(stream)
        with os.fdopen(reading, "rb", 0) as pipe:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
            try:
                while data := await stream.read(65536):
                    self._pass_on(name, lines.feed(data))
            finally:
                self._pass_on(name, lines.feed(b""))
                transport.close()

    def _pass_on(self, name: str, lines: list[str]) -> None:
        for line in filter(None, lines):
            self.pass_on(name, line)

    async def _end(self, run: _Run) -> None:
        with suppress(ProcessLookupError):
            run.process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(run.process.wait(), run.part.patience)
        await self._bury(run)

    async def _bury(self, run: _Run) -> None:
        orphan_guard.kill_group(run.process.pid)
        await run.process.wait()
        await asyncio.wait([run.output], timeout=LAST_WORDS)
        run.output.cancel()
        self._note("-", run.process.pid)
        self._runs.pop(run.part.name, None)

    def _note(self, sign: str, group: int) -> None:
        if self._watch is None:
            self._watch = subprocess.Popen([*_TETHER, "watch"], stdin=subprocess.PIPE, start_new_session=True)
        assert self._watch.stdin
        with suppress(BrokenPipeError):
            self._watch.stdin.write(f"{sign}{group}\n".encode())
            self._watch.stdin.flush()


def reason(code: int) -> str:
    """Why a process ended, in words."""
    if code >= 0:
        return N_("exit code {code}").format(code=code)
    return N_("signal {number}").format(number=-code)
