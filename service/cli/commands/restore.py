"""`mithaq restore DIR`: a backup into an empty instance, checked before and after; all of it or nothing."""

from pathlib import Path

import click

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.errors import Failed, Refused
from service.cli.common.options import with_var
from service.cli.local.preflight import settings_of
from service.cli.local.processes import is_up
from service.config import Settings
from service.domain.errors import N_
from service.domain.trust.leaf import START, verify
from service.files import open_files
from service.job_dispatch import Silence
from service.store import dump as dump_store
from service.store import migrate as migrate_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, Tx, connect


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_var
def restore(directory: Path, var: Path | None) -> None:
    """Bring the backup in DIRECTORY into an instance that is empty and does not run."""
    settings = settings_of(var=var)
    manifest = archive.read(directory)
    if is_up(settings.var):
        raise Refused(N_("Mithaq runs on {var}. Stop it first."), var=settings.var)
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = connect(settings.database)
    try:
        _restore(settings, database, directory, manifest)
    finally:
        database.close()
    seq = manifest.head["seq"]
    click.echo(N_("Everything is back, and the record of {seq} acts recomputes.").format(seq=seq))
    click.echo(N_("Now run: mithaq doctor"))


def _restore(settings: Settings, database: Database, directory: Path, manifest: Manifest) -> None:
    """Files first, then rows: a row never names a file that is not there."""
    if not dump_store.is_empty(database):
        raise Refused(N_("There is something in this database already. A backup is restored into an empty one."))
    if manifest.schema > schema_version_store.newest():
        raise Refused(N_("This backup was made by a newer release; restore it with that one."))
    files = open_files(settings.files)
    for sha256 in manifest.files:
        files.put(archive.place(directory, sha256).read_bytes())
    migrate_store.upgrade(database, to=manifest.schema)
    with database.write(Silence()) as tx:
        for name in dump_store.NAMES:
            if name in manifest.rows:
                dump_store.fill(tx, name, archive.lines(directory, name))
        _check(tx, manifest)
    migrate_store.upgrade(database)
    _secret(settings, directory)


def _check(tx: Tx, manifest: Manifest) -> None:
    """Raises Failed, and so undoes everything, where what is there now is not what was backed up."""
    counts = {name: dump_store.count(tx, name) for name in manifest.rows}
    if counts != {name: about["count"] for name, about in manifest.rows.items()}:
        raise Failed(N_("Not every row came back. Nothing was restored."))
    rows = record_store.rows(tx, limit=manifest.head["seq"] + 1)
    last = rows[-1].commitment if rows else START
    if verify(rows) is not None or last != manifest.head["commitment"]:
        raise Failed(N_("The record of this backup does not recompute. Nothing was restored."))


def _secret(settings: Settings, directory: Path) -> None:
    kept, path = directory / archive.SECRET, settings.var / archive.SECRET
    if kept.exists() and not settings.secret and not path.exists():
        archive.write(path, [kept.read_bytes()])
