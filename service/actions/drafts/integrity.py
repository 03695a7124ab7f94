"""Checks that a stored draft can be read and appended to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from service.domain.crdt.shared_text import SharedText
from service.domain.errors import N_, Conflict, DomainError, InvalidInput, Unavailable
from service.store.db import Tx
from service.store.drafts import journal as journal_store


class DraftRestarted(Conflict):
    """The given position is no longer in the draft's history."""

    code = "draft_restarted"
    sentence = N_(
        "This draft was restarted after you opened it. Nothing was saved. Copy your text and open the page again."
    )


class DraftBroken(Unavailable):
    """A row of the draft cannot be applied. No action may build on unreadable rows."""

    code = "draft_broken"
    sentence = N_(
        "One change in the history of this text is unreadable. You can open and copy the text before it, but not "
        "add to it. Tell your administrator."
    )


@contextmanager
def reading_draft(draft: str) -> Iterator[None]:
    """Turn the error for a row that cannot be applied into `DraftBroken`."""
    try:
        yield
    except DomainError as error:
        if "row" not in error.extra:
            raise
        raise DraftBroken(extra={"draft": draft, **error.extra}) from error


@lru_cache(maxsize=4)
def load_text(stored: journal_store.StoredDraft) -> str:
    """Return the text of a snapshot and the rows after it. Raises what `SharedText.load` raises.

    Drafts are read far more often than written, so the last few texts are cached (LRU).
    """
    return SharedText.load(stored.state, stored.update_bytes, client_id=1, sha256=stored.text_sha256).text


def load_readable_text(tx: Tx, draft: str, head: journal_store.Head) -> tuple[str, int | None]:
    """Return the text of a draft, and None; if a row cannot be applied, the text before it, and its seq."""
    upto, broken_at = head.seq, None
    while True:
        stored = journal_store.load_draft(tx, draft, epoch=head.epoch, upto=upto)
        try:
            return load_text(stored), broken_at
        except DomainError as error:
            row = error.extra.get("row")
            if not isinstance(row, int):
                raise
            broken_at = stored.updates[row].seq if row >= 0 else stored.seq - len(stored.updates)
            upto = broken_at - 1


def check_not_frozen(head: journal_store.Head) -> None:
    """Raise `Conflict` `draft_frozen` if the draft is frozen."""
    if head.frozen:
        raise Conflict("draft_frozen", N_("This text is frozen while it is sent out or signed. Nothing was changed."))


def check_epoch(head: journal_store.Head, epoch: int) -> None:
    """Raise `Conflict` `draft_restarted` if the draft is in another epoch."""
    if epoch != head.epoch:
        raise DraftRestarted()


def check_position(head: journal_store.Head, *, epoch: int, seq: int) -> None:
    """Raise `Conflict` `draft_restarted` or `InvalidInput` `unknown_place` for an invalid position."""
    check_epoch(head, epoch)
    if not 0 <= seq <= head.seq:
        raise InvalidInput("unknown_place", N_("The draft’s history has no such point."))
