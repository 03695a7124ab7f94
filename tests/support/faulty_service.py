"""A service that breaks one guarantee, to test the history checker: `python -m tests.support.faulty_service LIE
serve`.

Everything but the one broken guarantee is the real service, in a process of its own.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from service.cli.main import mithaq
from service.files import FileStore
from service.files.directory_store import DirectoryBackend
from service.jobs import RENDER_EXPORT
from service.store import idempotency as idempotency_store
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.db import Database, Tx

COMMIT_DELAY = 0.3
"""Seconds between a response and its commit."""

TRUNCATED_FOR = 1.5
"""Seconds in which a file is ready while half of it is stored; the rest is zeros, as after a power failure."""

CAST_ACT = "endorsement.cast"


def answer_before_commit() -> None:
    """Acknowledge before the commit."""

    @contextmanager
    def write(self: Database, clock: Callable[[], int]) -> Iterator[Tx]:
        assert self.write_lock
        with ExitStack() as open_:
            open_.enter_context(self.write_lock.hold())
            connection = open_.enter_context(self.engine.connect().execution_options(mithaq_write=True))
            open_.enter_context(connection.begin())
            yield Tx(connection, clock)
            threading.Timer(COMMIT_DELAY, open_.pop_all().close).start()

    Database._write = write  # type: ignore[method-assign]


def record_twice() -> None:
    """Record one answer of an organisation as two acts."""
    _record_casts(2)


def skip_record() -> None:
    """Leave an answer of an organisation out of the record."""
    _record_casts(0)


def _record_casts(times: int) -> None:
    append_once = record_store.append

    def append(
        tx: Tx,
        *,
        act: str,
        actor: str | None,
        facts: Mapping[str, object],
        values: Mapping[str, object] | None = None,
    ) -> int:
        for _ in range(times if act == CAST_ACT else 1):
            append_once(tx, act=act, actor=actor, facts=facts, values=values)
        return record_store.get_last_seq(tx)

    record_store.append = append


def forget_idempotency_keys() -> None:
    """Forget stored responses: the process dies between a commit and its response, and a retry with the same key gets a
    different one."""
    idempotency_store.find = lambda *_, **__: None
    append_once, write, was_cast = record_store.append, Database.write, threading.Event()

    def append(
        tx: Tx,
        *,
        act: str,
        actor: str | None,
        facts: Mapping[str, object],
        values: Mapping[str, object] | None = None,
    ) -> int:
        if act == CAST_ACT:
            was_cast.set()
        return append_once(tx, act=act, actor=actor, facts=facts, values=values)

    @contextmanager
    def write_and_exit(self: Database, *words: Any, **more: Any) -> Iterator[Tx]:
        with write(self, *words, **more) as tx:
            yield tx
        if was_cast.is_set():
            os.kill(os.getpid(), signal.SIGKILL)

    record_store.append, Database.write = append, write_and_exit  # type: ignore[method-assign]


def lose_jobs() -> None:
    """Promise a file without writing its job."""
    enqueue = jobs_store.enqueue

    def enqueue_most(tx: Tx, name: str, *, ref: str, effect_key: str) -> None:
        if name != RENDER_EXPORT:
            enqueue(tx, name, ref=ref, effect_key=effect_key)

    jobs_store.enqueue = enqueue_most


def truncate_files() -> None:
    """Mark a file as ready while half of it is stored, and serve it without verification."""
    write = DirectoryBackend.write

    def write_half(self: DirectoryBackend, sha256: str, data: bytes) -> None:
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[: len(data) // 2].ljust(len(data), b"\0"))
        threading.Timer(TRUNCATED_FOR, write, (self, sha256, data)).start()

    DirectoryBackend.write = write_half  # type: ignore[method-assign]
    FileStore.get = lambda self, sha256: self.backend.read(sha256)  # type: ignore[method-assign]


FAULTS: dict[str, Callable[[], None]] = {
    "honest": lambda: None,
    "answered early": answer_before_commit,
    "recorded twice": record_twice,
    "not recorded": skip_record,
    "keys forgotten": forget_idempotency_keys,
    "job lost": lose_jobs,
    "half a file": truncate_files,
}

if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    mithaq(prog_name="mithaq")
