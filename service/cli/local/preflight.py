"""Checks before anything is started. Each raises CommandError with one sentence that says what to do."""

import fcntl
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import click
import fontpkg

from service.cli.common.errors import CommandError
from service.cli.local import service_manager
from service.config import InvalidSetting, Settings
from service.domain.errors import N_
from service.domain.membership.origin import is_loopback
from service.logs.setup import configure
from service.secret_key import load_secret

FONT_FAMILIES = ("amiri", "ibm-plex-sans-arabic", "ibm-plex-sans", "ibm-plex-mono", "source-serif-4")
"""The font families of pages and print; each is the package fontpkg-NAME."""

LOCK_FILE = "up.lock"
"""Name of the lock in the data directory."""

PARTS = {"serve": "web"}
"""Names in log lines of commands that have another name there."""

_OWN_FILES = (LOCK_FILE, "mithaq.db", "secret")


def load_settings(*, private: bool = True, **overrides: object) -> Settings:
    """Load the settings of a command: the environment, then `overrides`, with an absolute `var`; set up its log lines.

    With `private`, files created from here on are readable by their owner only (umask 077). Raises CommandError.
    """
    if private:
        os.umask(0o077)
    try:
        settings = Settings.load(os.environ, **overrides)
    except InvalidSetting as error:
        raise CommandError("{wrong}", wrong=error) from error
    context = click.get_current_context(silent=True)
    command = (context.info_name if context else None) or "mithaq"
    configure(level=settings.log, format_=settings.log_format, part=PARTS.get(command, command))
    return settings.replace(var=settings.var.absolute())


def environment_for(settings: Settings) -> dict[str, str]:
    """Return the environment of a child process: this one's, with exactly `settings` as MITHAQ_ variables."""
    own = ("MITHAQ_", service_manager.VARIABLE)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return inherited | settings.to_environ()


def lock_var_directory(settings: Settings) -> int:
    """Make `var` private (0700), test that it is writable, lock it, and create its secret.

    Returns the file descriptor of the lock, to be kept open. Raises CommandError.
    """
    var = settings.var
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(var)
        lock = os.open(var / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with tempfile.TemporaryFile(dir=var) as proof:
            proof.write(b"\0")
    except OSError as error:
        raise CommandError(
            N_("{var} is not writable ({reason}). Make this user its owner, or use another directory: --var DIR."),
            var=var,
            reason=error.strerror,
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise CommandError(
            N_("Mithaq is already running on {var}. Stop it first, or use another directory: --var DIR."), var=var
        ) from error
    try:
        check_file_modes(settings)
    except CommandError:
        os.close(lock)
        raise
    _ensure_secret(settings, lock)
    return lock


def check_file_modes(settings: Settings) -> None:
    """Check that only the owner can read the database and the secret (0600). Raises CommandError."""
    names = ("secret", *(f"mithaq.db{end}" for end in ("", "-wal", "-shm", "-journal")))
    readable = [
        path for path in (settings.var / name for name in names) if path.exists() and path.stat().st_mode & 0o077
    ]
    if readable:
        paths = " ".join(str(path) for path in readable)
        raise CommandError(N_("Other users can read {paths}. Run: chmod 600 {paths}"), paths=paths)


def _ensure_secret(settings: Settings, lock: int) -> None:
    try:
        read_secret(settings)
    except CommandError:
        os.close(lock)
        raise


def read_secret(settings: Settings) -> bytes:
    """Return the secret, which is created in `var` if there is none. Raises CommandError."""
    try:
        return load_secret(settings)
    except InvalidSetting as error:
        raise CommandError("{wrong}", wrong=error) from error
    except OSError as error:
        raise CommandError(
            N_("{path} cannot be opened ({reason}). Make this user its owner, or use another directory: --var DIR."),
            path=error.filename,
            reason=error.strerror,
        ) from error


def _make_private(var: Path) -> None:
    if not var.stat().st_mode & 0o077:
        return
    names = {found.name for found in var.iterdir()}
    if names and not names.intersection(_OWN_FILES):
        raise CommandError(
            N_("{var} contains other files, and other users can read it. Use an empty directory: --var DIR."), var=var
        )
    var.chmod(0o700)


def check_fonts() -> None:
    """Check that every font family is installed. Raises CommandError."""
    missing = missing_fonts()
    if missing:
        raise CommandError(N_("Fonts are missing: {names}. Run: make install"), names=", ".join(missing))


def missing_fonts() -> list[str]:
    """Return the families of FONT_FAMILIES that are not installed or lack a file."""
    installed = fontpkg.families(refresh=True)
    return [
        name
        for name in FONT_FAMILIES
        if name not in installed or not all(file.path.is_file() for file in installed[name].files)
    ]


def check_sample(settings: Settings) -> None:
    """Check that sample data is reachable only from this machine (DESIGN §4.5). Raises CommandError."""
    if not is_loopback(settings.host):
        raise CommandError(N_("A demo runs on this computer only. It cannot listen on {host}."), host=settings.host)
    if settings.origin and not is_loopback(urlsplit(settings.origin).hostname or ""):
        raise CommandError(N_("A demo has no public address. Remove MITHAQ_ORIGIN."))
    if not settings.resolved_database_url.startswith("sqlite:"):
        raise CommandError(N_("A demo uses its own SQLite database. Remove MITHAQ_DATABASE_URL."))
    if settings.smtp_url:
        raise CommandError(N_("A demo sends no email. Remove MITHAQ_SMTP_URL."))
