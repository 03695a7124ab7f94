"""Whether a draft as it is stored can be read, and added to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from service.domain.crdt.shared_text import SharedText
from service.domain.errors import N_, Conflict, DomainError, Unavailable
from service.store.db import Tx
from service.store.drafts import journal as journal_store


class DraftRestarted(Conflict):
    """The place somebody names is no longer in the draft's history."""

    code = "draft_restarted"
    sentence = N_(
        "This draft was restarted after you opened it. Nothing was saved. Copy your text and open the page again."
    )


class DraftBroken(Unavailable):
    """A row of the draft cannot be applied. No act rests on what nobody can read."""

    code = "draft_broken"
    sentence = N_(
        "One change in the history of this text is unreadable. You can open and copy the text before it, but not "
        "add to it. Tell your administrator."
    )


@contextmanager
def reading_draft(draft: str) -> Iterator[None]:
    """Raises Broken where a row of the draft cannot be applied."""
    try:
        yield
    except DomainError as error:
        if "row" not in error.extra:
            raise
        raise DraftBroken(extra={"draft": draft, **error.extra}) from error


@lru_cache(maxsize=4)
def load_text(stored: journal_store.StoredDraft) -> str:
    """The text of a snapshot and the rows after it; raises what `SharedText.load` raises. Drafts are read far more
    often than written, so the last ones are remembered."""
    return SharedText.load(stored.state, stored.update_bytes, client_id=1, sha256=stored.text_sha256).text


def load_readable_text(tx: Tx, draft: str, head: journal_store.Head) -> tuple[str, int | None]:
    """The text of a draft; where a row of it cannot be read, the text before, and which row it is."""
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
    """Raises Conflict `draft_frozen`."""
    if head.frozen:
        raise Conflict("draft_frozen", N_("This text is frozen during the round. Nothing was changed."))


def check_epoch(head: journal_store.Head, epoch: int) -> None:
    """Raises Conflict `draft_restarted`."""
    if epoch != head.epoch:
        raise DraftRestarted()
