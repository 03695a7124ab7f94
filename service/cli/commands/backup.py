"""`mithaq backup DIR`: a consistent backup of an instance while it is running."""

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.backup_rows import prove_backup
from service.cli.common.database import open_database
from service.cli.common.database_errors import first_line
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.common.record_report import check_database
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, NotFound, Unavailable
from service.domain.trust.record_differences import RecordReport
from service.files import FileStore, open_file_store
from service.store import dump as dump_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, Tx, now_us
from service.store.publication import artefacts as artefacts_store


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@with_var
@click.option("--no-proof", is_flag=True, help="Do not try to restore the backup. It is then not proved to be good.")
def backup(directory: Path, var: Path | None, no_proof: bool) -> None:
    """Back up everything to DIRECTORY, which must be new or empty. The service can be running."""
    settings = load_settings(var=var)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CommandError(N_("{directory} is not empty. Use a new directory for each backup."), directory=directory)
    with open_database(settings) as database:
        manifest, report = _back_up(settings, database, directory, with_proof=not no_proof)
    rows = sum(table["count"] for table in manifest.rows.values())
    click.echo(
        N_("Saved to {directory}. Rows: {rows}. Files: {files}.").format(
            rows=rows, files=len(manifest.files), directory=directory
        )
    )
    click.echo(
        N_("Not proved: no trial restore was made.") if no_proof else N_("Proved: a trial restore gave the same rows.")
    )
    if manifest.lost:
        click.echo(
            N_("Files that could not be read: {count}. The worker creates them again.").format(count=len(manifest.lost))
        )
    if report.differences:
        raise CommandFailed(
            N_("The backup is complete, but rows differ from the record: {count}. See: mithaq record check"),
            count=len(report.differences),
        )


def _back_up(
    settings: Settings, database: Database, directory: Path, *, with_proof: bool
) -> tuple[Manifest, RecordReport]:
    """Write the backup, prove it, and compare the database with the record. Raises CommandError."""
    try:
        manifest = _write_backup(settings, database, directory)
        if with_proof:
            _prove(directory, manifest)
        return manifest, check_database(database)
    except SQLAlchemyError as error:
        raise CommandError(
            N_("The database cannot be read ({reason}). Do not use what is in {directory}."),
            reason=first_line(error),
            directory=directory,
        ) from error
    except OSError as error:
        raise CommandError(
            N_("The backup could not be saved ({reason}). Do not use what is in {directory}."),
            reason=error.strerror or error,
            directory=directory,
        ) from error


def _prove(directory: Path, manifest: Manifest) -> None:
    try:
        prove_backup(directory, manifest)
    except CommandFailed as error:
        raise CommandFailed(
            N_("A trial restore of this backup failed. Do not rely on it. {reason}"), reason=error.message
        ) from error


def _write_backup(settings: Settings, database: Database, directory: Path) -> Manifest:
    """Write the rows, then the files they name: a file is stored before its row and never changes."""
    (directory / "rows").mkdir(parents=True, mode=0o700)
    newest = schema_version_store.get_newest_version()
    with database.read() as tx:
        rows = {name: _dump_table(tx, name, directory) for name in dump_store.TABLE_NAMES}
        digests, head = artefacts_store.list_file_digests(tx), _record_head(tx)
    copied, missing = _copy_files(open_file_store(settings.resolved_files_url), digests, directory)
    _copy_secret(settings, directory)
    manifest = Manifest(
        archive.FORMAT_VERSION, now_us(), newest, database.dialect, rows, tuple(copied), tuple(missing), head
    )
    archive.write_manifest(directory, manifest)
    return manifest


def _dump_table(tx: Tx, name: str, directory: Path) -> dict[str, object]:
    count, sha256 = archive.write_file(directory / "rows" / f"{name}.jsonl", dump_store.dump_rows(tx, name))
    return {"count": count, "sha256": sha256}


def _record_head(tx: Tx) -> dict[str, object]:
    head = record_store.get_head(tx)
    return {"seq": head.seq, "commitment": head.commitment}


def _copy_files(files: FileStore, digests: list[str], directory: Path) -> tuple[list[str], list[str]]:
    copied, missing = [], []
    target = open_file_store(f"file://{archive.quoted_path(directory)}/files")
    for sha256 in digests:
        try:
            target.put(files.get(sha256))
        except (NotFound, Unavailable):
            missing.append(sha256)
        else:
            copied.append(sha256)
    return copied, missing


def _copy_secret(settings: Settings, directory: Path) -> None:
    path = settings.var / archive.SECRET
    if not settings.secret and path.exists():
        archive.write_file(directory / archive.SECRET, [path.read_bytes()])
