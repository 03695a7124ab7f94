"""`mithaq backup DIR`: a consistent backup of an instance while it is running, alone or with earlier ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from service.cli.common import archive, kept_backups
from service.cli.common.archive import Manifest
from service.cli.common.backup_rows import prove_backup
from service.cli.common.database import open_database
from service.cli.common.database_errors import first_line
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.free_space import check_free_space
from service.cli.common.options import with_var
from service.cli.common.record_report import check_database
from service.cli.common.terminal import translate
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, NotFound, Unavailable
from service.files import FileStore, open_file_store
from service.store import dump as dump_store
from service.store import health as health_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, Tx, now_us
from service.store.publication import artefacts as artefacts_store

SPACE_FACTOR = 3
"""Space of a backup by that of its database: rows as text with bytes in base64, and the trial restore."""


@dataclass(frozen=True, slots=True)
class _Result:
    manifest: Manifest
    proved: bool
    differences: int
    """Rows that differ from the record."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@with_var
@click.option("--no-proof", is_flag=True, help="Do not try to restore the backup. It is then not proved to be good.")
@click.option(
    "--keep",
    type=click.IntRange(1, 9999),
    help="Write a dated backup into DIRECTORY (or MITHAQ_BACKUP_DIR), and keep only this many proved ones.",
)
def backup(directory: Path | None, var: Path | None, no_proof: bool, keep: int | None) -> None:
    """Back up everything to DIRECTORY, which must be new or empty. The service can be running."""
    settings = load_settings(var=var)
    if keep:
        if directory is None and not settings.backup_dir:
            raise CommandError(N_("Name the directory of the backups, or set MITHAQ_BACKUP_DIR."))
        place = (directory or Path(settings.backup_dir)).absolute()
        _back_up_and_keep(settings, place, keep=keep, prove=not no_proof)
    elif directory is None:
        raise CommandError(N_("Name a new directory, or keep several backups: mithaq backup --keep 14 DIR"))
    else:
        _back_up_once(settings, directory, prove=not no_proof)


def _back_up_once(settings: Settings, directory: Path, *, prove: bool) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CommandError(N_("{directory} is not empty. Use a new directory for each backup."), directory=directory)
    unusable = N_("Do not use what is in {directory}.")
    with open_database(settings) as database, _errors_as_sentences(unusable, directory):
        result = _make_backup(settings, database, directory, prove=prove)
    _report(result, directory)
    _fail_on_differences(result)


def _back_up_and_keep(settings: Settings, directory: Path, *, keep: int, prove: bool) -> None:
    """Write a backup aside, prove it, give it its name, and only then remove the oldest ones."""
    unchanged = N_("Earlier backups in {directory} are unchanged.")
    with (
        open_database(settings) as database,
        _errors_as_sentences(unchanged, directory),
        kept_backups.locked_directory(directory),
    ):
        with kept_backups.unfinished_backup(directory) as unfinished:
            result = _make_backup(settings, database, unfinished, prove=prove)
            path = kept_backups.complete_backup(unfinished, made_at=result.manifest.made_at)
        _report(result, path)
        if result.differences or not result.proved:
            click.echo(N_("No earlier backup was removed."))
        else:
            _remove_old_backups(directory, path, keep=keep)
    _fail_on_differences(result)


def _remove_old_backups(directory: Path, path: Path, *, keep: int) -> None:
    backups = kept_backups.list_backups(directory)
    newest = next(one for one in backups if one.path == path)
    if backups[0].made_at > newest.made_at:
        raise CommandFailed(
            N_("{name} is dated after this backup, so the clock is or was wrong. No earlier backup was removed."),
            name=backups[0].path.name,
        )
    try:
        removal = kept_backups.remove_old_backups(backups, newest, keep=keep)
    except OSError as error:
        raise CommandFailed(
            N_("The backup is complete, but an old one could not be removed ({reason})."),
            reason=_reason(error),
        ) from error
    for name in removal.removed:
        click.echo(N_("Removed: {name}").format(name=name))
    for name in removal.with_lost_files:
        click.echo(N_("Not removed, because it has files that could not be read today: {name}").format(name=name))
    for name in removal.with_other_files:
        click.echo(N_("Not removed, because it contains other files: {name}").format(name=name))


