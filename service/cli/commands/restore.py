"""`mithaq restore DIR`: restore a backup into an empty instance, checked before and after, in one transaction."""

from pathlib import Path

import click

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.backup_rows import load_backup
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.common.record_report import check_database
from service.cli.local.preflight import load_settings
from service.cli.local.processes import is_running
from service.config import Settings
from service.domain.errors import N_
from service.files import open_file_store
from service.store import dump as dump_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, connect


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_var
def restore(directory: Path, var: Path | None) -> None:
    """Restore the backup in DIRECTORY into an instance that is empty and not running."""
    settings = load_settings(var=var)
    manifest = archive.read_manifest(directory)
    if is_running(settings.var):
        raise CommandError(N_("Mithaq is running on {var}. Stop it first."), var=settings.var)
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = connect(settings.resolved_database_url)
    try:
        _restore_backup(settings, database, directory, manifest)
        report = check_database(database)
    except OSError as error:
        raise CommandFailed(
            N_("The backup could not be restored ({reason}). Empty {var} and try again."),
            reason=error.strerror or error,
            var=settings.var,
        ) from error
    finally:
        database.close()
    click.echo(N_("Everything is restored. The record is intact ({seq} entries).").format(seq=manifest.head["seq"]))
    click.echo(
        N_("The instance is paused: it sends no email and closes no round. When it is the one people use: mithaq live")
    )
    if report.differences:
        raise CommandFailed(
            N_("Rows that differ from the record: {count}. See: mithaq record check"), count=len(report.differences)
        )
    click.echo(N_("Now run: mithaq doctor"))


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
    _restore_secret(settings, directory)


def _restore_secret(settings: Settings, directory: Path) -> None:
    backed_up, path = directory / archive.SECRET, settings.var / archive.SECRET
    if backed_up.exists() and not settings.secret and not path.exists():
        archive.write_file(path, [backed_up.read_bytes()])
