"""The orphan guard: no process outlives `mithaq up`. Run as a script, with the standard library alone.

`orphan_guard.py exec PARENT PROGRAM …` becomes PROGRAM, which the kernel kills when the thread that started it ends
(prctl(2), PR_SET_PDEATHSIG; it survives execve). That covers direct children only, so
`orphan_guard.py watch` reads `+PGID` and `-PGID` lines and, when its standard input closes for whatever reason, kills
every process group that is still open, such as Celery's pool or a running Typst.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that forked it ends; exit at once if `parent` is gone.

    Does nothing without prctl(2); the watch remains.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def open_process_groups(lines: Iterable[str]) -> set[int]:
    """Return the process groups still open at the end of `lines`."""
    groups: set[int] = set()
    for line in lines:
        sign, group = line[0], int(line[1:])
        (groups.add if sign == "+" else groups.discard)(group)
    return groups


def kill_group(group: int) -> None:
    """Kill a process group, if any of it is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main(argv: list[str]) -> None:
    """Run `exec` or `watch`."""
    if argv[0] == "exec":
        die_with_parent(int(argv[1]))
        os.execvp(argv[2], argv[2:])
    for group in open_process_groups(sys.stdin):
        kill_group(group)


if __name__ == "__main__":
    main(sys.argv[1:])
