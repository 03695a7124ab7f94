"""`mithaq restore DIR`: restore a backup into an empty instance, checked before and after, in one transaction."""

from pathlib import Path

import click

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.cli.local.processes import is_running
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.leaf import FIRST_PREV, verify_chain
from service.files import open_file_store
from service.job_dispatch import NullDispatcher
from service.store import dump as dump_store
from service.store import migrate as migrate_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, Tx, connect


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
    finally:
        database.close()
    seq = manifest.head["seq"]
    click.echo(N_("Everything is restored. The record is intact ({seq} entries).").format(seq=seq))
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
    migrate_store.upgrade(database, revision=manifest.schema)
    with database.write(NullDispatcher()) as tx:
        for name in dump_store.TABLE_NAMES:
            if name in manifest.rows:
                dump_store.load_rows(tx, name, archive.read_table_lines(directory, name))
        _check_restored(tx, manifest)
    migrate_store.upgrade(database)
    _restore_secret(settings, directory)


def _check_restored(tx: Tx, manifest: Manifest) -> None:
    """Compare row counts and the record with the manifest. Raises CommandFailed, which rolls everything back."""
    counts = {name: dump_store.count_rows(tx, name) for name in manifest.rows}
    if counts != {name: table["count"] for name, table in manifest.rows.items()}:
        raise CommandFailed(N_("Some rows were not restored, so nothing was restored."))
    rows = record_store.list_leaves(tx, limit=manifest.head["seq"] + 1)
    last = rows[-1].commitment if rows else FIRST_PREV
    if verify_chain(rows) is not None or last != manifest.head["commitment"]:
        raise CommandFailed(N_("The record in this backup is damaged. Nothing was restored."))


def _restore_secret(settings: Settings, directory: Path) -> None:
    backed_up, path = directory / archive.SECRET, settings.var / archive.SECRET
    if backed_up.exists() and not settings.secret and not path.exists():
        archive.write_file(path, [backed_up.read_bytes()])
