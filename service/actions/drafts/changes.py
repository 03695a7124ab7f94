"""Changes in a draft between two positions of its journal, with their authors."""

from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.integrity import DraftRestarted, load_text, reading_draft
from service.actions.drafts.replay import Replay, replay
from service.actions.drafts.save import get_edition
from service.domain.errors import N_, InvalidInput
from service.domain.membership.people import Actor
from service.store.db import Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store


@dataclass(frozen=True, slots=True)
class DraftRange:
    """A draft from row `since` to row `upto`.

    `is_truncated`: an earlier start was requested than the journal still has.
    """

    draft: str
    epoch: int
    since: int
    upto: int
    head: int
    earliest: int
    is_truncated: bool = False


def load_range(tx: Tx, actor: Actor, *, document_id: str, lang: str, since: int, upto: int | None = None) -> DraftRange:
    """Return the range between two positions (`upto` None: the head), for those who may read the draft.

    It starts at the earliest row still known. Raises `NotFound`, `InvalidInput` `unknown_place`.
    """
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    draft = get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    last_seq = head.seq if upto is None else upto
    if not 0 <= since <= last_seq <= head.seq:
        raise InvalidInput("unknown_place", N_("The draft’s history has no such point."))
    first_seq = journal_history_store.get_earliest_seq(tx, draft, head)
    return DraftRange(
        draft,
        head.epoch,
        max(since, first_seq),
        max(last_seq, first_seq),
        head.seq,
        first_seq,
        is_truncated=since < first_seq,
    )


def load_changes(tx: Tx, draft_range: DraftRange) -> Replay[str]:
    """Return both texts and the author (person id) of every change between them. Raises `DraftBroken`."""
    return replay(
        tx,
        draft_range.draft,
        epoch=draft_range.epoch,
        since=draft_range.since,
        upto=draft_range.upto,
        author_of=lambda row: row.actor,
    )


def load_text_at(tx: Tx, draft: str, *, epoch: int, seq: int) -> str:
    """Return the text of the draft at a row. Raises `DraftRestarted` if that is no longer known, `DraftBroken`."""
    stored = journal_store.load_draft(tx, draft, epoch=epoch, upto=seq)
    if stored.seq != seq:
        raise DraftRestarted()
    with reading_draft(draft):
        return load_text(stored)
