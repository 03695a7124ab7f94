import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.crdt.client_ids import new_client_id
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.crdt.shared_text import SharedText, join_updates
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import parse_state_vector
from service.domain.errors import InvalidInput
from tests.unit.crdt.edit_strategies import apply_edits, draw_edits, words

SEED = "المادة ١ — المواطنون 🙂 متساوون. 👩‍👩‍👧 \U0001f1f8\U0001f1fe"


def copy_of(text: str, *, client_id: int = 1) -> tuple[SharedText, bytes]:
    copy = SharedText.new(client_id=client_id)
    return copy, copy.splice([Edit(0, 0, text)])


def test_a_seed_is_an_ordinary_splice() -> None:
    copy, update = copy_of(SEED)
    assert copy.text == SEED
    assert SharedText.load(None, [update], client_id=3).text == SEED


def test_nothing_to_splice_makes_no_update() -> None:
    copy, _ = copy_of(SEED)
    assert copy.splice([]) == b""
    assert copy.splice([Edit(2, 2, "")]) == b""
    assert copy.text == SEED


def test_insertions_at_one_place_land_in_the_order_given() -> None:
    copy, _ = copy_of("سم")
    copy.splice([Edit(1, 1, "لا"), Edit(1, 2, "ن"), Edit(1, 1, "ما")])
    assert copy.text == "سلامان"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(-1, 0, "x")],
        [Edit(0, 99, "")],
        [Edit(3, 2, "x")],
        [Edit(0, 2, ""), Edit(1, 3, "")],
        [Edit(0, 2, ""), Edit(1, 1, "x")],
        [Edit(0, 0, "\ud83d")],
        [Edit(0, 0, "fine"), Edit(1, 1, "not \udc00 fine")],
    ],
)
def test_edits_that_do_not_fit_change_nothing(edits: list[Edit]) -> None:
    copy, _ = copy_of("نصّ🙂")
    with pytest.raises(InvalidInput) as refusal:
        copy.splice(edits)
    assert refusal.value.code == "edit_refused"
    assert copy.text == "نصّ🙂"


@given(words, st.data())
def test_splices_do_what_they_do_to_a_string(seed: str, data: st.DataObject) -> None:
    copy, _ = copy_of(seed)
    follower = SharedText.load(copy.state(), client_id=3)
    text = seed
    for _ in range(3):
        edits = data.draw(draw_edits(text))
        update = copy.splice(edits)
        text = apply_edits(text, edits)
        assert copy.text == text
        assert not update or follower.apply(update) == update
        assert follower.text == text


@given(words.filter(bool), st.data())
def test_two_writers_agree_whatever_the_order_of_arrival(seed: str, data: st.DataObject) -> None:
    first, row = copy_of(seed)
    second = SharedText.load(None, [row], client_id=3)
    sent: list[tuple[SharedText, bytes]] = []
    for _ in range(data.draw(st.integers(1, 6))):
        writer, other = data.draw(st.sampled_from([(first, second), (second, first)]))
        update = writer.splice(data.draw(draw_edits(writer.text)))
        sent += [(other, update)] if update else []
    for receiver, update in sent:
        receiver.apply(update)
    assert first.text == second.text
    late = SharedText.load(None, [row], client_id=5)
    apply_in_any_order(late, data.draw(st.permutations([update for _, update in sent])))
    assert late.text == first.text
    assert parse_state_vector(late.state_vector()) == parse_state_vector(first.state_vector())


def apply_in_any_order(copy: SharedText, updates: list[bytes]) -> None:
    """Applies updates, keeping for later what comes too early."""
    waiting = updates
    while waiting:
        early = []
        for update in waiting:
            try:
                copy.apply(update)
            except MissingDependencies:
                early.append(update)
        assert len(early) < len(waiting)
        waiting = early


@given(words, st.data())
def test_a_snapshot_and_its_tail_are_the_replay(seed: str, data: st.DataObject) -> None:
    copy, row = copy_of(seed)
    rows, states = [row] if row else [], [copy.state()]
    for _ in range(data.draw(st.integers(0, 5))):
        update = copy.splice(data.draw(draw_edits(copy.text)))
        if update:
            rows.append(update)
            states.append(copy.state())
    if not row:
        states = states[1:]
    assert SharedText.load(None, rows, client_id=3).text == copy.text
    for nth, state in enumerate(states, start=1):
        resumed = SharedText.load(state, rows[nth:], client_id=5)
        assert resumed.text == copy.text
        assert resumed.state() == copy.state()
    assert SharedText.load(join_updates(rows) or None, client_id=7).text == copy.text


@given(words, st.data())
def test_a_copy_says_what_another_lacks(seed: str, data: st.DataObject) -> None:
    copy, _ = copy_of(seed)
    behind = SharedText.load(copy.state(), client_id=3)
    for _ in range(3):
        copy.splice(data.draw(draw_edits(copy.text)))
    behind.apply(copy.updates_since(behind.state_vector()))
    assert behind.text == copy.text


