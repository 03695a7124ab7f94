"""What one edit costs once a draft was changed 100,000 times, beside what it cost after 100.

Per edit, without a socket: tried on the copy ahead, written in a transaction of its own, shown by the committed copy.
On a text of 10,000 characters.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.history import grow, keystrokes
from bench.live import MEMORY, SHORT, text
from service.actions.documents import documents
from service.actions.drafts import live
from service.config import Settings
from service.job_dispatch import Silence
from service.live.draft_replica import Inbox
from service.sample import document
from service.store.db import Database, connect
from service.store.migrate import migrate
from tests.support.postgres import Postgres, a_server

SHARES = (100, 10_000, 100_000)
EDITS = 400


@dataclass(frozen=True)
class Cost:
    """Milliseconds of an edit, medians: all of it, and the processor's share of this process."""

    all: float
    own: float


def run() -> None:
    """Prints the table."""
    print(f"{'edits before':16} {'database':12} {'an edit, ms':>12} {'processor, ms':>14} {'of the first':>13}")
    for name, place in (("SQLite", on_sqlite()), ("PostgreSQL", on_postgresql())):
        with place as database:
            draft, person = _a_draft(database)
            first = None
            for share in SHARES:
                grow(database, draft, upto=share, person=person)
                cost = _cost(database, draft, person)
                first = first or cost
                ratio = f"{cost.all / first.all:.2f}, {cost.own / first.own:.2f}"
                print(f"{share:<16,} {name:12} {cost.all:12.2f} {cost.own:14.2f} {ratio:>13}")


@contextmanager
def on_sqlite() -> Iterator[Database]:
    """In memory, so that the disk, which costs the same always, does not hide the rest."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as directory:
        yield from _opened(Settings(var=Path(directory)).database)


@contextmanager
def on_postgresql() -> Iterator[Database]:
    with a_server() as server:
        postgres = Postgres(server)
        postgres.execute("CREATE DATABASE edits")
        yield from _opened(postgres.owner("edits"))


def _opened(url: str) -> Iterator[Database]:
    migrate(url)
    database = connect(url)
    try:
        yield database
    finally:
        database.close()


def _a_draft(database: Database) -> tuple[str, str]:
    """A draft, and who (person id) may write in it."""
    cast = document.gather(database, origin="http://localhost")
    lama = cast.people["lama"].id
    with database.write(Silence()) as tx:
        id = documents.open_document(
            tx,
            document.actor_of(tx, lama),
            kind="constitution",
            issued_by="coalition",
            authentic=["ar"],
            editions={"ar": documents.First("نصّ", text(SHORT))},
            front={},
        )
    return f"{id}.ar", lama


def _cost(database: Database, draft: str, person: str) -> Cost:
    with database.read() as tx:
        inbox: Inbox[str] = Inbox(live.load(tx, draft))
    took, own = [], []
    for update in islice(keystrokes(inbox.committed.state()), EDITS):
        began, used = time.perf_counter(), time.process_time()
        inbox.offer(person, person, update)
        rows = inbox.take()
        with database.write(Silence()) as tx:
            landed = live.land(tx, draft, epoch=inbox.epoch, after=inbox.seq, rows=rows, claims={})
        inbox.landed(landed.missed, landed.seq)
        took.append(time.perf_counter() - began)
        own.append(time.process_time() - used)
    return Cost(1000 * statistics.median(took), 1000 * statistics.median(own))
