"""Where the rooms write and read: threads of their own, so that nobody who types waits for a page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from service.job_dispatch import Silence
from service.store.db import Database, Tx

T = TypeVar("T")

WRITERS = 4
"""Threads that write to a server; on SQLite one at a time may write, so there is one."""
READERS = 2


class Desk:
    """The database of a process, from its loop. What `act` rings for is left to the sweep: typing rings for nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writers = ThreadPoolExecutor(1 if database.dialect == "sqlite" else WRITERS, "live-write")
        self._readers = ThreadPoolExecutor(READERS, "live-read")

    async def write(self, act: Callable[[Tx], T]) -> T:
        """`act` in a transaction of its own. It is done, or not, also where the caller no longer waits."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, partial(_write, self.database, act))

    async def read(self, look: Callable[[Tx], T]) -> T:
        """`look` in a transaction that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, partial(_read, self.database, look))

    def close(self) -> None:
        """Wait for what is being written."""
        self._writers.shutdown()
        self._readers.shutdown()


def _write(database: Database, act: Callable[[Tx], T]) -> T:
    with database.write(Silence()) as tx:
        return act(tx)


def _read(database: Database, look: Callable[[Tx], T]) -> T:
    with database.read() as tx:
        return look(tx)
