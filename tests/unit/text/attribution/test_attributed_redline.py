"""Who added and who took out what, against a replay that moves one character at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.text.attribution.attributed_redline import attributed_redline
from service.domain.text.attribution.attribution_ops import (
    AttributionLog,
    AttributionOp,
    apply_edits,
    initial_ops,
    to_code_points,
)
from service.domain.text.markup.tokens import tokenize
from service.domain.text.redline.redline import Redline
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

Edit = tuple[int, int, str]
Turn = tuple[str, tuple[Edit, ...]]
WORDS = st.text("ab كتبَ\n.🇸🇾é", max_size=6)


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Turn]]:
    """A text, and what three people did to it in turn; each edit is against the text before its turn."""
    old = draw(st.one_of(PROSE, WORDS))
    turns: list[Turn] = []
    length = len(old)
    for _ in range(draw(st.integers(0, 5))):
        places = sorted(draw(st.lists(st.integers(0, length), max_size=4)))
        edits = [(one, other, draw(WORDS)) for one, other in zip(places[::2], places[1::2], strict=False)]
        edits = [edit for edit in edits if edit[0] < edit[1] or edit[2]]
        turns.append((draw(st.sampled_from(["rima", "jihan", "salma"])), tuple(edits)))
        length += sum(len(words) - (stop - start) for start, stop, words in edits)
    return old, turns


@dataclass
class Letter:
    char: str
    came_by: str | None = None
    gone_by: str | None = None


def replay(old: str, turns: Sequence[Turn]) -> tuple[list[Letter], list[Letter]]:
    """The letters of the old text and those of the new one."""
    first = [Letter(char) for char in old]
    live = list(first)
    for by, edits in turns:
        for start, stop, words in reversed(edits):
            for letter in live[start:stop]:
                letter.gone_by = by
            live[start:stop] = [Letter(char, by) for char in words]
    return first, live


def spans_of(old: str, turns: Sequence[Turn]) -> list[AttributionOp[str]]:
    bits: list[AttributionOp[str]] = initial_ops(len(old))
    for by, edits in turns:
        bits = apply_edits(bits, edits, by)
    return bits


def text(letters: Sequence[Letter]) -> str:
    return "".join(letter.char for letter in letters)


@settings(max_examples=200)
@given(histories())
def test_bits_rebuild_both_texts_and_name_every_hand(drawn: tuple[str, list[Turn]]) -> None:
    first, live = replay(*drawn)
    bits = spans_of(*drawn)
    befores = [(bit.kind, bit.author) for bit in bits if bit.kind != "come" for _ in range(bit.length)]
    assert befores == [("gone", one.gone_by) if one.gone_by else ("kept", None) for one in first]
    afters = [(bit.kind, bit.author) for bit in bits if bit.kind != "gone" for _ in range(bit.length)]
    assert afters == [("come", one.came_by) if one.came_by else ("kept", None) for one in live]


@given(histories())
def test_a_long_history_is_followed_in_blocks_and_bytes(drawn: tuple[str, list[Turn]]) -> None:
    old, turns = drawn
    live = old
    whole: AttributionLog[str] = AttributionLog(len(old.encode()))
    for by, edits in turns:
        told = [(len(live[:a].encode()), len(live[:b].encode()), words.encode()) for a, b, words in edits]
        with patch("service.domain.text.attribution.attribution_ops.BLOCK_SIZE", 2):
            whole.apply(told, by)
        for start, stop, words in reversed(edits):
            live = live[:start] + words + live[stop:]
    sides = [("come", "gone"), ("gone", "come")]
    found, simple = to_code_points(whole.ops(), old, live), spans_of(old, turns)
    for left_out, _ in sides:
        one, other = ([bit for bit in its if bit.kind != left_out] for its in (found, simple))
        assert expand(one) == expand(other)


def expand(bits: Sequence[AttributionOp[str]]) -> list[tuple[str, str | None]]:
    return [(bit.kind, bit.author) for bit in bits for _ in range(bit.length)]


@settings(max_examples=200)
@given(histories())
def test_the_redline_is_exact_and_whoever_it_names_did_it(drawn: tuple[str, list[Turn]]) -> None:
    first, live = replay(*drawn)
    old, new = text(first), text(live)
    found = attributed_redline(spans_of(*drawn), old, new)
    a = b = 0
    for op in found.ops:
        assert (op.a0, op.b0) == (a, b)
        a, b = op.a1, op.b1
        if op.kind == "equal":
            assert old[op.a0 : op.a1] == new[op.b0 : op.b1] and op.author is None
        assert all(letter.gone_by in (op.author, None) for letter in first[op.a0 : op.a1] if op.kind == "delete")
        assert all(letter.came_by in (op.author, None) for letter in live[op.b0 : op.b1] if op.kind == "insert")
        assert op.kind == "equal" or op.author
    assert (a, b) == (len(old), len(new))


@given(histories())
def test_no_word_is_torn(drawn: tuple[str, list[Turn]]) -> None:
    """Where words were kept and others changed, a word stands on one side whole; hands alone may part it."""
    first, live = replay(*drawn)
    old, new = text(first), text(live)
    for side, said in ((0, old), (1, new)):
        ends = {0}
        for token in tokenize(said):
            ends.add(max(ends) + len(token))
        for one, other in _seams(attributed_redline(spans_of(*drawn), old, new), side):
            assert (
                one == other
                or said[one - 1] == "\n"
                or said[one : one + 1] == "\n"
                or said[one - 1 : one + 1].isspace()
                or (combining(said[one - 1]) and not said[one].isalnum())
                or one in ends
            )


def _seams(found: Redline, side: int) -> list[tuple[int, int]]:
    """Where an unchanged passage meets a changed one: (place, the end of the text on that side)."""
    end = (found.ops[-1].a1, found.ops[-1].b1)[side] if found.ops else 0
    places = [op for op in found.ops if op.kind == "equal"]
    return [(place, end) for op in places for place in ((op.a0, op.a1), (op.b0, op.b1))[side] if place]


def attributed_changes(old: str, *turns: Turn) -> list[tuple[str, str, str | None]]:
    bits: list[AttributionOp[str]] = initial_ops(len(old))
    live = old
    for by, edits in turns:
        bits = apply_edits(bits, edits, by)
        for start, stop, words in reversed(edits):
            live = live[:start] + words + live[stop:]
    ops = attributed_redline(bits, old, live).ops
    return [(op.kind, (old[op.a0 : op.a1] if op.kind == "delete" else live[op.b0 : op.b1]), op.author) for op in ops]


def test_what_one_wrote_and_another_took_out_is_not_told() -> None:
    assert attributed_changes("One.\n", ("rima", ((3, 3, " two"),)), ("jihan", ((3, 7, ""),))) == [
        ("equal", "One.\n", None)
    ]


def test_a_word_that_was_changed_in_part_is_shown_whole_by_those_who_changed_it() -> None:
    assert attributed_changes("All colours.\n", ("rima", ((8, 9, ""),))) == [
        ("equal", "All ", None),
        ("delete", "colours", "rima"),
        ("insert", "colors", "rima"),
        ("equal", ".\n", None),
    ]


def test_a_text_that_was_pasted_over_itself_says_only_what_is_new() -> None:
    old = "Everyone has rights.\n\nNobody is above the law.\n"
    new = "Everyone has rights.\n\nNobody at all is above the law.\n"
    assert attributed_changes(old, ("rima", ((0, len(old), new),))) == [
        ("equal", "Everyone has rights.\n\nNobody ", None),
        ("insert", "at all ", "rima"),
        ("equal", "is above the law.\n", None),
    ]


def test_who_took_it_out_is_told_beside_who_brought_other_words() -> None:
    found = attributed_changes("The old words stay.\n", ("rima", ((4, 7, ""),)), ("jihan", ((4, 4, "new"),)))
    assert found == [
        ("equal", "The ", None),
        ("delete", "old", "rima"),
        ("insert", "new", "jihan"),
        ("equal", " words stay.\n", None),
    ]
