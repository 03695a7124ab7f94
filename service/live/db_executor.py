"""Thread pools for database access of rooms, separate from those of the web."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from service.job_dispatch import NullDispatcher
from service.store.db import Database, Tx

T = TypeVar("T")

WRITER_THREADS = 4
"""Writer threads with a database server; one on SQLite, which has a single writer."""
READER_THREADS = 2
"""Reader threads."""


class DbExecutor:
    """Runs transactions from the event loop. Jobs are not dispatched (the sweep finds them): typing creates none."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._write_pool = ThreadPoolExecutor(1 if database.dialect == "sqlite" else WRITER_THREADS, "live-write")
        self._read_pool = ThreadPoolExecutor(READER_THREADS, "live-read")

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a write transaction of its own. It completes even if the caller is cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._write_pool, partial(_write, self.database, work))

    async def read(self, query: Callable[[Tx], T]) -> T:
        """Run `query` in a read-only transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, partial(_read, self.database, query))

    def close(self) -> None:
        """Wait for running transactions and stop the threads."""
        self._write_pool.shutdown()
        self._read_pool.shutdown()


def _write(database: Database, work: Callable[[Tx], T]) -> T:
    with database.write(NullDispatcher()) as tx:
        return work(tx)


def _read(database: Database, query: Callable[[Tx], T]) -> T:
    with database.read() as tx:
        return query(tx)
