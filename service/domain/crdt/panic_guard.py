"""Guard against panics of the CRDT library, which are not `Exception`s and may leave its locks held."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.domain.errors import N_, Unavailable


class BrokenReplica(Unavailable):
    """This replica cannot be used any more; the journal is intact. Discard it and load it again."""

    code = "draft_copy_broken"
    sentence = N_("Reloading the draft. Nothing that was saved is lost.")


class PanicGuard:
    """Remembers that the library panicked in a replica, and refuses further use of that replica."""

    def __init__(self) -> None:
        self.has_panicked = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Turn a panic into BrokenReplica, which is also raised on every later use.

        Panics derive from BaseException and can be recognised by their class name only.
        """
        if self.has_panicked:
            raise BrokenReplica()
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            self.has_panicked = True
            raise BrokenReplica(extra={"why": str(error)}) from None
