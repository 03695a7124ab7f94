"""The sandbox: one run of one program with limits, an empty environment and a private directory."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.render.errors import RenderFailed, RenderInterrupted, RenderMemory, RenderProcessorTime, RenderTimeout

SANDBOX_LAUNCHER = Path(__file__).with_name("launcher.py")
MAX_FILE_BYTES = 256 * 1024**2
"""Bytes of each file that a program writes."""

MAX_STDERR_CHARACTERS = 400
"""Code points of standard error that an error quotes."""


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """Limits of one run.

    `seconds` of wall-clock time, and of processor time unless `processor_seconds` says less; `memory` in bytes of
    address space.
    """

    seconds: int
    memory: int
    processor_seconds: int = 0


@contextmanager
def private_directory() -> Iterator[Path]:
    """Create a temporary directory with mode 0700, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="mithaq-press-") as name:
        yield Path(name)


def run_sandboxed(program: Sequence[str | Path], *, stdin: bytes, directory: Path, limits: ResourceLimits) -> bytes:
    """Run a program and return its standard output.

    It works in `directory`, which must be private, and inherits neither environment nor file descriptors. Raises
    RenderTimeout, RenderMemory, RenderInterrupted or RenderFailed.
    """
    stdin_file, stdout_file, stderr_file = (directory / name for name in ("stdin", "stdout", "stderr"))
    stdin_file.write_bytes(stdin)
    with (
        stdin_file.open("rb") as input_stream,
        stdout_file.open("wb") as output_stream,
        stderr_file.open("wb") as error_stream,
    ):
        process = subprocess.Popen(
            _sandboxed_command(program, limits),
            stdin=input_stream,
            stdout=output_stream,
            stderr=error_stream,
            cwd=directory,
            env=_environment(directory),
            start_new_session=True,
        )
        code = _wait(process, limits.seconds, Path(program[0]).name)
    if code != 0:
        raise _failure_for(code, Path(program[0]).name, stderr_file)
    return stdout_file.read_bytes()


def _sandboxed_command(program: Sequence[str | Path], limits: ResourceLimits) -> list[str]:
    limit_arguments = [str(limits.processor_seconds or limits.seconds), str(limits.memory), str(MAX_FILE_BYTES)]
    return [sys.executable, "-I", "-S", str(SANDBOX_LAUNCHER), *limit_arguments, *map(str, program)]


def _environment(directory: Path) -> dict[str, str]:
    home = str(directory)
    return {"PATH": "/nonexistent", "LC_ALL": "C.UTF-8", "HOME": home, "TMPDIR": home, "SOURCE_DATE_EPOCH": "0"}


def _wait(process: subprocess.Popen[bytes], seconds: int, program: str) -> int:
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise RenderTimeout(detail=f"{program}, {seconds} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _failure_for(code: int, program: str, stderr_file: Path) -> RenderFailed:
    stderr = stderr_file.read_bytes()[-4 * MAX_STDERR_CHARACTERS :].decode(errors="replace")
    line = f"{program} {code}: {' '.join(stderr.split())[-MAX_STDERR_CHARACTERS:]}"
    if code == -signal.SIGXCPU:
        return RenderProcessorTime(detail=line)
    if code == -signal.SIGKILL:
        return RenderInterrupted(detail=line)
    if code in _OUT_OF_MEMORY or any(sign in stderr for sign in _MEMORY_SIGNS):
        return RenderMemory(detail=line)
    return RenderFailed(detail=line)


_OUT_OF_MEMORY = {251, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS}
_MEMORY_SIGNS = ("memory allocation", "MemoryError", "heap exhausted", "Heap exhausted", "out of memory")