@given(words, st.data())
def test_a_trace_is_what_an_update_did(seed: str, data: st.DataObject) -> None:
    first, row = copy_of(seed)
    second = SharedText.load(None, [row] if row else [], client_id=3)
    mine = second.splice(data.draw(draw_edits(second.text)))
    theirs = first.splice(data.draw(draw_edits(first.text)))
    if theirs:
        before = second.text
        assert apply_edits(before, list(second.apply_as_edits(theirs))) == second.text
    if mine:
        before = first.text
        assert apply_edits(before, list(first.apply_as_edits(mine))) == first.text
    assert first.text == second.text


def test_an_update_known_already_brings_nothing() -> None:
    copy, row = copy_of(SEED)
    assert copy.apply(row) == b""
    assert copy.new_clients(row) == frozenset()
    assert SharedText.new(client_id=3).new_clients(row) == {1}


def test_only_what_is_new_of_an_update_is_given_on() -> None:
    copy, row = copy_of("ألف")
    more = copy.splice([Edit(3, 3, " باء")])
    follower = SharedText.load(None, [row], client_id=3)
    assert follower.apply(join_updates([row, more])) == more


def test_words_before_their_parents_are_refused_and_change_nothing() -> None:
    copy, row = copy_of("ألف")
    more = copy.splice([Edit(3, 3, " باء")])
    gone = copy.splice([Edit(0, 1, "")])
    late = SharedText.new(client_id=3)
    for early in (more, gone):
        with pytest.raises(MissingDependencies) as refusal:
            late.apply(early)
        assert refusal.value.code == "update_early"
    assert late.text == ""
    for update in (row, more, gone):
        late.apply(update)
    assert late.text == copy.text == "لف باء"


def test_an_unreadable_row_is_named() -> None:
    _, row = copy_of("ألف")
    with pytest.raises(InvalidInput) as refusal:
        SharedText.load(None, [row, b"\x01"], client_id=3)
    assert refusal.value.extra["row"] == 1


@given(st.binary(max_size=60).filter(lambda data: data not in (b"\x00", b"\x00\x00")))
def test_garbage_is_refused_and_harms_nothing(garbage: bytes) -> None:
    copy, _ = copy_of("نصّ 🙂")
    for take in (copy.apply, copy.new_clients, copy.updates_since):
        with suppress(InvalidInput, MissingDependencies):
            take(garbage)
    assert copy.text == "نصّ 🙂"


@given(st.integers(0, 2**32))
def test_mutated_updates_never_panic(seed: int) -> None:
    dice = random.Random(seed)
    copy, row = copy_of(SEED)
    update = bytearray(copy.splice([Edit(2, 5, "🙂🙂"), Edit(9, 9, "ما")]))
    for _ in range(dice.randint(1, 4)):
        update[dice.randrange(len(update))] = dice.choice([0, 1, 4, 127, 128, 255, dice.randrange(256)])
    follower = SharedText.load(None, [row], client_id=3)
    try:
        follower.apply(bytes(update))
    except (InvalidInput, MissingDependencies):
        assert follower.text == SEED
    assert isinstance(follower.text, str)
    assert SharedText.load(follower.state(), client_id=5).state_vector() == follower.state_vector()


def test_a_panic_of_the_library_becomes_an_error_and_ends_the_copy() -> None:
    copy, row = copy_of("نصّ")
    with pytest.raises(BrokenReplica), copy._guard_panics():
        del copy._text[0:99]
    for use in (lambda: copy.text, copy.state, copy.state_vector, lambda: copy.apply(row), lambda: copy.splice([])):
        with pytest.raises(BrokenReplica):
            use()
    assert SharedText.load(None, [row], client_id=3).text == "نصّ"


def test_other_interruptions_pass_through() -> None:
    copy, _ = copy_of("نصّ")
    with pytest.raises(KeyboardInterrupt), copy._guard_panics():
        raise KeyboardInterrupt
    assert copy.text == "نصّ"


@given(st.integers(0, 2**52 - 1))
def test_client_ids_are_odd_and_fit(bits: int) -> None:
    assert new_client_id(bits) & 1
    assert SharedText.new(client_id=new_client_id(bits)).client_id < 2**53


@pytest.mark.parametrize("bits", [-1, 2**52])
def test_client_ids_want_exactly_their_bits(bits: int) -> None:
    with pytest.raises(ValueError):
        new_client_id(bits)


@pytest.mark.parametrize("client_id", [0, -1, 2**53])
def test_a_copy_wants_a_client_id(client_id: int) -> None:
    with pytest.raises(ValueError):
        SharedText.new(client_id=client_id)
