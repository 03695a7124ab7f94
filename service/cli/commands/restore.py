"""`mithaq restore DIR`: restore a backup into an empty instance, checked before and after, in one transaction."""

import os
from pathlib import Path

import click

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.backup_rows import load_backup
from service.cli.common.backup_secret import (
    BackupSecret,
    check_backup_secret,
    copy_backup_secret,
    read_backup_secret,
)
from service.cli.common.database import open_to_migrate
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.common.record_report import check_database
from service.cli.local.preflight import load_settings
from service.cli.local.processes import is_running
from service.cli.local.start_checks import check_secret
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.record_differences import RecordReport
from service.files import open_file_store
from service.store import dump as dump_store
from service.store import schema_version as schema_version_store
from service.store.db import Database


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_var
@click.option(
    "--accept-secret", is_flag=True, help="Restore although the secret is another one than that of the backup."
)
def restore(directory: Path, var: Path | None, accept_secret: bool) -> None:
    """Restore the backup in DIRECTORY into an instance that is empty and not running."""
    manifest = archive.read_manifest(directory)
    secret = read_backup_secret(directory)
    settings = _load_settings(var, secret)
    if is_running(settings.var):
        raise CommandError(N_("Mithaq is running on {var}. Stop it first."), var=settings.var)
    if not accept_secret:
        check_backup_secret(settings, secret)
    with open_to_migrate(settings, as_owner=True) as database:
        report = _restore_checked(settings, database, directory, manifest)
        is_server = database.dialect == "postgresql"
    copy_backup_secret(settings, secret)
    if accept_secret:
        check_secret(settings, accept=True)
    click.echo(N_("Everything is restored. The record is intact ({seq} entries).").format(seq=manifest.head["seq"]))
    click.echo(
        N_("The instance is paused: it sends no email and closes no round. When it is the one people use: mithaq live")
    )
    if report.differences:
        raise CommandFailed(
            N_("Rows that differ from the record: {count}. See: mithaq record check"), count=len(report.differences)
        )
    if is_server:
        click.echo(N_("Now run: mithaq migrate --grant-to, with the role of the service"))
    click.echo(N_("Now run: mithaq doctor"))


def _load_settings(var: Path | None, secret: BackupSecret) -> Settings:
    """Load the settings. Raises CommandError, which names the secret of the backup if none is set."""
    try:
        return load_settings(var=var)
    except CommandError as error:
        if secret.path and not os.environ.get("MITHAQ_SECRET"):
            raise CommandError(
                N_("{reason} The secret of this backup is the content of {path}."),
                reason=error.translated,
                path=secret.path,
            ) from error
        raise


def _restore_checked(settings: Settings, database: Database, directory: Path, manifest: Manifest) -> RecordReport:
    """Restore the backup, and compare the rows with the record. Raises CommandError."""
    try:
        _restore_backup(settings, database, directory, manifest)
        return check_database(database)
    except OSError as error:
        raise CommandFailed(
            N_("The backup could not be restored ({reason}). Empty {var} and try again."),
            reason=error.strerror or error,
            var=settings.var,
        ) from error


def _restore_backup(settings: Settings, database: Database, directory: Path, manifest: Manifest) -> None:
    """Store the files, then the rows: a row never names a missing file."""
    if not dump_store.is_empty(database):
        raise CommandError(N_("This database is not empty. Restore a backup into an empty one."))
    if manifest.schema > schema_version_store.get_newest_version():
        raise CommandError(N_("A newer release made this backup. Restore it with that release."))
    files = open_file_store(settings.resolved_files_url)
    for sha256 in manifest.files:
        files.put(archive.file_path(directory, sha256).read_bytes())
    load_backup(database, directory, manifest, paused=True)
