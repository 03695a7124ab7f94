"""Drafts with a long journal, as live editing writes it: rows of one keystroke, with periodic snapshots."""

from collections.abc import Iterator
from itertools import count

from bench.support.live_load import LoadClient, LoadState
from service.actions.drafts.live import add_snapshot, load_draft
from service.actions.drafts.planned_row import SNAPSHOT_INTERVAL
from service.domain.crdt.shared_text import SharedText
from service.job_dispatch import NullDispatcher
from service.store.db import Database
from service.store.drafts import journal as journal_store

TURN_LENGTH = 400
"""Keystrokes after which another person continues."""


def grow_journal(database: Database, draft: str, *, upto: int, person: str) -> None:
    """Type in a draft until its journal has `upto` rows."""
    with database.read() as tx:
        stored = load_draft(tx, draft)
    copy = SharedText.load(stored.state, stored.update_bytes, client_id=1, sha256=stored.text_sha256)
    updates = type_keystrokes(copy.state())
    seq = stored.seq
    while seq < upto:
        rows = [next(updates) for _ in range(min(SNAPSHOT_INTERVAL - seq % SNAPSHOT_INTERVAL, upto - seq))]
        for row in rows:
            copy.apply(row, validated=True)
        with database.write(NullDispatcher()) as tx:
            head = journal_store.lock_head(tx, draft)
            head = journal_store.append_all(tx, draft, head, [(person, row) for row in rows], origin="typed")
            seq = head.seq
            if seq % SNAPSHOT_INTERVAL == 0:
                add_snapshot(tx, draft, epoch=head.epoch, seq=seq, state=copy.state(), text=copy.text)


def type_keystrokes(state: bytes) -> Iterator[bytes]:
    """Yield consecutive keystrokes of people typing into a text, without end."""
    for nth in count(1):
        one = LoadClient(LoadState(), "", "", nth)
        one.doc.apply_update(state)
        yield from (one.edit() for _ in range(TURN_LENGTH))
        state = one.doc.get_update()
