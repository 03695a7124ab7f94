"""Rows of a journal computed outside of the write lock: the edit, its bytes, and the text after it."""

import secrets
from dataclasses import dataclass

from service.actions.drafts.integrity import DraftRestarted, check_not_frozen, reading_draft
from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.diff.minimal_edits import minimal_edits
from service.domain.text.markup.canonical import text_sha256
from service.store.db import Tx
from service.store.drafts import journal as journal_store

SNAPSHOT_INTERVAL = 500
"""Rows between two snapshots of a draft."""

DraftPosition = tuple[int, int]
"""(epoch, seq) of a draft."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row to append after `head`: `data` is empty if nothing changes. `text` is the text after it.

    `snapshot` is the state after it, if one is due and reproduces the text.
    """

    head: DraftPosition
    text: str
    data: bytes = b""
    client: int = 0
    snapshot: bytes | None = None


def plan_row(live: SharedText, head: DraftPosition, *, new_text: str) -> PlannedRow:
    """Plan the minimal edits that turn `live`, the text at `head`, into `new_text`; `live` is changed."""
    changes = compute_edits(live.text, new_text)
    if not changes:
        return PlannedRow(head, new_text)
    data = live.splice(list(changes))
    is_due = (head[1] + 1) % SNAPSHOT_INTERVAL == 0 and live.is_consistent()
    return PlannedRow(head, live.text, data, live.client_id, live.state() if is_due else None)


def append_row(
    tx: Tx, draft: str, head: journal_store.Head, row: PlannedRow, *, actor: str, origin: str
) -> journal_store.Head:
    """Append `row` after the locked `head`, for which it was planned, and return the new head; `head` if it is empty.

    Raises `Conflict` `draft_frozen`, `DraftPaused`.
    """
    check_not_frozen(head)
    if not row.data:
        return head
    journal_store.check_not_paused(tx, draft)
    new_head = journal_store.append(tx, draft, head, client=row.client, actor=actor, origin=origin, data=row.data)
    if row.snapshot is not None:
        journal_store.add_snapshot(
            tx, draft, epoch=new_head.epoch, seq=new_head.seq, state=row.snapshot, text_sha256=text_sha256(row.text)
        )
    return new_head


def compute_edits(live: str, proposed: str) -> tuple[Edit, ...]:
    """Return the minimal edits that turn `live` into `proposed`."""
    if not live or live == proposed:
        return (Edit(0, 0, proposed),) if live != proposed else ()
    return tuple(Edit(start, end, new) for start, end, new in minimal_edits(live, proposed))


def new_shared_text() -> SharedText:
    """Return an empty text with a new client id."""
    return SharedText.new(client_id=new_client_id(secrets.randbits(52)))


def load_shared_text(tx: Tx, draft: str, *, epoch: int, upto: int | None = None) -> SharedText:
    """Load the draft's text up to row `upto` (default: all), editable under a new client id.

    Raises `Conflict` `draft_restarted` if compaction removed that position.
    """
    stored = journal_store.load_draft(tx, draft, epoch=epoch, upto=upto)
    if upto is not None and stored.seq != upto:
        raise DraftRestarted()
    client_id = new_client_id(secrets.randbits(52))
    with reading_draft(draft):
        return SharedText.load(stored.state, stored.update_bytes, client_id=client_id, sha256=stored.text_sha256)


def position_of(head: journal_store.Head) -> DraftPosition:
    """Return the position of a head."""
    return head.epoch, head.seq
