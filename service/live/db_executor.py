"""Where the rooms write and read: threads of their own, so that nobody who types waits for a page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from service.job_dispatch import NullDispatcher
from service.store.db import Database, Tx

T = TypeVar("T")

WRITER_THREADS = 4
"""Threads that write to a server; on SQLite one at a time may write, so there is one."""
READER_THREADS = 2


class DbExecutor:
    """The database of a process, from its loop. What `act` rings for is left to the sweep: typing rings for nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._write_pool = ThreadPoolExecutor(1 if database.dialect == "sqlite" else WRITER_THREADS, "live-write")
        self._read_pool = ThreadPoolExecutor(READER_THREADS, "live-read")

    async def write(self, work: Callable[[Tx], T]) -> T:
        """`act` in a transaction of its own. It is done, or not, also where the caller no longer waits."""
        return await asyncio.get_running_loop().run_in_executor(self._write_pool, partial(_write, self.database, work))

    async def read(self, query: Callable[[Tx], T]) -> T:
        """`look` in a transaction that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, partial(_read, self.database, query))

    def close(self) -> None:
        """Wait for what is being written."""
        self._write_pool.shutdown()
        self._read_pool.shutdown()


def _write(database: Database, work: Callable[[Tx], T]) -> T:
    with database.write(NullDispatcher()) as tx:
        return work(tx)


def _read(database: Database, query: Callable[[Tx], T]) -> T:
    with database.read() as tx:
        return query(tx)
