"""A value that must never be in a log line, and statements of SQL whose errors contain it."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import insert, text

from service.logs import setup
from service.logs.formats import JSON, TEXT, create_formatter
from service.logs.repeats import ALWAYS_WRITTEN
from service.store.db import Tx
from service.store.tables import jobs

CANARY = "canary-7f3a"


def _job(**columns: object) -> dict[str, object]:
    row = {"id": "job_1", "name": CANARY, "ref": CANARY, "state": "queued", "attempts": 0, "rings": 0, "next_at": 0}
    return {**row, "effect_key": CANARY, **columns}


def violate_unique(tx: Tx) -> None:
    tx.connection.execute(insert(jobs), [_job(), _job(id="job_2")])


def violate_not_null(tx: Tx) -> None:
    tx.connection.execute(insert(jobs).values(_job(attempts=None)))


def violate_check(tx: Tx) -> None:
    tx.connection.execute(insert(jobs).values(_job(state=CANARY)))


def send_wrong_type(tx: Tx) -> None:
    """PostgreSQL quotes the value, SQLite the name of a function that does not exist."""
    if tx.connection.dialect.name == "sqlite":
        violate_unique(tx)
    tx.connection.execute(text("SELECT CAST(:value AS bigint)"), {"value": CANARY})


def send_zero_character(tx: Tx) -> None:
    tx.connection.execute(insert(jobs).values(_job(ref=f"{CANARY}\0", attempts=None)))


PROVOCATIONS: Mapping[str, Callable[[Tx], None]] = {
    "unique": violate_unique,
    "not null": violate_not_null,
    "check": violate_check,
    "type": send_wrong_type,
    "zero": send_zero_character,
}


class LogLines:
    """What a process would have written, in both formats."""

    def __init__(self) -> None:
        self.streams = {name: io.StringIO() for name in (TEXT, JSON)}

    @property
    def text(self) -> str:
        """The lines in the format text."""
        return self.streams[TEXT].getvalue()

    def __str__(self) -> str:
        return "".join(stream.getvalue() for stream in self.streams.values())


@contextmanager
def captured_log_lines(level: str = "debug") -> Iterator[LogLines]:
    """Collect the lines of this process as `service.logs` would write them at `level`."""
    lines, root = LogLines(), logging.getLogger()
    names = ("", *setup.OWN_LOGGERS, *setup.QUIET_LOGGERS, *ALWAYS_WRITTEN)
    levels = {name: logging.getLogger(name).level for name in names}
    handlers: list[logging.Handler] = []
    for name, stream in lines.streams.items():
        handler = logging.StreamHandler(stream)
        handler.setFormatter(create_formatter(name))
        handler.addFilter(lambda record: record.name != "httpx2")  # the client of a test
        handlers.append(handler)
        root.addHandler(handler)
    setup.set_levels(logging.getLevelNamesMapping()[level.upper()])
    try:
        yield lines
    finally:
        for one in handlers:
            root.removeHandler(one)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