@contextmanager
def _errors_as_sentences(consequence: str, directory: Path) -> Iterator[None]:
    """Raise CommandError for errors of the database and the disk, which ends with the sentence `consequence`."""
    try:
        yield
    except SQLAlchemyError as error:
        said = translate(N_("The database cannot be read ({reason})."), reason=first_line(error))
    except OSError as error:
        said = translate(N_("The backup could not be saved ({reason})."), reason=_reason(error))
    else:
        return
    raise CommandError("{said} {consequence}", said=said, consequence=translate(consequence, directory=directory))


def _reason(error: OSError) -> str:
    return f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror or error)


def _make_backup(settings: Settings, database: Database, directory: Path, *, prove: bool) -> _Result:
    manifest = _write_backup(settings, database, directory)
    if prove:
        _prove(directory, manifest)
    return _Result(manifest, prove, len(check_database(database).differences))


def _report(result: _Result, directory: Path) -> None:
    rows = sum(table["count"] for table in result.manifest.rows.values())
    click.echo(
        N_("Saved to {directory}. Rows: {rows}. Files: {files}.").format(
            rows=rows, files=len(result.manifest.files), directory=directory
        )
    )
    click.echo(
        N_("Proved: a trial restore gave the same rows.")
        if result.proved
        else N_("Not proved: no trial restore was made.")
    )
    if result.manifest.lost:
        count = len(result.manifest.lost)
        click.echo(N_("Files that could not be read: {count}. The worker creates them again.").format(count=count))


def _fail_on_differences(result: _Result) -> None:
    if result.differences:
        raise CommandFailed(
            N_("The backup is complete, but rows differ from the record: {count}. See: mithaq record check"),
            count=result.differences,
        )


def _prove(directory: Path, manifest: Manifest) -> None:
    try:
        prove_backup(directory, manifest)
    except CommandFailed as error:
        raise CommandFailed(
            N_("A trial restore of this backup failed. Do not rely on it. {reason}"), reason=error.translated
        ) from error
    archive.mark_proved(directory)


def _write_backup(settings: Settings, database: Database, directory: Path) -> Manifest:
    """Write the rows, then the files they name: a file is stored before its row and never changes."""
    newest = schema_version_store.get_newest_version()
    with database.read() as tx:
        check_free_space(directory, needed=_needed_bytes(tx))
        (directory / archive.ROWS).mkdir(parents=True, mode=0o700)
        rows = {name: _dump_table(tx, name, directory) for name in dump_store.TABLE_NAMES}
        digests, head = artefacts_store.list_file_digests(tx), _record_head(tx)
    copied, missing = _copy_files(open_file_store(settings.resolved_files_url), digests, directory)
    _copy_secret(settings, directory)
    manifest = Manifest(
        archive.FORMAT_VERSION, now_us(), newest, database.dialect, rows, tuple(copied), tuple(missing), head
    )
    archive.write_manifest(directory, manifest)
    return manifest


def _needed_bytes(tx: Tx) -> int:
    return SPACE_FACTOR * health_store.get_database_bytes(tx) + artefacts_store.count_file_bytes(tx)


def _dump_table(tx: Tx, name: str, directory: Path) -> dict[str, object]:
    path = directory / archive.ROWS / f"{name}.jsonl"
    count, sha256 = archive.write_file(path, dump_store.dump_rows(tx, name))
    return {"count": count, "sha256": sha256}


def _record_head(tx: Tx) -> dict[str, object]:
    head = record_store.get_head(tx)
    return {"seq": head.seq, "commitment": head.commitment}


def _copy_files(files: FileStore, digests: list[str], directory: Path) -> tuple[list[str], list[str]]:
    copied, missing = [], []
    target = open_file_store(f"file://{archive.quoted_path(directory)}/{archive.FILES}")
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
