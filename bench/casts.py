"""Durable casts per second, compared with bare commits of one small row on the same disk.

A cast is the whole action of an organisation: mandate, code, statement, endorsement, record. Casts and bare commits
alternate in the same run; on SQLite and on PostgreSQL.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Connection, text

from service.actions.documents import documents, versions
from service.actions.endorsement import endorsements, rounds
from service.job_dispatch import NullDispatcher
from service.sample import document
from service.sample.document import SampleMembers
from service.store.db import Database, connect, now_us
from service.store.migrate import migrate
from tests.support.factories import complete_proofs
from tests.support.postgres import run_server

ROUNDS = 40
HOUR = 3_600_000_000
"""µs. Each round gets an hour of its own, so that the rate limit of codes per hour is not exceeded."""

SECRET = b"a secret of the bench, long enough"
DISPATCHER = NullDispatcher()


@dataclass(frozen=True)
class CastBench:
    """An open database with the sample coalition and all mandates granted; `start_times` of rounds are in µs UTC."""

    database: Database
    members: SampleMembers
    start_times: Iterator[int]


def run() -> None:
    """Print the table."""
    heads = ("casts, sequential", "three concurrent", "bare commits", "share")
    print(f"{'durable acts per second':24}" + "".join(f"{head:>19}" for head in heads))
    with tempfile.TemporaryDirectory() as directory:
        _print_row("SQLite", f"sqlite:///{directory}/mithaq.db")
    with _postgres() as url:
        _print_row("PostgreSQL", url)


def _print_row(name: str, url: str) -> None:
    bench = _open_bench(url)
    try:
        _measure(bench, 4, together=False)  # warm-up: the first acts include compilation and cache misses
        alone, bare = 0.0, 0.0
        for _ in range(4):
            alone += _measure(bench, ROUNDS // 4, together=False)
            bare += _bare_commits(bench.database, 3 * ROUNDS // 4)
        three = _measure(bench, ROUNDS, together=True)
    finally:
        bench.database.close()
    casts = 3 * ROUNDS
    print(f"{name:24}{casts / alone:19.0f}{casts / three:19.0f}{casts / bare:19.0f}{bare / alone:19.0%}")


def _open_bench(url: str) -> CastBench:
    migrate(url)
    database = connect(url)
    members = document.create_coalition(database, origin="http://localhost:8000")
    document.grant_mandates(database, members)
    with database.write(DISPATCHER) as tx:
        tx.connection.execute(text("CREATE TABLE bare (n integer)"))
    return CastBench(database, members, count(now_us(), HOUR))


def _measure(bench: CastBench, times: int, *, together: bool) -> float:
    """Return the seconds in which every organisation on the roll casts in that many rounds, without preparation.

    With `together`, the organisations of a round cast concurrently.
    """
    seconds = 0.0
    with ThreadPoolExecutor(3) as pool:
        for _ in range(times):
            operations = _prepare_casts(bench, next(bench.start_times))
            started_at = time.perf_counter()
            list(pool.map(lambda act: act(), operations) if together else map(lambda act: act(), operations))
            seconds += time.perf_counter() - started_at
    return seconds


def _prepare_casts(bench: CastBench, at: int) -> list[Callable[[], None]]:
    """Open a round and return the last step of each signatory."""
    round_id = _open_round(bench, at)
    operations = []
    for _, _, signatory in document.mandate_holders(document.load_script()):
        person = bench.members.people[signatory].id
        with bench.database.write(DISPATCHER, clock=lambda: at) as tx:
            actor = document.load_actor(tx, person)
            prepared = endorsements.prepare(
                tx, actor, round_id=round_id, position="endorse", reservation=None, lang="ar", secret=SECRET
            )
            code = document.mailed_code(tx, person, secret=SECRET)
        operations.append(_cast_operation(bench, person, round_id, prepared.challenge, code, at))
    return operations


def _cast_operation(
    bench: CastBench, person: str, round_id: str, challenge: str, code: str, at: int
) -> Callable[[], None]:
    def cast_once() -> None:
        with bench.database.write(DISPATCHER, clock=lambda: at) as tx:
            actor = document.load_actor(tx, person)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)

    return cast_once


def _open_round(bench: CastBench, at: int) -> str:
    drafter, secretariat = (bench.members.people[key].id for key in ("lama", "salma"))
    with bench.database.write(DISPATCHER, clock=lambda: at) as tx:
        first = {"ar": documents.InitialText("بيان", "نصّ البيان.\n")}
        id = documents.open_document(
            tx,
            document.load_actor(tx, drafter),
            kind="statement",
            issued_by="coalition",
            authentic=["ar"],
            editions=first,
            front={},
        )
        versions.cut_version(tx, document.load_actor(tx, drafter), document_id=id)
        documents.change_state(tx, document.load_actor(tx, secretariat), document_id=id, to_state="review")
    complete_proofs(bench.database)
    with bench.database.write(DISPATCHER, clock=lambda: at) as tx:
        actor = document.load_actor(tx, secretariat)
        return rounds.open_round(tx, actor, document_id=id, version_number=1, closes_at=tx.now + HOUR)


def _bare_commits(database: Database, times: int) -> float:
    """Return the seconds for that many commits of one row each, with no other work."""

    def insert_row(connection: Connection) -> None:
        with connection.begin():
            connection.exec_driver_sql("INSERT INTO bare VALUES (1)")

    with database.engine.connect().execution_options(mithaq_write=True) as connection:
        started_at = time.perf_counter()
        for _ in range(times):
            insert_row(connection)
        return time.perf_counter() - started_at


@contextmanager
def _postgres() -> Iterator[str]:
    with run_server() as server:
        yield str(server.get_uri(driver="psycopg"))
