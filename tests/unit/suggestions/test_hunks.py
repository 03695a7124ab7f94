"""Hunks: they add up to the proposed text in any order, and change no other text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.domain.suggestions.hunks import (
    ACCEPTED,
    DISMISSED,
    MAX_HUNKS,
    PARTLY,
    PENDING,
    SuggestionHunk,
    apply_hunks,
    combined_state,
    split_hunks,
)
from service.domain.suggestions.placement import accept_hunks, place_hunks
from service.domain.text.diff.minimal_edits import apply_splices

WORDS = st.sampled_from(["the", "law", "النص", "مادة", "peace", "حقّ", "1", "and"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=5).map(lambda words: " ".join(words) + ".")
LINES = st.one_of(
    st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join),
    SENTENCES.map(lambda line: f"- {line}"),
    SENTENCES.map(lambda line: f"## {line}"),
    st.tuples(WORDS, WORDS).map(lambda cells: f"| {cells[0]} | {cells[1]} |"),
)
TEXTS = st.lists(LINES, max_size=6).map("\n\n".join)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """Return the text with a few words replaced, deleted or inserted."""
    tokens = text.split(" ")
    for _ in range(draw(st.integers(0, 3))):
        index = draw(st.integers(0, len(tokens)))
        end = min(len(tokens), index + draw(st.integers(0, 2)))
        tokens[index:end] = draw(st.lists(st.one_of(WORDS, SENTENCES), max_size=2))
    return " ".join(tokens)


@st.composite
def base_and_proposed(draw: st.DrawFn) -> tuple[str, str]:
    """Return a base and a proposed text, often similar."""
    base = draw(TEXTS)
    return base, draw(st.one_of(edited(base), TEXTS))


@given(base_and_proposed())
def test_hunks_are_disjoint_and_add_up_to_the_proposed_text(texts: tuple[str, str]) -> None:
    base, proposed = texts
    hunks = split_hunks(base, proposed)
    assert apply_hunks(base, hunks) == proposed
    assert [hunk.number for hunk in hunks] == list(range(1, len(hunks) + 1))
    assert all(one.end < other.start for one, other in pairwise(hunks))
    assert all(accept_hunks(base, hunks, base, [one.number for one in hunks]).text == proposed for _ in hunks[:1])


@given(base_and_proposed(), st.data())
def test_accepting_one_by_one_in_any_order_yields_the_proposed_text(
    texts: tuple[str, str], data: st.DataObject
) -> None:
    base, proposed = texts
    hunks, live = split_hunks(base, proposed), base
    for number in data.draw(st.permutations([hunk.number for hunk in hunks])):
        result = accept_hunks(base, hunks, live, [number])
        assert (result.accepted, result.conflicts) == ((number,), ())
        live, hunks = result.text, with_state(hunks, [number], ACCEPTED)
    assert live == proposed


@given(base_and_proposed(), st.data())
def test_text_outside_hunks_is_never_changed(texts: tuple[str, str], data: st.DataObject) -> None:
    base, proposed = texts
    hunks, live = split_hunks(base, proposed), data.draw(edited(base))
    numbers = [hunk.number for hunk in hunks]
    result = accept_hunks(base, hunks, live, numbers)
    assert sorted((*result.accepted, *result.conflicts)) == numbers
    rest = tuple(hunk for hunk in hunks if hunk.number in result.accepted)
    placed = [one for one in place_hunks(base, rest, live) if one.kind == "clean"]
    assert all(live[one.start : one.end] == one.live and len(one.numbers) == 1 for one in placed)
    assert result.text == apply_splices(live, 0, len(live), [(one.start, one.end, one.text) for one in placed])
    assert {one.text for one in placed} <= {hunk.text for hunk in hunks}


@given(base_and_proposed(), st.data())
def test_every_pending_hunk_has_one_place(texts: tuple[str, str], data: st.DataObject) -> None:
    base, proposed = texts
    live = data.draw(edited(base))
    hunks = split_hunks(base, proposed)
    dismissed = data.draw(st.sets(st.sampled_from([hunk.number for hunk in hunks]))) if hunks else set()
    hunks = with_state(hunks, dismissed, DISMISSED)
    for validated in (False, True):
        placements = place_hunks(base, hunks, live, validated=validated)
        pending = [hunk.number for hunk in hunks if hunk.state == PENDING]
        assert [number for one in placements for number in one.numbers] == pending
        assert all(live[one.start : one.end] == one.live for one in placements)
        assert all(one.end <= other.start for one, other in pairwise(placements))


def test_later_edit_of_the_same_words_is_a_conflict() -> None:
    base = "The first text.\n\nThe second.\n"
    hunks = split_hunks(base, "The first text.\n\nThe third. More.\n")
    [place] = place_hunks(base, hunks, "The first text.\n\nThe second one.\n")
    assert (place.kind, place.live, place.base) == ("conflict", "second one", "second")
    assert accept_hunks(base, hunks, "The first text.\n\nThe second one.\n", [1]).conflicts == (1,)


def test_edit_that_the_text_has_already_is_present() -> None:
    base, proposed = "The first text.\n", "The best text.\n"
    [place] = place_hunks(base, split_hunks(base, proposed), proposed)
    assert (place.kind, place.start, place.end) == ("present", 4, 8)
    assert accept_hunks(base, split_hunks(base, proposed), proposed, [1]).text == proposed


def test_edits_of_one_sentence_or_table_are_one_hunk() -> None:
    sentences = "One old word and an old word. Another old one.\n"
    assert len(split_hunks(sentences, sentences.replace("old", "new"))) == 2
    table = "| a | b |\n| --- | --- |\n| old | x |\n| y | old |\n"
    assert len(split_hunks(table, table.replace("old", "new"))) == 1


def test_hunks_are_limited_by_joining_the_nearest() -> None:
    base = "".join(f"Line {number} is old.\n\n" for number in range(MAX_HUNKS + 20))
    proposed = base.replace("old", "new")
    hunks = split_hunks(base, proposed)
    assert len(hunks) == MAX_HUNKS and apply_hunks(base, hunks) == proposed


@given(st.lists(st.sampled_from([PENDING, ACCEPTED, DISMISSED]), min_size=1))
def test_state_follows_from_the_hunks(states: list[str]) -> None:
    found = combined_state([SuggestionHunk(number, 0, 0, "x", state) for number, state in enumerate(states)])
    if PENDING in states:
        assert found == PENDING
    else:
        assert found == (states[0] if len(set(states)) == 1 else PARTLY)


def with_state(
    hunks: tuple[SuggestionHunk, ...], numbers: "list[int] | set[int]", state: str
) -> tuple[SuggestionHunk, ...]:
    """Return the hunks with those of these numbers in a state."""
    return tuple(
        SuggestionHunk(one.number, one.start, one.end, one.text, state if one.number in numbers else one.state)
        for one in hunks
    )
