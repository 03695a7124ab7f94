"""Search in ten thousand documents on both databases, compared with reading as many documents by their id."""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select

from service.actions.documents import search
from service.domain.membership.people import Actor
from service.domain.policy import scope
from service.domain.text.search_terms import search_words
from service.job_dispatch import NullDispatcher
from service.sample import coalition
from service.sample import document as document_module
from service.store.db import Database, Tx, connect
from service.store.documents import workbench as workbench_store
from service.store.documents.search import SLOTS
from service.store.documents.workbench import DocumentCriteria
from service.store.migrate import migrate
from service.store.tables import document, draft, edition, search_entry
from tests.support.postgres import run_server

DOCUMENTS = int(os.environ.get("MITHAQ_BENCH_DOCUMENTS", "10000"))
WORDS = 400
"""Words of each document, some of which are common and most rare."""

PAGE_SIZE = 30
GOAL_MS = 30
REQUESTS = 20

QUERIES = ("الكلمه7", "rare4321", "الكلمه7 كلمه11", "كلمه", "nowhere")
"""A common word, a rare one, two, the beginning of every text, and one that is nowhere."""


def run() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as directory, run_server() as postgres:
        for url in (f"sqlite:///{Path(directory)}/bench.db", postgres.get_uri(driver="psycopg")):
            migrate(url)
            database = connect(url)
            try:
                _measure(database)
            finally:
                database.close()


def _measure(database: Database) -> None:
    members = document_module.create_coalition(
        database, origin="http://localhost:8000", script=coalition.load_full_script()
    )
    with database.read() as tx:
        readers = {key: document_module.load_actor(tx, members.people[key].id) for key in ("salma", "reem")}
    started = time.perf_counter()
    with database.write(NullDispatcher()) as tx:
        _fill(tx, by=readers["salma"].person)
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(
        f"{database.dialect}: {DOCUMENTS} documents of {WORDS} words, filled in {time.perf_counter() - started:.0f} s"
    )
    print(f"{'query':24} {'reader':8} {'found':>6} {'median ms':>10} {'goal':>6} {'of reading by id':>18}")
    for query in QUERIES:
        for key, reader in readers.items():
            found, elapsed = _time(database, partial(_search, actor=reader, query=query))
            _, plain = _time(database, _read_by_id)
            print(f"{query:24} {key:8} {found:6} {elapsed:10.1f} {GOAL_MS:6} {elapsed / plain:17.1f}x", flush=True)


def _search(tx: Tx, *, actor: Actor, query: str) -> int:
    """Find a page of documents with their snippets, and return how many."""
    words = search.parse_query(tx, actor, query)
    criteria = DocumentCriteria(words=words)
    found = workbench_store.list_matching(tx, scope(actor, "document.read"), criteria, limit=PAGE_SIZE)
    documents = [one for _, one in found]
    if words:
        search.list_snippets(tx, actor, words, documents)
    return len(documents)


def _read_by_id(tx: Tx) -> int:
    ids = [f"doc_{number}" for number in range(0, DOCUMENTS, DOCUMENTS // PAGE_SIZE)][:PAGE_SIZE]
    return len(tx.connection.execute(select(document).where(document.c.id.in_(ids))).all())


def _time(database: Database, read: Callable[[Tx], int]) -> tuple[int, float]:
    """Return what `read` returns, and its median milliseconds."""
    elapsed, found = [], 0
    for _ in range(REQUESTS):
        started = time.perf_counter()
        with database.read() as tx:
            found = read(tx)
        elapsed.append(1000 * (time.perf_counter() - started))
    return found, statistics.median(elapsed)


def _fill(tx: Tx, *, by: str) -> None:
    """Add documents with a draft and a version in the index; every second one is in review."""
    chance = random.Random(5)
    for start in range(0, DOCUMENTS, 500):
        numbers = range(start, min(start + 500, DOCUMENTS))
        rows = [_document_row(number, by=by) for number in numbers]
        drafts = [{"id": f"doc_{number}.ar", "epoch": 1, "head": 1} for number in numbers]
        editions = [
            {"document": f"doc_{number}", "lang": "ar", "title": f"وثيقة {number}", "draft": f"doc_{number}.ar"}
            for number in numbers
        ]
        tx.connection.execute(insert(document), rows)
        tx.connection.execute(insert(draft), drafts)
        tx.connection.execute(insert(edition), editions)
        entries = []
        for number in numbers:
            body = _text(chance, number)
            words = " ".join(search_words(f"وثيقة {number} {body}"))
            for place, source in enumerate(("draft", "version")):
                row = {"seq": SLOTS * (number + 1) + place, "document": f"doc_{number}", "lang": "ar", "source": source}
                more = {"epoch": 1, "position": 1, "title": f"وثيقة {number}", "words": words, "body": body}
                entries.append(row | more)
        tx.connection.execute(insert(search_entry), entries)


def _document_row(number: int, *, by: str) -> dict[str, object]:
    row = {"id": f"doc_{number}", "seq": number + 1, "kind": "statement", "issued_by": "coalition", "authentic": ["ar"]}
    more = {"front": {}, "urgent": False, "rev": 1, "opened_by": by, "opened_at": 1, "numbering": "typed"}
    return row | more | {"state": "review" if number % 2 else "drafting"}


def _text(chance: random.Random, number: int) -> str:
    """Return words of which the first of the vocabulary are the most common, and one that is nearly unique."""
    common = (f"الكلمة{int(chance.paretovariate(0.7))}" for _ in range(WORDS - 1))
    return " ".join([*common, f"rare{number}"])
