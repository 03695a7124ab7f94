"""Replicas of a draft when pending edits are dropped, or a snapshot cannot be read."""

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.live.draft_replica import DraftReplica, UnreadableRow
from service.store.drafts.journal import StoredDraft, Update


def create_replica() -> DraftReplica[str]:
    return DraftReplica(StoredDraft(1, 0, None, ()))


def test_duplicate_edit_is_not_confirmed_once_dropped() -> None:
    inbox = create_replica()
    words = SharedText.new(client_id=99).splice([Edit(0, 0, "words")])
    inbox.submit("phone", "lama", words)
    inbox.submit("desk", "lama", words)
    assert inbox.discard({"phone"}) == {"phone", "desk"}
    assert inbox.begin_commit() == [] and inbox.finish_commit((), 0).counts == {}


def test_new_edits_of_a_frame_are_dropped_with_the_rest_of_it() -> None:
    inbox, writer = create_replica(), SharedText.new(client_id=99)
    first = writer.splice([Edit(0, 0, "words")])
    writer.splice([Edit(5, 5, " more")])
    inbox.submit("phone", "lama", first)
    inbox.submit("desk", "lama", writer.state())
    inbox.submit("tablet", "jihan", SharedText.new(client_id=7).splice([Edit(0, 0, "Others. ")]))
    assert inbox.discard({"phone"}) == {"phone", "desk"}
    assert [who for who, _ in inbox.begin_commit()] == ["jihan"]
    assert inbox.finish_commit((), 1).counts == {"tablet": 1} and inbox.committed.text == "Others. "


def test_duplicate_edit_is_confirmed_to_both_senders() -> None:
    inbox = create_replica()
    words = SharedText.new(client_id=99).splice([Edit(0, 0, "words")])
    inbox.submit("phone", "lama", words)
    inbox.submit("desk", "lama", words)
    inbox.submit("tablet", "jihan", SharedText.new(client_id=7).splice([Edit(0, 0, "x")]))
    assert inbox.discard({"tablet"}) == {"tablet"}
    assert len(inbox.begin_commit()) == 1 and inbox.finish_commit((), 1).counts == {"phone": 1, "desk": 1}


def test_damaged_snapshot_is_named_by_its_own_sequence() -> None:
    text = SharedText.new(client_id=99)
    text.splice([Edit(0, 0, "Two rows. ")])
    state = text.state()
    rows = tuple(Update(seq, 0, "lama", "typed", text.splice([Edit(0, 0, "x")])) for seq in (3, 4, 5))
    with pytest.raises(UnreadableRow) as found:
        DraftReplica(StoredDraft(1, 5, state, rows, text_sha256="0" * 64))
    assert found.value.seq == 2
