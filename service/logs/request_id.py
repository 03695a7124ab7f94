"""The id of the request that the current task or thread works for.

A job carries the id of the request that queued it, so that one id finds the lines of web and worker.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")

_VALID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_request_id() -> str:
    """Return a new random id."""
    return secrets.token_hex(6)


def is_request_id(text: str) -> bool:
    """Whether `text` looks like an id: 8 to 64 letters, digits, `-` and `_`."""
    return _VALID.fullmatch(text) is not None


def get_request_id() -> str:
    """Return the current id; empty if there is none."""
    return _current.get()


def set_request_id(id: str) -> None:
    """Make `id` the current one of this task, and of what it starts, until it ends."""
    _current.set(id)


@contextmanager
def use_request_id(id: str) -> Iterator[None]:
    """Make `id` the current one inside the block."""
    token = _current.set(id)
    try:
        yield
    finally:
        _current.reset(token)
