"""Comment anchors resolve to the position of their CRDT items: compared with a model that tracks every character."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.comments.comment_anchor import (
    Anchor,
    AnchorPosition,
    create_anchor,
    from_json,
    locate_anchors,
    to_json,
)
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from tests.unit.crdt.edit_strategies import ReferenceReplica, draw_edits

SEED = "المادة ١ — المواطنون 🙂 متساوون. 👩‍👩‍👧 \U0001f1f8\U0001f1fe é"


@st.composite
def passages(draw: st.DrawFn, text: str) -> list[tuple[int, int]]:
    edges = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), min_size=1, max_size=5))
    return [(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]]


def assert_same_span(server: ReferenceReplica, kept: list[tuple[Anchor, list[int]]]) -> None:
    for (_, marks), found in zip(kept, locate_anchors(server.shared_text, [held for held, _ in kept]), strict=True):
        expected = server.span_of(marks)
        assert found.is_deleted == (expected is None)
        assert (found.start, found.end) == (expected or (found.start, found.start))


@settings(max_examples=1000 if os.environ.get("MITHAQ_TEST_SOAK") else 30)
@given(st.data())
def test_anchors_resolve_to_their_characters(data: st.DataObject) -> None:
    server = ReferenceReplica(SEED)
    writers = [server.shared_text.fork(client_id=client) for client in (7, 203, 9001)]
    kept: list[tuple[Anchor, list[int]]] = []
    for _ in range(data.draw(st.integers(1, 6))):
        text = server.shared_text.text
        for start, end in data.draw(passages(text)) if text else []:
            kept.append((create_anchor(server.shared_text, start, end), server.marks[start:end]))
        for writer in writers:
            if data.draw(st.booleans()):
                writer.apply(server.shared_text.updates_since(writer.state_vector()))
            writer.splice(data.draw(draw_edits(writer.text)))
            if data.draw(st.booleans()):
                server.apply(writer.updates_since(server.shared_text.state_vector()))
        assert_same_span(server, kept)
    again = SharedText.load(server.shared_text.state(), client_id=5)
    holds = [held for held, _ in kept]
    assert locate_anchors(again, holds) == locate_anchors(server.shared_text, holds)


@pytest.mark.parametrize("word", ["", "قبلها "])
def test_retyped_text_is_not_the_anchored_text(word: str) -> None:
    server = ReferenceReplica(SEED)
    held = create_anchor(server.shared_text, 2, 9)
    server.shared_text.splice([Edit(0, len(SEED), "")])
    server.shared_text.splice([Edit(0, 0, word + SEED)])
    (found,) = locate_anchors(server.shared_text, [held])
    assert found.is_deleted and found.start == found.end


def test_anchor_with_deleted_edges_shrinks_to_the_rest() -> None:
    copy = SharedText.new(client_id=3)
    copy.splice([Edit(0, 0, "a🙂bcd🙂e")])
    held = create_anchor(copy, 1, 6)
    copy.splice([Edit(1, 2, ""), Edit(5, 6, "")])
    copy.splice([Edit(1, 1, "new "), Edit(2, 2, "inside"), Edit(4, 4, " new")])
    (found,) = locate_anchors(copy, [held])
    assert copy.text[found.start : found.end] == "binsidecd"


def test_anchor_round_trips_through_json() -> None:
    held = create_anchor(ReferenceReplica(SEED).shared_text, 3, 30)
    assert from_json(to_json(held)) == held


def test_anchor_is_lost_in_a_reset_draft() -> None:
    held, reset_text = create_anchor(ReferenceReplica(SEED).shared_text, 3, 30), SharedText.new(client_id=9)
    reset_text.splice([Edit(0, 0, SEED)])
    (found,) = locate_anchors(reset_text, [held])
    assert (found.is_deleted, found.start, found.end) == (True, 0, 0)


def test_no_anchors_resolve_to_nothing() -> None:
    assert locate_anchors(ReferenceReplica(SEED).shared_text, []) == []


def test_many_anchors_are_resolved_at_once() -> None:
    copy = ReferenceReplica(SEED * 20).shared_text
    holds = [create_anchor(copy, at, at + 3) for at in range(0, 600, 3)] * 40
    found = locate_anchors(copy, holds)
    assert [(one.start, one.end) for one in found] == [(at, at + 3) for at in range(0, 600, 3)] * 40
    assert isinstance(found[0], AnchorPosition)
