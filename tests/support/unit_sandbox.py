"""Run a command under the system call filters of a systemd unit, without systemd:

    python -m tests.support.unit_sandbox UNIT COMMAND [ARGUMENT …]

libseccomp builds the same filters from the same directives; file systems, users and devices are not restricted.
"""

import ctypes
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.support.systemd_units import read_unit

ALLOW = 0x7FFF0000
EQUAL, MASKED_EQUAL = 4, 7
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NAMESPACE_FLAGS = (0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x00000080)
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
MAX_FAMILY = 45


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp: argument number, operator, mask or value, value."""

    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Filter:
    """One seccomp filter: an action for everything, and other actions for some calls."""

    def __init__(self, default: int) -> None:
        self.library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.library.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.seccomp_init(ctypes.c_uint32(default)))

    def add(self, call: str, action: int, *comparisons: Comparison) -> None:
        """Add a rule; a call that this processor does not have is left out."""
        number = self.library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return
        array = (Comparison * len(comparisons))(*comparisons)
        result = self.library.seccomp_rule_add_array(
            self.context, ctypes.c_uint32(action), number, len(comparisons), array
        )
        assert result == 0, (call, result)

    def load(self) -> None:
        assert self.library.seccomp_load(self.context) == 0


def refuse(code: int) -> int:
    """Return the action that makes a call fail with `code`."""
    return 0x00050000 | code


def calls_of(names: Iterable[str]) -> set[str]:
    """Return the system calls of names and groups (`@system-service`), as systemd-analyze lists them."""
    found: set[str] = set()
    for name in names:
        if not name.startswith("@"):
            found.add(name)
            continue
        done = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
        found |= calls_of(re.findall(r"^ {4}(@?[\w-]+)", done.stdout, flags=re.MULTILINE))
    return found


def apply_filters(unit: Path) -> None:
    """Apply what the unit says to this process and its descendants, for good."""
    directives = read_unit(unit)["Service"]
    allowed: set[str] = calls_of(["@default"])
    for value in directives["SystemCallFilter"]:
        names = value.removeprefix("~").split()
        allowed = allowed - calls_of(names) if value.startswith("~") else allowed | calls_of(names)
    others = Filter(ALLOW)
    if directives.get("MemoryDenyWriteExecute") == ["yes"]:
        both = PROT_WRITE | PROT_EXEC
        others.add("mmap", refuse(errno.EPERM), Comparison(2, MASKED_EQUAL, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            others.add(call, refuse(errno.EPERM), Comparison(2, MASKED_EQUAL, PROT_EXEC, PROT_EXEC))
        others.add("shmat", refuse(errno.EPERM), Comparison(2, MASKED_EQUAL, SHM_EXEC, SHM_EXEC))
    if directives.get("RestrictNamespaces") == ["yes"]:
        others.add("clone3", refuse(errno.ENOSYS))
        for call in ("unshare", "setns"):
            others.add(call, refuse(errno.EPERM))
        for flag in NAMESPACE_FLAGS:
            others.add("clone", refuse(errno.EPERM), Comparison(0, MASKED_EQUAL, flag, flag))
    families = {FAMILIES[name] for value in directives["RestrictAddressFamilies"] for name in value.split()}
    for family in set(range(MAX_FAMILY + 1)) - families:
        others.add("socket", refuse(errno.EAFNOSUPPORT), Comparison(0, EQUAL, family))
    main_filter = Filter(refuse(errno.EPERM))
    for call in sorted(allowed):
        main_filter.add(call, ALLOW)
    others.load()
    main_filter.load()


if __name__ == "__main__":
    apply_filters(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
