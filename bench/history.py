"""Drafts with a long past, written as the rooms write them: rows of one keystroke, and a snapshot now and then."""

from collections.abc import Iterator
from itertools import count

from bench.live_load import Typist, World
from service.actions.drafts.live import keep_snapshot, load
from service.actions.drafts.save import SNAPSHOT_EVERY
from service.domain.crdt.shared_text import SharedText
from service.job_dispatch import Silence
from service.store.db import Database
from service.store.drafts import journal as journal_store

SITTING = 400
"""Keystrokes after which somebody else goes on."""


def grow(database: Database, draft: str, *, upto: int, person: str) -> None:
    """Let a draft be typed in until its journal has so many rows."""
    with database.read() as tx:
        stored = load(tx, draft)
    copy = SharedText.load(stored.state, stored.rows, client_id=1, sha256=stored.sha256)
    typing = keystrokes(copy.state())
    seq = stored.seq
    while seq < upto:
        rows = [next(typing) for _ in range(min(SNAPSHOT_EVERY - seq % SNAPSHOT_EVERY, upto - seq))]
        for row in rows:
            copy.apply(row, weighed=True)
        with database.write(Silence()) as tx:
            head = journal_store.lock(tx, draft)
            head = journal_store.append_all(tx, draft, head, [(person, row) for row in rows], origin="typed")
            seq = head.seq
            if seq % SNAPSHOT_EVERY == 0:
                keep_snapshot(tx, draft, epoch=head.epoch, seq=seq, state=copy.state(), text=copy.text)


def keystrokes(state: bytes) -> Iterator[bytes]:
    """What people type into a text one after the other, without end."""
    for nth in count(1):
        one = Typist(World(), "", "", nth)
        one.doc.apply_update(state)
        yield from (one.edit() for _ in range(SITTING))
        state = one.doc.get_update()
