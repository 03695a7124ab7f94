"""Rows of a journal computed outside of the write lock: the edit, its bytes, and the text after it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from service.actions.drafts.integrity import DraftRestarted, check_not_frozen, reading_draft
from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.diff.minimal_edits import minimal_edits
from service.domain.text.markup.canonical import canonicalise, text_sha256
from service.store.db import Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import pauses as pauses_store

SNAPSHOT_INTERVAL = 500
"""Rows between two snapshots of a draft."""

_OTHER_LINE_ENDS = "\r\u0085\u2028\u2029"

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
    return _plan_changes(live, head, compute_edits(live.text, new_text), new_text=new_text)


def plan_canonical_row(live: SharedText, head: DraftPosition) -> PlannedRow:
    """Plan the edits that make `live`, the text at `head`, canonical; `live` is changed. Raises as `canonicalise`."""
    text = live.text
    canonical = canonicalise(text).text
    return _plan_changes(live, head, compute_line_edits(text, canonical), new_text=canonical)


def _plan_changes(live: SharedText, head: DraftPosition, changes: Sequence[Edit], *, new_text: str) -> PlannedRow:
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
    pauses_store.check_not_paused(tx, draft)
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


def compute_line_edits(live: str, canonical: str) -> tuple[Edit, ...]:
    """Return edits that turn `live` into its canonical form, comparing line with line.

    That is much faster than aligning words: mostly blanks at the ends of lines go.
    """
    if live == canonical:
        return ()
    before, after = live.split("\n"), canonical.split("\n")
    if any(character in live for character in _OTHER_LINE_ENDS):
        return compute_edits(live, canonical)
    edits, start = list[Edit](), 0
    for old, new in zip(before, after, strict=False):
        edits += [Edit(start + one.start, start + one.end, one.text) for one in compute_edits(old, new)]
        start += len(old) + 1
    if len(before) > len(after):
        edits.append(Edit(start - 1, len(live), ""))
    elif len(after) > len(before):
        edits.append(Edit(len(live), len(live), "\n" + "\n".join(after[len(before) :])))
    return tuple(edits)


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
