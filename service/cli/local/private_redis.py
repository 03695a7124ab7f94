"""The private Redis of `mithaq up`: which program, which socket, which options. It may be lost at any moment; rows are
the truth and the sweep rings again. No TCP port, one socket only its owner can open."""

import hashlib
import os
import re
import shutil
import socket as connection
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from service.cli.common.errors import Refused
from service.domain.errors import N_

LIBEXEC = Path(sys.prefix) / "libexec" / "mithaq" / "redis-server"
"""Where `make install` unpacks a redis-server."""

LOG = "redis.log"
LEAST = (6, 2)
SOCKET_BYTES = 107
"""What sockaddr_un holds; Redis cuts a longer path without a word."""

_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def find_server() -> Path | None:
    """A redis-server of at least version 6.2: the one on the PATH, else the one `make install` unpacked."""
    on_path = shutil.which("redis-server")
    candidates = ([Path(on_path)] if on_path else []) + [LIBEXEC]
    return next((path for path in candidates if (version(path) or (0, 0)) >= LEAST), None)


def version(program: Path) -> tuple[int, int] | None:
    """Major and minor number that `program` prints; None where it does not run or is no redis-server."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def socket_path(var: Path) -> Path:
    """Where the socket of `var` lies: inside it, or in a private directory with a short, plain name.

    Plain, because the path travels inside a URL. Raises Refused where that name belongs to someone else.
    """
    inside = var.absolute() / "redis.sock"
    if len(os.fsencode(inside)) <= SOCKET_BYTES and _PLAIN.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return _private(_short_directory() / f"mithaq-{os.getuid()}-{digest}") / "redis.sock"


def _short_directory() -> Path:
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = len(os.fsencode(named)) <= 60 and _PLAIN.fullmatch(named) and os.access(named, os.W_OK)
    return Path(named) if usable else Path("/tmp")  # the path must be short, whatever TMPDIR says


def _private(directory: Path) -> Path:
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Refused(
            N_("{directory} belongs to someone else; remove it, or choose another --var."), directory=directory
        )
    return directory


def leave(socket: Path) -> None:
    """Take away what `socket_path` made outside of `var`, once Redis has gone."""
    if socket.parent.name.startswith("mithaq-"):
        with suppress(OSError):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def url(socket: Path) -> str:
    """The setting MITHAQ_REDIS_URL that finds the Redis at `socket`."""
    return f"unix://{socket}"


def command(program: Path, *, var: Path, socket: Path) -> tuple[str, ...]:
    """The command line of the private Redis. Its files are in `var`/redis, which is made here;
    its log begins anew."""
    directory = var.absolute() / "redis"
    directory.mkdir(mode=0o700, exist_ok=True)
    (directory / LOG).unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(directory),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": LOG,
    }
    return (str(program), *(word for name, value in options.items() for word in (f"--{name}", value)))


def answers(socket: Path) -> bool:
    """Whether the Redis at `socket` takes commands (it does not while it reads its file)."""
    with connection.socket(connection.AF_UNIX) as line, suppress(OSError):
        line.settimeout(2)
        line.connect(str(socket))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def last_words(var: Path) -> str:
    """The last line Redis wrote into its log, or nothing."""
    log = var / "redis" / LOG
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1].strip() if lines else ""
