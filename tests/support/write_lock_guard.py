"""Fails a test in which a text is read, compared or loaded while a request holds the write lock.

Everybody else waits for that lock. An action asks for such a result with `Tx.plan`; `run_planned` computes it first.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from markdown_it import MarkdownIt

from service.domain.crdt.shared_text import SharedText
from service.store.db import Database, SupportsDispatch, Tx

_local = threading.local()


class ReadUnderLock(BaseException):
    """A text was read under the write lock; not an Exception, so that no handler hides it."""


def forbid_reading_under_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise ReadUnderLock in `run_planned` where an action reads a text itself."""
    write = Database.write

    @contextmanager
    def guarded_write(database: Database, dispatcher: SupportsDispatch, **options: Any) -> Iterator[Tx]:
        with write(database, dispatcher, **options) as tx:
            _local.tx = tx
            try:
                yield tx
            finally:
                _local.tx = None

    monkeypatch.setattr(Database, "write", guarded_write)
    for owner, name in ((MarkdownIt, "parse"), (SharedText, "_integrate"), (SharedText, "splice")):
        monkeypatch.setattr(owner, name, _guarded(getattr(owner, name), f"{owner.__name__}.{name}"))


def _guarded(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    def guarded(*args: Any, **options: Any) -> Any:
        tx = getattr(_local, "tx", None)
        if tx is not None and tx.plans is not None:
            raise ReadUnderLock(f"{name} while the write lock is held: ask for it with Tx.plan")
        return function(*args, **options)

    return guarded
