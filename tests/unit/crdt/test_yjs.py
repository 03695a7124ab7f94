"""Browsers' frames: every honest one passes and means what it means there, every careless one is refused."""

from base64 import b64decode

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.errors import InvalidInput
from tests.unit.crdt.test_shared_text import apply_in_any_order
from tests.unit.crdt.yjs_frames import FINAL_STATE, FINAL_TEXT, FRAMES, SURROGATE_SPLITS


def test_honest_frames_all_pass_and_mean_the_same() -> None:
    copy = SharedText.new(client_id=1)
    apply_in_any_order(copy, [b64decode(frame) for frame in FRAMES])
    assert copy.text == FINAL_TEXT
    assert copy.is_consistent()


def test_frames_may_arrive_backwards() -> None:
    copy = SharedText.new(client_id=1)
    apply_in_any_order(copy, [b64decode(frame) for frame in reversed(FRAMES)])
    assert copy.text == FINAL_TEXT


def test_a_whole_state_is_one_update() -> None:
    assert SharedText.load(b64decode(FINAL_STATE), client_id=1).text == FINAL_TEXT


@pytest.mark.parametrize(("first", "second"), SURROGATE_SPLITS)
def test_careless_frames_are_refused(first: str, second: str) -> None:
    copy = SharedText.load(None, [b64decode(first)], client_id=1)
    before = copy.text
    with pytest.raises(InvalidInput) as refusal:
        copy.apply(b64decode(second))
    assert refusal.value.extra["why"] == "splits a surrogate pair"
    assert copy.text == before
