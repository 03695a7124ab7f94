"""The copies of a draft when words are forgotten, or a snapshot cannot be read."""

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.live.draft_replica import Inbox, Unreadable
from service.store.drafts.journal import Stored, Update


def an_inbox() -> Inbox[str]:
    return Inbox(Stored(1, 0, None, ()))


def test_what_came_twice_is_not_confirmed_where_it_was_forgotten_once() -> None:
    inbox = an_inbox()
    words = SharedText.new(client_id=99).splice([Edit(0, 0, "words")])
    inbox.offer("phone", "lama", words)
    inbox.offer("desk", "lama", words)
    assert inbox.forget({"phone"}) == {"phone", "desk"}
    assert inbox.take() == [] and inbox.landed((), 0).counts == {}


def test_what_is_new_in_a_frame_is_forgotten_with_the_rest_of_it() -> None:
    inbox, writer = an_inbox(), SharedText.new(client_id=99)
    first = writer.splice([Edit(0, 0, "words")])
    writer.splice([Edit(5, 5, " more")])
    inbox.offer("phone", "lama", first)
    inbox.offer("desk", "lama", writer.state())
    inbox.offer("tablet", "jihan", SharedText.new(client_id=7).splice([Edit(0, 0, "Others. ")]))
    assert inbox.forget({"phone"}) == {"phone", "desk"}
    assert [who for who, _ in inbox.take()] == ["jihan"]
    assert inbox.landed((), 1).counts == {"tablet": 1} and inbox.committed.text == "Others. "


def test_what_came_twice_is_confirmed_to_both_where_nothing_was_forgotten() -> None:
    inbox = an_inbox()
    words = SharedText.new(client_id=99).splice([Edit(0, 0, "words")])
    inbox.offer("phone", "lama", words)
    inbox.offer("desk", "lama", words)
    inbox.offer("tablet", "jihan", SharedText.new(client_id=7).splice([Edit(0, 0, "x")]))
    assert inbox.forget({"tablet"}) == {"tablet"}
    assert len(inbox.take()) == 1 and inbox.landed((), 1).counts == {"phone": 1, "desk": 1}


def test_a_damaged_snapshot_is_named_by_its_own_place() -> None:
    text = SharedText.new(client_id=99)
    text.splice([Edit(0, 0, "Two rows. ")])
    state = text.state()
    rows = tuple(Update(seq, 0, "lama", "typed", text.splice([Edit(0, 0, "x")])) for seq in (3, 4, 5))
    with pytest.raises(Unreadable) as found:
        Inbox(Stored(1, 5, state, rows, sha256="0" * 64))
    assert found.value.seq == 2
