"""A small process supervisor: starts processes, forwards their output, restarts and stops them.

Every process leads its own session and process group. If the supervisor itself is killed, the kernel kills the
processes and the watch kills their groups (service/cli/local/orphan_guard.py), so that nothing is left.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from service.cli.local import orphan_guard
from service.domain.errors import N_
from workers.restart_delay import restart_delay

MAX_LINE_BYTES = 65536
"""Bytes."""

OUTPUT_DRAIN_SECONDS = 1.0
"""Seconds to read the remaining output of a process that has ended."""

_GUARD_COMMAND = (sys.executable, "-S", orphan_guard.__file__)

Report = Callable[[str], None]
ForwardLine = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A program to keep running.

    `stop_timeout`: seconds between SIGTERM and SIGKILL.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    stop_timeout: float = 5.0


@dataclass(slots=True)
class LineSplitter:
    """Splits bytes into lines of text; an endless line is split at MAX_LINE_BYTES."""

    buffer: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that `data` completes; empty data ends the last one."""
        *complete, self.buffer = (self.buffer + data).split(b"\n")
        if self.buffer and (not data or len(self.buffer) > MAX_LINE_BYTES):
            complete, self.buffer = [*complete, self.buffer], b""
        return [line.decode(errors="replace").rstrip("\r") for line in complete]


@dataclass(slots=True)
class _RunningProcess:
    spec: ProcessSpec
    process: asyncio.subprocess.Process
    output: asyncio.Task[None]


@dataclass(slots=True)
class Supervisor:
    """The running processes.

    Used inside one event loop in the main thread, because PR_SET_PDEATHSIG ties a child to the thread that forked it.
    """

    report: Report
    """Called with a sentence for the operator."""

    forward_line: ForwardLine
    """Called with the name of a process and one line of its output."""

    unexpected_exits: dict[str, int] = field(default_factory=dict)
    """Number of unexpected exits, by process."""

    _start_groups: list[list[asyncio.Task[None]]] = field(default_factory=list)
    _running: dict[str, _RunningProcess] = field(default_factory=dict)
    _guard: "subprocess.Popen[bytes] | None" = None

    def start(self, *specs: ProcessSpec) -> None:
        """Start processes and keep them running. `stop` stops the processes of the last call first."""
        self._start_groups.append([asyncio.create_task(self._keep_running(one), name=one.name) for one in specs])

    async def run(self, spec: ProcessSpec, *, forward_line: ForwardLine | None = None) -> int:
        """Run a process once; return its exit code, or the negative number of the signal that ended it."""
        running = await self._spawn(spec, forward_line or self.forward_line)
        try:
            return await running.process.wait()
        finally:
            await self._reap(running)

    async def stop(self) -> None:
        """Stop all processes, last group first: SIGTERM, wait for the timeout of each, SIGKILL its process group."""
        while self._start_groups:
            start_group = self._start_groups.pop()
            for task in start_group:
                task.cancel()
            await asyncio.gather(*start_group, return_exceptions=True)
        for run in list(self._running.values()):
            await self._terminate(run)
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            await asyncio.to_thread(self._guard.wait)

    def kill(self) -> None:
        """Kill all processes at once; a pending `stop` returns soon after."""
        for run in self._running.values():
            orphan_guard.kill_group(run.process.pid)

    async def _keep_running(self, spec: ProcessSpec) -> None:
        loop = asyncio.get_running_loop()
        delay = 0.0
        while True:
            started = loop.time()
            running = await self._spawn(spec, self.forward_line)
            try:
                code = await running.process.wait()
            except asyncio.CancelledError:
                await self._terminate(running)
                raise
            await self._reap(running)
            self.unexpected_exits[spec.name] = self.unexpected_exits.get(spec.name, 0) + 1
            delay = restart_delay(loop.time() - started, delay)
            self.report(
                N_("{name} stopped unexpectedly ({reason}); starting it again in {seconds} s.").format(
                    name=spec.name, reason=exit_reason(code), seconds=f"{delay:g}"
                )
            )
            await asyncio.sleep(delay)

    async def _spawn(self, spec: ProcessSpec, forward_line: ForwardLine) -> _RunningProcess:
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(*_GUARD_COMMAND, "exec", str(os.getpid()), *spec.command),
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=spec.environ,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._update_guard("+", process.pid)
        running = _RunningProcess(
            spec, process, asyncio.create_task(_read_output(reading, partial(forward_line, spec.name)))
        )
        self._running[spec.name] = running
        return running

    async def _terminate(self, running: _RunningProcess) -> None:
        with suppress(ProcessLookupError):
            running.process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(running.process.wait(), running.spec.stop_timeout)
        await self._reap(running)

    async def _reap(self, running: _RunningProcess) -> None:
        orphan_guard.kill_group(running.process.pid)
        await running.process.wait()
        await asyncio.wait([running.output], timeout=OUTPUT_DRAIN_SECONDS)
        running.output.cancel()
        self._update_guard("-", running.process.pid)
        self._running.pop(running.spec.name, None)

    def _update_guard(self, sign: str, group: int) -> None:
        if self._guard is None:
            self._guard = subprocess.Popen([*_GUARD_COMMAND, "watch"], stdin=subprocess.PIPE, start_new_session=True)
        assert self._guard.stdin
        with suppress(BrokenPipeError):
            self._guard.stdin.write(f"{sign}{group}\n".encode())
            self._guard.stdin.flush()


async def _read_output(reading: int, forward_line: Callable[[str], None]) -> None:
    lines = LineSplitter()
    stream = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stream)
    with os.fdopen(reading, "rb", 0) as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        try:
            while data := await stream.read(65536):
                _forward(lines.feed(data), forward_line)
        finally:
            _forward(lines.feed(b""), forward_line)
            transport.close()


def _forward(lines: Iterable[str], forward_line: Callable[[str], None]) -> None:
    for line in filter(None, lines):
        forward_line(line)


def exit_reason(code: int) -> str:
    """Describe why a process ended."""
    if code >= 0:
        return N_("exit code {code}").format(code=code)
    return N_("signal {number}").format(number=-code)
