"""The private Redis of `mithaq up`: its program (Valkey or Redis, which speak the same protocol), socket and options.

Its data may be lost at any time: jobs are database rows, and the sweep dispatches them again. It has no TCP port, only
a Unix socket that only its owner can open.
"""

import hashlib
import os
import re
import shutil
import socket as connection
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from service.cli.common.errors import CommandError
from service.domain.errors import N_

BUNDLED_SERVER = Path(sys.prefix) / "libexec" / "mithaq" / "valkey-server"
"""Where `make install` unpacks a Valkey server."""

PROGRAMS = ("valkey-server", "redis-server")
"""Names of usable programs on the PATH, the preferred one first."""

LOG_NAME = "redis.log"
WRITER_NAME = "written-by"
"""The file that names the program whose files are in the directory."""

MIN_VERSION = (6, 2)
MAINTAINED_VERSION = (7, 0)
"""Older releases get no more fixes from their makers or from distributions."""

MAX_SOCKET_PATH_BYTES = 107
"""Bytes of a path in sockaddr_un; Redis truncates a longer path without an error."""

_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def find_server() -> Path | None:
    """Return a server of MIN_VERSION or later: the first maintained one on the PATH, else the bundled one, else any."""
    on_path = [Path(path) for path in map(shutil.which, PROGRAMS) if path]
    versions = {path: server_version(path) or (0, 0) for path in (*on_path, BUNDLED_SERVER)}
    for least in (MAINTAINED_VERSION, MIN_VERSION):
        for path, version in versions.items():
            if version >= least:
                return path
    return None


def server_version(program: Path) -> tuple[int, int] | None:
    """Return major and minor version of `program`; None if it does not run or is not such a server."""
    found = re.search(r"v=(\d+)\.(\d+)", _version_line(program))
    return (int(found[1]), int(found[2])) if found else None


def describe_server(program: Path) -> str:
    """Return the name and version of a server, such as `Valkey 9.1.2`."""
    found = re.search(r"(\w+) server v=([\d.]+)", _version_line(program))
    return f"{found[1]} {found[2]}" if found else program.name


def _version_line(program: Path) -> str:
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def socket_path(var: Path) -> Path:
    """Return the socket path of `var`: inside it, or in a private directory with a short, plain name.

    Plain, because the path is part of a URL. Raises CommandError if that directory belongs to another user.
    """
    in_var = var.absolute() / "redis.sock"
    if len(os.fsencode(in_var)) <= MAX_SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(str(in_var)):
        return in_var
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return _private_directory(_short_directory() / f"mithaq-{os.getuid()}-{digest}") / "redis.sock"


def _short_directory() -> Path:
    runtime_directory = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = (
        len(os.fsencode(runtime_directory)) <= 60
        and _PLAIN_PATH.fullmatch(runtime_directory)
        and os.access(runtime_directory, os.W_OK)
    )
    return Path(runtime_directory) if usable else Path("/tmp")  # the path must be short, whatever TMPDIR says


def _private_directory(directory: Path) -> Path:
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CommandError(
            N_("{directory} belongs to another user. Remove it, or use another directory: --var DIR."),
            directory=directory,
        )
    return directory


def remove_socket_directory(socket: Path) -> None:
    """Remove what `socket_path` created outside of `var`, after Redis has stopped."""
    if socket.parent.name.startswith("mithaq-"):
        with suppress(OSError):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def url(socket: Path) -> str:
    """Return the MITHAQ_REDIS_URL of the Redis at `socket`."""
    return f"unix://{socket}"


def command(program: Path, *, var: Path, socket: Path) -> tuple[str, ...]:
    """Return the command line of the private Redis.

    Its files are in `var`/redis, which is created here, with an empty log. Files that another program or release wrote
    are removed, because it may not be able to read them; nothing is stored only there.
    """
    directory = var.absolute() / "redis"
    writer, described = directory / WRITER_NAME, describe_server(program)
    if directory.exists() and not (writer.exists() and writer.read_text() == described):
        shutil.rmtree(directory)
    directory.mkdir(mode=0o700, exist_ok=True)
    writer.write_text(described)
    (directory / LOG_NAME).unlink(missing_ok=True)
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
        "logfile": LOG_NAME,
    }
    return (str(program), *(word for name, value in options.items() for word in (f"--{name}", value)))


def is_reachable(socket: Path) -> bool:
    """Return whether the Redis at `socket` accepts commands, which it does not while it loads its file."""
    with connection.socket(connection.AF_UNIX) as client, suppress(OSError):
        client.settimeout(2)
        client.connect(str(socket))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False


def last_log_line(var: Path) -> str:
    """Return the last line of Redis's log, or ""."""
    log = var / "redis" / LOG_NAME
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1].strip() if lines else ""
