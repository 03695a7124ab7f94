"""Frames of real browsers: every well-formed one is accepted and has the same effect as in Yjs, every careless one is
rejected."""

from base64 import b64decode

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.errors import InvalidInput
from tests.unit.crdt.test_shared_text import apply_in_any_order
from tests.unit.crdt.yjs_frames import FINAL_STATE, FINAL_TEXT, FRAMES, SURROGATE_SPLITS


def test_valid_frames_are_accepted_with_the_same_effect() -> None:
    copy = SharedText.new(client_id=1)
    apply_in_any_order(copy, [b64decode(frame) for frame in FRAMES])
    assert copy.text == FINAL_TEXT
    assert copy.is_consistent()


def test_frames_may_arrive_in_reverse() -> None:
    copy = SharedText.new(client_id=1)
    apply_in_any_order(copy, [b64decode(frame) for frame in reversed(FRAMES)])
    assert copy.text == FINAL_TEXT


def test_full_state_is_one_update() -> None:
    assert SharedText.load(b64decode(FINAL_STATE), client_id=1).text == FINAL_TEXT


@pytest.mark.parametrize(("first", "second"), SURROGATE_SPLITS)
def test_careless_frames_are_rejected(first: str, second: str) -> None:
    copy = SharedText.load(None, [b64decode(first)], client_id=1)
    before = copy.text
    with pytest.raises(InvalidInput) as refusal:
        copy.apply(b64decode(second))
    assert refusal.value.extra["why"] == "splits a surrogate pair"
    assert copy.text == before
