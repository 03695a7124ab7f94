"""One program, one run, with limits: time, memory, file size, an empty environment, a private directory."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.render.errors import RenderFailed, RenderInterrupted, RenderMemory, RenderTimeout

CONFINE = Path(__file__).with_name("launcher.py")
LARGEST_FILE = 256 * 1024**2
LARGEST_COMPLAINT = 400


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of the clock (and of the processor), `memory` in bytes of address space."""

    seconds: int
    memory: int


@contextmanager
def private_directory() -> Iterator[Path]:
    """A new directory only we can enter (mode 0700), gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mithaq-press-") as name:
        yield Path(name)


def run(program: Sequence[str | Path], *, stdin: bytes, directory: Path, limits: Limits) -> bytes:
    """What `program` wrote to its standard output. It works in `directory`, which must be private, with nothing of our
    environment and no descriptor of ours. Raises RenderTimeout, RenderMemory, RenderInterrupted or RenderFailed."""
    source, target, complaint = (directory / name for name in ("stdin", "stdout", "stderr"))
    source.write_bytes(stdin)
    with source.open("rb") as reads, target.open("wb") as writes, complaint.open("wb") as complains:
        process = subprocess.Popen(
            _confined(program, limits),
            stdin=reads,
            stdout=writes,
            stderr=complains,
            cwd=directory,
            env=_environment(directory),
            start_new_session=True,
        )
        code = _wait(process, limits.seconds, Path(program[0]).name)
    if code != 0:
        raise _failure(code, Path(program[0]).name, complaint)
    return target.read_bytes()


def _confined(program: Sequence[str | Path], limits: Limits) -> list[str]:
    fence = [str(limits.seconds), str(limits.memory), str(LARGEST_FILE)]
    return [sys.executable, "-I", "-S", str(CONFINE), *fence, *map(str, program)]


def _environment(directory: Path) -> dict[str, str]:
    home = str(directory)
    return {"PATH": "/nonexistent", "LC_ALL": "C.UTF-8", "HOME": home, "TMPDIR": home, "SOURCE_DATE_EPOCH": "0"}


def _wait(process: subprocess.Popen[bytes], seconds: int, name: str) -> int:
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise RenderTimeout(detail=f"{name}, {seconds} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _failure(code: int, name: str, complaint: Path) -> RenderFailed:
    said = complaint.read_bytes()[-4 * LARGEST_COMPLAINT :].decode(errors="replace")
    line = f"{name} {code}: {' '.join(said.split())[-LARGEST_COMPLAINT:]}"
    if code == -signal.SIGXCPU:
        return RenderTimeout(detail=line)
    if code == -signal.SIGKILL:
        return RenderInterrupted(detail=line)
    if code in _OUT_OF_MEMORY or any(sign in said for sign in _MEMORY_SIGNS):
        return RenderMemory(detail=line)
    return RenderFailed(detail=line)


_OUT_OF_MEMORY = {251, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS}
_MEMORY_SIGNS = ("memory allocation", "MemoryError", "heap exhausted", "Heap exhausted", "out of memory")
