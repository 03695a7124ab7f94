"""Two small programs that let no process outlive `mithaq up`. Run as a script, with the standard library alone.

`tether.py exec PARENT PROGRAM …` becomes PROGRAM, which the kernel kills when the thread that started it is gone
(prctl(2), PR_SET_PDEATHSIG; it survives execve). That reaches children only, so
`tether.py watch` reads `+PGID` and `-PGID` lines and, when the other end of its standard input closes, however that
came about, kills every process group that is still open: the pool of Celery, a Typst at work.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that forked it ends. Exits at once where `parent` is gone.

    Does nothing where there is no prctl(2); the watch remains.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def open_process_groups(lines: Iterable[str]) -> set[int]:
    """The process groups still open when `lines` ends."""
    groups: set[int] = set()
    for line in lines:
        sign, group = line[0], int(line[1:])
        (groups.add if sign == "+" else groups.discard)(group)
    return groups


def kill_group(group: int) -> None:
    """Kill all of a process group; nothing happens where none of it is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main(argv: list[str]) -> None:
    if argv[0] == "exec":
        die_with_parent(int(argv[1]))
        os.execvp(argv[2], argv[2:])
    for group in open_process_groups(sys.stdin):
        kill_group(group)


if __name__ == "__main__":
    main(sys.argv[1:])
