"""`mithaq rehearse`: restore a backup into a temporary directory, check it, and delete it again; nothing is sent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from service.cli.common import archive, kept_backups
from service.cli.common.archive import Manifest
from service.cli.common.backup_secret import read_backup_secret
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.free_space import check_free_space
from service.cli.common.options import with_port
from service.cli.common.terminal import terminal_language
from service.cli.doctor import instance_checks, record_checks
from service.cli.doctor.command import Check, run_check
from service.cli.doctor.queries import run_query
from service.cli.local import orphan_guard
from service.cli.local.preflight import environment_for, load_settings
from service.cli.local.web_sockets import check_port
from service.cli.rehearsal.scratch import scratch_directory
from service.config import Settings
from service.domain.errors import N_
from service.job_dispatch import NullDispatcher
from service.store import dump as dump_store
from service.store.membership import organisations as organisations_store

SPACE_FACTOR = 3
"""Space of a restored instance by that of its backup: the database with its indexes, and its write-ahead log."""

CHECKS: tuple[Check, ...] = (
    instance_checks.database,
    instance_checks.durability,
    record_checks.roles,
    record_checks.record,
    instance_checks.drafts,
    instance_checks.coalition,
    record_checks.secrets,
    instance_checks.files,
)
"""The doctor's checks that concern what was restored."""

KEPT_SETTINGS = ("templates_dir", "workers", "task_seconds", "sweep_seconds", "log")
"""Settings that a rehearsal has in common with the service. It has neither its mail server nor any other of its
servers, and no directory of its own."""


@click.command()
@click.argument("backup", type=click.Path(path_type=Path), required=False)
@click.option("--up", "runs_up", is_flag=True, help="Then run the restored instance on this computer until Ctrl-C.")
@with_port
def rehearse(backup: Path | None, runs_up: bool, port: int | None) -> None:
    """Restore BACKUP, or the newest one in a directory of backups, to see that it works. Nothing is sent."""
    settings = load_settings()
    directory = _find_backup(backup, settings)
    manifest = archive.read_manifest(directory)
    with scratch_directory() as scratch:
        check_free_space(scratch, needed=SPACE_FACTOR * _size(directory))
        rehearsed = _rehearsal_settings(settings, scratch, directory, port=port)
        if runs_up:
            check_port(rehearsed)
        click.echo(
            N_("Restoring {directory}, made {time} (UTC), into {scratch}").format(
                directory=directory, time=_format_time(manifest), scratch=scratch
            )
        )
        started_at = time.monotonic()
        _restore(rehearsed, directory)
        is_good = _print_checks(rehearsed)
        if not is_good:
            raise CommandFailed(N_("Do not rely on this backup. See the lines above that begin with ✗."))
        click.echo(
            N_("This backup is good. Restored and checked in {seconds} s.").format(
                seconds=round(time.monotonic() - started_at)
            )
        )
        if runs_up:
            _run_up(rehearsed)
    click.echo(N_("The copy was deleted. It sent nothing and closed no round."))


def _find_backup(backup: Path | None, settings: Settings) -> Path:
    """Return the backup to restore: the given one, or the newest in a directory of them. Raises CommandError."""
    if backup is None and not settings.backup_dir:
        raise CommandError(N_("Name a backup, or set MITHAQ_BACKUP_DIR."))
    place = (backup or Path(settings.backup_dir)).absolute()
    if (place / archive.MANIFEST).exists():
        return place
    try:
        found = kept_backups.list_backups(place)
    except OSError as error:
        raise CommandError(
            N_("The backups in {directory} cannot be read ({reason})."), directory=place, reason=error.strerror
        ) from error
    if not found:
        raise CommandError(N_("{directory} is not a backup and contains none."), directory=place)
    return found[0].path


def _rehearsal_settings(settings: Settings, scratch: Path, directory: Path, *, port: int | None) -> Settings:
    """Return the settings of the copy. Its secret comes with the backup, or else from MITHAQ_SECRET."""
    kept = {name: getattr(settings, name) for name in KEPT_SETTINGS}
    secret = "" if read_backup_secret(directory).path else settings.secret.get_secret_value()
    return Settings.load({}, var=scratch / "var", port=port or min(settings.port + 1, 65535), secret=secret, **kept)


def _restore(settings: Settings, directory: Path) -> None:
    """Run `mithaq restore`, as the administrator would. What differs from the record is reported by the checks."""
    secret = read_backup_secret(directory)
    if secret.fingerprint and not secret.path and not settings.secret:
        raise CommandFailed(
            N_("The secret is not in this backup. Set MITHAQ_SECRET to the one of the instance and rehearse again.")
        )
    command = [sys.executable, "-m", "service.cli.main", "restore", str(directory)]
    done = subprocess.run(command, env=environment_for(settings), capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout:
        raise CommandFailed(
            N_("Do not rely on this backup: it could not be restored. {reason}"), reason=done.stderr.strip()
        )


def _needs_secret(settings: Settings) -> bool:
    """Return whether the instance was ever started, and so must go on with the secret of that time."""
    return run_query(settings, organisations_store.get_secret_fingerprint) is not None


def _print_checks(settings: Settings) -> bool:
    """Print what each check finds; return whether all passed."""
    checks = [check for check in CHECKS if check is not record_checks.secrets or _needs_secret(settings)]
    found = list(filter(None, (run_check(check, settings, lang=terminal_language()) for check in checks)))
    for ok, sentence in found:
        click.echo(f"{'✓' if ok else '✗'} {sentence}")
    return all(ok for ok, _ in found)


def _run_up(settings: Settings) -> None:
    """Run the copy on a loopback address, which it takes for its public one, until Ctrl-C or SIGTERM."""
    _set_origin(settings)
    click.echo(N_("Nobody gets email from this copy. Press Ctrl-C to stop it and delete it."))
    command = [sys.executable, "-S", orphan_guard.__file__, "exec", str(os.getpid())]
    up = [sys.executable, "-m", "service.cli.main", "up"]
    child = subprocess.Popen([*command, *up], env=environment_for(settings), start_new_session=True)
    before = {number: signal.signal(number, _stop(child)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if code:
        raise CommandFailed(N_("The restored instance did not run. See the reason above."))


def _stop(child: "subprocess.Popen[bytes]") -> Callable[[int, FrameType | None], None]:
    def stop(number: int, frame: FrameType | None) -> None:
        child.send_signal(signal.SIGTERM)

    return stop


def _set_origin(settings: Settings) -> None:
    with open_database(settings) as database, database.write(NullDispatcher()) as tx:
        dump_store.set_origin(tx, settings.public_origin)


def _size(directory: Path) -> int:
    return sum((Path(parent) / name).stat().st_size for parent, _, names in os.walk(directory) for name in names)


def _format_time(manifest: Manifest) -> str:
    return datetime.fromtimestamp(manifest.made_at // 1_000_000, tz=UTC).strftime("%Y-%m-%d %H:%M")
