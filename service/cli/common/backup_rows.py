"""The rows of a backup: loaded into a database, and compared with what was written."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.common.database_errors import first_line
from service.cli.common.errors import CommandFailed
from service.domain.errors import N_, DomainError
from service.domain.trust.leaf import FIRST_PREV, find_fault
from service.job_dispatch import NullDispatcher
from service.store import dump as dump_store
from service.store import migrate as migrate_store
from service.store import record as record_store
from service.store.db import Database, Tx, connect
from service.store.deferred_references import MissingRow, defer_references

LOAD_ERRORS = (SQLAlchemyError, DomainError, ValueError, TypeError, KeyError, AttributeError)
"""What loading rows that are not as they should be may raise."""

SCRATCH = ".proof"
"""Directory inside a backup where it is restored to prove it."""


def load_backup(database: Database, directory: Path, manifest: Manifest, *, paused: bool) -> None:
    """Load all rows into an empty database in one transaction, and check them. Raises CommandFailed.

    `paused`: the instance sends no email and closes no round until somebody says so.
    """
    migrate_store.upgrade(database, revision=manifest.schema)
    try:
        with database.write(NullDispatcher()) as tx:
            with defer_references(tx):
                for name in dump_store.TABLE_NAMES:
                    if name in manifest.rows:
                        dump_store.load_rows(tx, name, archive.read_table_lines(directory, name))
            _check_loaded(tx, manifest)
    except MissingRow as error:
        raise CommandFailed(
            N_("Rows in this backup refer to rows that are missing ({tables}). Nothing was restored."), tables=error
        ) from error
    except LOAD_ERRORS as error:
        raise CommandFailed(
            N_("A row of this backup cannot be restored ({reason}). Nothing was restored."), reason=first_line(error)
        ) from error
    migrate_store.upgrade(database)
    if paused:
        with database.write(NullDispatcher()) as tx:
            dump_store.pause(tx)


def prove_backup(directory: Path, manifest: Manifest) -> None:
    """Restore a backup into a new SQLite database inside its directory and compare every row. Raises CommandFailed."""
    scratch = directory / SCRATCH
    scratch.mkdir(mode=0o700)
    database = connect(f"sqlite:///{archive.quoted_path(scratch)}/proof.db")
    try:
        load_backup(database, directory, manifest, paused=False)
        with database.read() as tx:
            changed = [name for name in manifest.rows if not _has_same_rows(tx, name, directory, manifest)]
        if changed:
            raise CommandFailed(
                N_("A trial restore of this backup gave other rows ({tables}). Do not rely on it."),
                tables=", ".join(changed),
            )
    finally:
        database.close()
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()


def _check_loaded(tx: Tx, manifest: Manifest) -> None:
    """Compare row counts and the record with the manifest. Raises CommandFailed, which rolls everything back."""
    counts = {name: dump_store.count_rows(tx, name) for name in manifest.rows}
    if counts != {name: table["count"] for name, table in manifest.rows.items()}:
        raise CommandFailed(N_("Some rows were not restored, so nothing was restored."))
    previous = None
    for leaf in record_store.stream_leaves(tx):
        if find_fault(leaf, previous):
            raise _damaged_record()
        previous = leaf
    if (previous.commitment if previous else FIRST_PREV) != manifest.head["commitment"]:
        raise _damaged_record()


def _damaged_record() -> CommandFailed:
    return CommandFailed(N_("The record in this backup is damaged. Nothing was restored."))


def _has_same_rows(tx: Tx, name: str, directory: Path, manifest: Manifest) -> bool:
    """Compare the rows of a table with its file: by the digest of all lines, or if they come in another order, each."""
    hasher = hashlib.sha256()
    for line in dump_store.dump_rows(tx, name):
        hasher.update(line)
    if hasher.hexdigest() == manifest.rows[name]["sha256"]:
        return True
    return _fingerprint(dump_store.dump_rows(tx, name)) == _fingerprint(archive.read_table_lines(directory, name))


def _fingerprint(lines: Iterable[bytes]) -> int:
    """Return a digest of lines that does not depend on their order: databases sort text differently."""
    return sum(int.from_bytes(hashlib.sha256(line).digest()) for line in lines) % 2**256
