"""A service that breaks one promise, to test the history checker: `python -m tests.support.faulty_service LIE serve`.

Everything but the one broken promise is the real service, in a process of its own.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from service.cli.main import mithaq
from service.files import Files
from service.files.directory_store import Directory
from service.jobs import RENDER_EXPORT
from service.store import idempotency as idempotency_store
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.db import Database, Tx

LATE = 0.3
"""Seconds between an answer and its commit."""

HALF = 1.5
"""Seconds in which a file is ready and half of it is there; the rest is zeros, as after a power cut."""

CAST = "endorsement.cast"


def answered_early() -> None:
    """Yes is said before it is on disk."""

    @contextmanager
    def write(self: Database, clock: Callable[[], int]) -> Iterator[Tx]:
        assert self.gate
        with ExitStack() as open_:
            open_.enter_context(self.gate.held())
            connection = open_.enter_context(self.engine.connect().execution_options(mithaq_write=True))
            open_.enter_context(connection.begin())
            yield Tx(connection, clock)
            threading.Timer(LATE, open_.pop_all().close).start()

    Database._write = write  # type: ignore[method-assign]


def recorded_twice() -> None:
    """One answer of an organisation is two acts of the record."""
    _casts_recorded(2)


def not_recorded() -> None:
    """An answer of an organisation that the record does not have."""
    _casts_recorded(0)


def _casts_recorded(times: int) -> None:
    once = record_store.append

    def append(tx: Tx, *, act: str, actor: str | None, facts: Mapping[str, object]) -> int:
        for _ in range(times if act == CAST else 1):
            once(tx, act=act, actor=actor, facts=facts)
        return record_store.head(tx)

    record_store.append = append


def keys_forgotten() -> None:
    """An answer that went lost on its way is given anew: the process dies between a commit and its answer, and who
    asks again under the same key is told something else."""
    idempotency_store.find = lambda *_, **__: None
    once, write, cast = record_store.append, Database.write, threading.Event()

    def append(tx: Tx, *, act: str, actor: str | None, facts: Mapping[str, object]) -> int:
        if act == CAST:
            cast.set()
        return once(tx, act=act, actor=actor, facts=facts)

    @contextmanager
    def dying(self: Database, *words: Any, **more: Any) -> Iterator[Tx]:
        with write(self, *words, **more) as tx:
            yield tx
        if cast.is_set():
            os.kill(os.getpid(), signal.SIGKILL)

    record_store.append, Database.write = append, dying  # type: ignore[method-assign]


def job_lost() -> None:
    """A file is promised, and the job that makes it is not written down."""
    enqueue = jobs_store.enqueue

    def forgetful(tx: Tx, name: str, *, ref: str, effect_key: str) -> None:
        if name != RENDER_EXPORT:
            enqueue(tx, name, ref=ref, effect_key=effect_key)

    jobs_store.enqueue = forgetful


def half_a_file() -> None:
    """A file is called ready while half of it is there, and is handed out unread."""
    write = Directory.write

    def halves(self: Directory, sha256: str, data: bytes) -> None:
        place = self.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data[: len(data) // 2].ljust(len(data), b"\0"))
        threading.Timer(HALF, write, (self, sha256, data)).start()

    Directory.write = halves  # type: ignore[method-assign]
    Files.get = lambda self, sha256: self.shelf.read(sha256)  # type: ignore[method-assign]


LIES: dict[str, Callable[[], None]] = {
    "honest": lambda: None,
    "answered early": answered_early,
    "recorded twice": recorded_twice,
    "not recorded": not_recorded,
    "keys forgotten": keys_forgotten,
    "job lost": job_lost,
    "half a file": half_a_file,
}

if __name__ == "__main__":
    LIES[sys.argv.pop(1)]()
    mithaq(prog_name="mithaq")
