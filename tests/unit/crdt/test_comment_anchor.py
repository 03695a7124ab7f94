"""A passage that is held stands where its units stand: beside a model that follows every character by itself."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.comments.comment_anchor import Hold, Stand, from_json, hold, stands, to_json
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from tests.unit.crdt.edit_strategies import Followed, edits_of

SEED = "المادة ١ — المواطنون 🙂 متساوون. 👩‍👩‍👧 \U0001f1f8\U0001f1fe é"


@st.composite
def passages(draw: st.DrawFn, text: str) -> list[tuple[int, int]]:
    edges = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), min_size=1, max_size=5))
    return [(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]]


def check(server: Followed, kept: list[tuple[Hold, list[int]]]) -> None:
    for (_, marks), found in zip(kept, stands(server.copy, [held for held, _ in kept]), strict=True):
        expected = server.stands(marks)
        assert found.gone == (expected is None)
        assert (found.start, found.end) == (expected or (found.start, found.start))


@settings(max_examples=1000 if os.environ.get("MITHAQ_TEST_SOAK") else 30)
@given(st.data())
def test_passages_stand_where_their_characters_are(data: st.DataObject) -> None:
    server = Followed(SEED)
    writers = [server.copy.fork(client_id=client) for client in (7, 203, 9001)]
    kept: list[tuple[Hold, list[int]]] = []
    for _ in range(data.draw(st.integers(1, 6))):
        text = server.copy.text
        for start, end in data.draw(passages(text)) if text else []:
            kept.append((hold(server.copy, start, end), server.marks[start:end]))
        for writer in writers:
            if data.draw(st.booleans()):
                writer.apply(server.copy.since(writer.vector()))
            writer.splice(data.draw(edits_of(writer.text)))
            if data.draw(st.booleans()):
                server.learn(writer.since(server.copy.vector()))
        check(server, kept)
    again = SharedText.load(server.copy.state(), client_id=5)
    holds = [held for held, _ in kept]
    assert stands(again, holds) == stands(server.copy, holds)


@pytest.mark.parametrize("word", ["", "قبلها "])
def test_what_is_put_back_by_hand_is_not_what_was_taken_away(word: str) -> None:
    server = Followed(SEED)
    held = hold(server.copy, 2, 9)
    server.copy.splice([Edit(0, len(SEED), "")])
    server.copy.splice([Edit(0, 0, word + SEED)])
    (found,) = stands(server.copy, [held])
    assert found.gone and found.start == found.end


def test_a_passage_whose_edges_went_is_what_is_left_of_it() -> None:
    copy = SharedText.new(client_id=3)
    copy.splice([Edit(0, 0, "a🙂bcd🙂e")])
    held = hold(copy, 1, 6)
    copy.splice([Edit(1, 2, ""), Edit(5, 6, "")])
    copy.splice([Edit(1, 1, "new "), Edit(2, 2, "inside"), Edit(4, 4, " new")])
    (found,) = stands(copy, [held])
    assert copy.text[found.start : found.end] == "binsidecd"


def test_a_hold_is_kept_as_json() -> None:
    held = hold(Followed(SEED).copy, 3, 30)
    assert from_json(to_json(held)) == held


def test_what_a_text_begun_anew_never_held_is_gone_there() -> None:
    held, anew = hold(Followed(SEED).copy, 3, 30), SharedText.new(client_id=9)
    anew.splice([Edit(0, 0, SEED)])
    (found,) = stands(anew, [held])
    assert (found.gone, found.start, found.end) == (True, 0, 0)


def test_nothing_held_stands_nowhere() -> None:
    assert stands(Followed(SEED).copy, []) == []


def test_many_passages_are_looked_for_at_once() -> None:
    copy = Followed(SEED * 20).copy
    holds = [hold(copy, at, at + 3) for at in range(0, 600, 3)] * 40
    found = stands(copy, holds)
    assert [(one.start, one.end) for one in found] == [(at, at + 3) for at in range(0, 600, 3)] * 40
    assert isinstance(found[0], Stand)
