"""Cost of one edit after 100,000 changes to a draft, compared with the cost after 100.

Per edit, without a socket: tried on the pending replica, written in a transaction of its own, applied to the committed
replica. The text has 10,000 characters.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.live import MEMORY_DIRECTORY, SHORT_WORDS, random_text
from bench.support.history import grow_journal, type_keystrokes
from service.actions.documents import documents
from service.actions.drafts import live
from service.config import Settings
from service.job_dispatch import NullDispatcher
from service.live.draft_replica import DraftReplica
from service.sample import document
from service.store.db import Database, connect
from service.store.migrate import migrate
from tests.support.postgres import PostgresTemplate, run_server

EDIT_COUNTS = (100, 10_000, 100_000)
EDITS = 400
"""Edits of which each median is taken."""


@dataclass(frozen=True)
class EditCost:
    """Median milliseconds per edit: wall-clock time, and processor time of this process."""

    total: float
    processor: float


def run() -> None:
    """Print the table."""
    print(f"{'edits before':16} {'database':12} {'edit, ms':>12} {'CPU, ms':>14} {'ratio to first':>15}")
    for name, database_context in (("SQLite", on_sqlite()), ("PostgreSQL", on_postgresql())):
        with database_context as database:
            draft, person = _create_draft(database)
            first = None
            for edit_count in EDIT_COUNTS:
                grow_journal(database, draft, upto=edit_count, person=person)
                cost = _measure_edit(database, draft, person)
                first = first or cost
                ratio = f"{cost.total / first.total:.2f}, {cost.processor / first.processor:.2f}"
                print(f"{edit_count:<16,} {name:12} {cost.total:12.2f} {cost.processor:14.2f} {ratio:>15}")


@contextmanager
def on_sqlite() -> Iterator[Database]:
    """Open a database in memory: the cost of the disk is constant and would hide the rest."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DIRECTORY if MEMORY_DIRECTORY.is_dir() else None) as directory:
        yield from _open_database(Settings(var=Path(directory)).resolved_database_url)


@contextmanager
def on_postgresql() -> Iterator[Database]:
    """Open a database on a PostgreSQL server of its own."""
    with run_server() as server:
        postgres = PostgresTemplate(server)
        postgres.execute("CREATE DATABASE edits")
        yield from _open_database(postgres.owner_url("edits"))


def _open_database(url: str) -> Iterator[Database]:
    migrate(url)
    database = connect(url)
    try:
        yield database
    finally:
        database.close()


def _create_draft(database: Database) -> tuple[str, str]:
    """Create a draft; return its id and that of a person who may write in it."""
    members = document.create_coalition(database, origin="http://localhost")
    lama = members.people["lama"].id
    with database.write(NullDispatcher()) as tx:
        id = documents.open_document(
            tx,
            document.load_actor(tx, lama),
            kind="constitution",
            issued_by="coalition",
            authentic=["ar"],
            editions={"ar": documents.InitialText("نصّ", random_text(SHORT_WORDS))},
            front={},
        )
    return f"{id}.ar", lama


def _measure_edit(database: Database, draft: str, person: str) -> EditCost:
    with database.read() as tx:
        inbox: DraftReplica[str] = DraftReplica(live.load_draft(tx, draft))
    elapsed, own = [], []
    for update in islice(type_keystrokes(inbox.committed.state()), EDITS):
        started_at, used = time.perf_counter(), time.process_time()
        inbox.submit(person, person, update)
        rows = inbox.begin_commit()
        with database.write(NullDispatcher()) as tx:
            appended = live.append_updates(tx, draft, epoch=inbox.epoch, after=inbox.seq, rows=rows, claims={})
        inbox.finish_commit(appended.missed_updates, appended.seq)
        elapsed.append(time.perf_counter() - started_at)
        own.append(time.process_time() - used)
    return EditCost(1000 * statistics.median(elapsed), 1000 * statistics.median(own))
