"""`mithaq backup DIR`: everything an instance keeps, in one state, while it runs."""

from pathlib import Path
from urllib.parse import quote

import click

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.errors import Refused
from service.cli.common.options import with_var
from service.cli.local.preflight import settings_of
from service.config import Settings
from service.domain.errors import N_, NotFound, Unavailable
from service.domain.trust.leaf import START
from service.files import Files, open_files
from service.store import dump as dump_store
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import Database, Tx, connect, now_us
from service.store.publication import artefacts as artefacts_store


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@with_var
def backup(directory: Path, var: Path | None) -> None:
    """Copy everything into DIRECTORY, which must not exist or be empty. The service may run."""
    settings = settings_of(var=var)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise Refused(N_("{directory} is not empty. Name a new directory for each backup."), directory=directory)
    database = connect(settings.database)
    try:
        made = _copy(settings, database, directory)
    except OSError as wrong:
        raise Refused(
            N_("The backup could not be written ({reason}); what is in {directory} is not one."),
            reason=wrong.strerror,
            directory=directory,
        ) from wrong
    finally:
        database.close()
    rows = sum(about["count"] for about in made.rows.values())
    click.echo(
        N_("Saved to {directory}: rows {rows}, files {files}.").format(
            rows=rows, files=len(made.files), directory=directory
        )
    )
    if made.lost:
        click.echo(
            N_("Files that could not be read: {count}. The worker makes them again.").format(count=len(made.lost))
        )


def _copy(settings: Settings, database: Database, directory: Path) -> Manifest:
    """Rows first, then the files they name: a file is on disk before its row, and never changes."""
    (directory / "rows").mkdir(parents=True, mode=0o700)
    has, newest = schema_version_store.state(database)
    if has != newest:
        raise Refused(N_("The database is not at this release. Run: mithaq migrate"))
    with database.read() as tx:
        rows = {name: _rows(tx, name, directory) for name in dump_store.NAMES}
        wanted, head = artefacts_store.digests(tx), _head(tx)
    kept, lost = _files(open_files(settings.files), wanted, directory)
    _secret(settings, directory)
    made = Manifest(archive.FORMAT, now_us(), newest, database.dialect, rows, tuple(kept), tuple(lost), head)
    archive.keep(directory, made)
    return made


def _rows(tx: Tx, name: str, directory: Path) -> dict[str, object]:
    count, sha256 = archive.write(directory / "rows" / f"{name}.jsonl", dump_store.lines(tx, name))
    return {"count": count, "sha256": sha256}


def _head(tx: Tx) -> dict[str, object]:
    seq = record_store.head(tx)
    last = record_store.rows(tx, after=seq - 1, limit=1) if seq else []
    return {"seq": seq, "commitment": last[0].commitment if last else START}


def _files(files: Files, wanted: list[str], directory: Path) -> tuple[list[str], list[str]]:
    kept, lost = [], []
    copies = open_files(f"file://{quote(str(directory.absolute()))}/files")
    for sha256 in wanted:
        try:
            copies.put(files.get(sha256))
        except (NotFound, Unavailable):
            lost.append(sha256)
        else:
            kept.append(sha256)
    return kept, lost


def _secret(settings: Settings, directory: Path) -> None:
    path = settings.var / archive.SECRET
    if not settings.secret and path.exists():
        archive.write(directory / archive.SECRET, [path.read_bytes()])
