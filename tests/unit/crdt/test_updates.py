"""Updates made by hand: what the parser and the guard let through, and what they refuse and why."""

import pytest

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.update_dependencies import MissingDependencies
from service.domain.crdt.updates import UnitId, UnitRange, parse_state_vector, parse_update
from service.domain.errors import InvalidInput
from service.domain.text.markup.canonical import text_sha256

ROOTED = b"\x01\x01t"


def number(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + number(rest) if rest else bytes([low])


def string(text: str, *, left: UnitId | None = None, right: UnitId | None = None) -> bytes:
    info = 4 | (0x80 if left else 0) | (0x40 if right else 0)
    origins = b"".join(number(unit.client) + number(unit.clock) for unit in (left, right) if unit)
    raw = text.encode()
    return bytes([info]) + (origins or ROOTED) + number(len(raw)) + raw


def block(client: int, clock: int, *structs: bytes) -> bytes:
    return number(len(structs)) + number(client) + number(clock) + b"".join(structs)


def update(*blocks: bytes, deleted: tuple[UnitRange, ...] = ()) -> bytes:
    runs = b"".join(b"%b\x01%b%b" % (number(c), number(a), number(e - a)) for c, a, e in deleted)
    return number(len(blocks)) + b"".join(blocks) + number(len(deleted)) + runs


PLAIN = update(block(1, 0, string("a🙂b🙂🙂c")))
"""Clocks: a 0, 🙂 1–2, b 3, 🙂 4–5, 🙂 6–7, c 8."""


def test_a_struct_is_read_with_its_second_halves() -> None:
    (struct,) = parse_update(PLAIN).structs
    assert struct.run == UnitRange(1, 0, 9)
    assert struct.low_surrogates == (UnitId(1, 2), UnitId(1, 5), UnitId(1, 7))


@pytest.mark.parametrize(
    ("name", "data"),
    {
        "nothing": b"",
        "a promise of structs": b"\xff\xff\xff\x7f",
        "an endless number": b"\xff" * 12,
        "bytes after the end": PLAIN + b"\x00",
        "cut short": PLAIN[:-3],
        "a client twice": update(block(1, 0, string("a")), block(1, 1, string("b", left=UnitId(1, 0)))),
        "an empty string": update(block(1, 0, string(""))),
        "an empty deletion": update(deleted=(UnitRange(1, 2, 2),)),
        "an endless run of deleted": update(block(1, 0, b"\x01" + ROOTED + number(2**32 - 1))),
        "an endless collected run": update(block(1, 0, b"\x00" + number(2**31 - 1), b"\x00\x02")),
        "an endless deletion": update(deleted=(UnitRange(1, 2**31 - 1, 2**31 + 5),)),
        "half a character in UTF-8": update(block(1, 0, b"\x04" + ROOTED + b"\x03\xed\xa0\xbd")),
        "another root": update(block(1, 0, b"\x04\x01\x01x\x01a")),
        "a nested parent": update(block(1, 0, b"\x04\x00\x01\x00\x01a")),
        "a map entry": update(block(1, 0, b"\x24" + ROOTED + b"\x01k\x01a")),
        "a format": update(block(1, 0, b"\x06" + ROOTED + b"\x01b\x04true")),
        "an embed": update(block(1, 0, b"\x05" + ROOTED + b"\x02{}")),
        "a type": update(block(1, 0, b"\x07" + ROOTED + b"\x00")),
        "any value": update(block(1, 0, b"\x08" + ROOTED + b"\x01\x7d\x01")),
        "collected with neighbours": update(block(1, 0, b"\x80\x01\x00\x01")),
    }.items(),
)
def test_what_is_no_text_is_refused(name: str, data: bytes) -> None:
    copy = SharedText.new(client_id=3)
    with pytest.raises(InvalidInput) as refusal:
        copy.apply(data)
    assert refusal.value.code == "update_refused", name
    assert copy.text == ""


CASES_OF_SURROGATES = {
    "a deletion from a second half": update(deleted=(UnitRange(1, 2, 4),)),
    "a deletion to a first half": update(deleted=(UnitRange(1, 0, 2),)),
    "a deletion of a second half alone": update(deleted=(UnitRange(1, 5, 6),)),
    "a deletion from one emoji into the next": update(deleted=(UnitRange(1, 5, 7),)),
    "words after a first half": update(block(5, 0, string("x", left=UnitId(1, 1)))),
    "words before a second half": update(block(5, 0, string("x", right=UnitId(1, 2)))),
    "words between the halves": update(block(5, 0, string("x", left=UnitId(1, 4), right=UnitId(1, 5)))),
    "halves within one update": update(
        block(5, 0, string("🙂", left=UnitId(1, 0)), string("y", left=UnitId(5, 0), right=UnitId(5, 1))),
    ),
    "a run that goes on from within a character": update(block(1, 8, string("🙂", left=UnitId(1, 7)))),
}


@pytest.mark.parametrize(("name", "data"), CASES_OF_SURROGATES.items())
def test_no_character_is_cut_in_two(name: str, data: bytes) -> None:
    copy = SharedText.load(None, [PLAIN], client_id=3)
    with pytest.raises(InvalidInput) as refusal:
        copy.apply(data)
    assert refusal.value.extra["why"] == "splits a surrogate pair", name
    assert copy.text == "a🙂b🙂🙂c"
    kept = text_sha256(copy.text)
    for again in (
        SharedText.load(copy.state(), client_id=3),
        SharedText.load(copy.state(), client_id=3, sha256=kept),
        SharedText.load(copy.state(), client_id=3, sha256=kept).fork(client_id=5),
    ):
        with pytest.raises(InvalidInput):
            again.apply(data)
        assert again.text == copy.text


@pytest.mark.parametrize("state", [b"\xff", PLAIN, b"\x01\x01\x05\x07\x84\x63\x00\x01a\x00"])
def test_a_snapshot_must_read_as_it_did(state: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        SharedText.load(state, client_id=3, sha256=text_sha256("other words"))
    assert refusal.value.extra["row"] == -1


def test_rows_after_a_kept_snapshot_must_rest_on_what_is_there() -> None:
    with pytest.raises(MissingDependencies) as refusal:
        orphan = update(block(5, 0, string("x", left=UnitId(1, 9))))
        SharedText.load(PLAIN, [orphan], client_id=3, sha256=text_sha256("a🙂b🙂🙂c"))
    assert refusal.value.extra["row"] == 0


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (update(deleted=(UnitRange(1, 1, 3),)), "ab🙂🙂c"),
        (update(deleted=(UnitRange(1, 4, 8),)), "a🙂bc"),
        (update(block(5, 0, string("😃", left=UnitId(1, 5), right=UnitId(1, 6)))), "a🙂b🙂😃🙂c"),
        (update(block(1, 0, string("a🙂b🙂🙂cd"))), "a🙂b🙂🙂cd"),
    ],
)
def test_whole_characters_pass(data: bytes, text: str) -> None:
    copy = SharedText.load(None, [PLAIN], client_id=3)
    copy.apply(data)
    assert copy.text == text


def test_a_liar_cannot_mark_the_letters_of_others() -> None:
    copy = SharedText.load(None, [update(block(1, 0, string("abcdef")))], client_id=3)
    assert copy.apply(update(block(1, 0, string("🙂🙂🙂")))) == b""
    copy.apply(update(deleted=(UnitRange(1, 1, 2),)))
    assert copy.text == "acdef"


@pytest.mark.parametrize(
    "data",
    [
        update(block(5, 2, string("x", left=UnitId(1, 0)))),
        update(block(5, 0, string("x", left=UnitId(1, 9)))),
        update(block(5, 0, string("x", right=UnitId(7, 0)))),
        update(block(5, 0, string("x", left=UnitId(6, 1))), block(6, 0, string("y", left=UnitId(1, 0)))),
        update(block(1, 9, b"\x0a\x02", string("x", left=UnitId(1, 0)))),
        update(deleted=(UnitRange(1, 8, 10),)),
        update(deleted=(UnitRange(9, 0, 1),)),
    ],
)
def test_what_rests_on_the_unseen_waits(data: bytes) -> None:
    copy = SharedText.load(None, [PLAIN], client_id=3)
    with pytest.raises(MissingDependencies):
        copy.apply(data)
    assert copy.text == "a🙂b🙂🙂c"


@pytest.mark.parametrize(
    "data",
    [
        update(block(5, 0, string("x", left=UnitId(5, 0)))),
        update(block(5, 0, string("x", right=UnitId(5, 7)))),
        update(block(5, 0, string("x", left=UnitId(1, 0), right=UnitId(1, 0)))),
        update(block(5, 0, string("x", left=UnitId(6, 0))), block(6, 0, string("y", left=UnitId(5, 0)))),
    ],
)
def test_what_no_writer_could_have_meant_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        SharedText.load(None, [PLAIN], client_id=3).apply(data)


def test_structs_may_stand_in_any_order_of_clients() -> None:
    blocks = [block(client, 0, string("x", left=UnitId(client - 1, 0))) for client in range(6, 3000)]
    tree = update(block(5, 0, string("x", left=UnitId(1, 0))), *blocks)
    back = update(*reversed(blocks), block(5, 0, string("x", left=UnitId(1, 0))))
    for data in (tree, back):
        copy = SharedText.load(None, [PLAIN], client_id=3)
        copy.apply(data)
        assert len(copy.text) == 6 + 2995


def test_deleted_and_collected_runs_are_read() -> None:
    copy = SharedText.load(None, [PLAIN], client_id=3)
    copy.splice([Edit(0, 6, "")])
    again = SharedText.load(copy.state(), client_id=5)
    assert again.text == ""
    assert parse_state_vector(again.state_vector()) == parse_state_vector(copy.state_vector()) == {1: 9}
    again.apply(update(block(2, 0, b"\x00\x03")))
    assert again.text == ""


def test_a_forged_order_of_neighbours_is_found_before_a_snapshot_rests_on_it() -> None:
    copy = SharedText.load(None, [update(block(1, 0, string("abcdef")))], client_id=3)
    assert copy.is_consistent()
    copy.apply(update(block(6, 0, string("x", left=UnitId(1, 1), right=UnitId(1, 0)))))
    copy.apply(update(block(5, 0, string("y", left=UnitId(1, 4), right=UnitId(1, 3)))))
    assert not copy.is_consistent()
