"""Lists whose markers are letters or Roman numerals in brackets."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.item_labels import is_label, letter_label, read_label
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Block, BulletList, ListStyle, OrderedList, Paragraph, PlainText
from service.domain.text.structure.outline import walk_blocks

pytestmark = pytest.mark.unit

STYLES: tuple[ListStyle, ...] = ("abjad", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")


def lists(text: str) -> list[tuple[ListStyle, int, int]]:
    """Return style, first number and number of items of each ordered list, in order of the text."""
    found = walk_blocks(parse_markup(text).blocks)
    return [(block.style, block.start, len(block.items)) for block in found if isinstance(block, OrderedList)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(أ) السلامة\n(ب) الأمن\n", [("abjad", 1, 2)]),
        ("(ا) one\n(ب) two\n(ج) three\n(د) four\n(ه) five\n(و) six\n", [("abjad", 1, 6)]),
        ("(هـ) خامس\n(و) سادس\n", [("abjad", 5, 2)]),
        ("(أ) أوّل\n(د) رابع\n", [("abjad", 1, 1), ("abjad", 4, 1)]),
        ("(a) one\n(b) two\n", [("lower-alpha", 1, 2)]),
        ("(IV) four\n\n(V) five\n", [("upper-roman", 4, 2)]),
        ("(h) eight\n(i) nine\n(j) ten\n", [("lower-alpha", 8, 3)]),
        ("(i) one\n(ii) two\n", [("lower-roman", 1, 2)]),
        ("(i) nine\n(j) ten\n", [("lower-alpha", 9, 2)]),
        ("(i) alone\n", [("lower-roman", 1, 1)]),
        ("(c) alone\n", [("lower-alpha", 3, 1)]),
        ("(z) last\n(aa) next\n(bb) next\n", [("lower-alpha", 26, 3)]),
        ("1. واحد\n   (أ) فرع\n   (ب) فرع\n2. اثنان\n", [("decimal", 1, 2), ("abjad", 1, 2)]),
        ("(أ) فرع\n    1. واحد\n    2. اثنان\n(ب) فرع\n", [("abjad", 1, 2), ("decimal", 1, 2)]),
        ("(a) (i) deep\n    (ii) deep\n(b) two\n", [("lower-alpha", 1, 2), ("lower-roman", 1, 2)]),
        ("> (a) quoted\n> (b) quoted\n", [("lower-alpha", 1, 2)]),
        ("كلمات:\n(أ) أوّل\n", [("abjad", 1, 1)]),
        ("1. one\n(a) two\n2. three\n", [("decimal", 1, 1), ("lower-alpha", 1, 1), ("decimal", 2, 1)]),
    ],
)
def test_labels_in_brackets_at_line_starts_make_lists(text: str, expected: list[tuple[ListStyle, int, int]]) -> None:
    assert lists(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "بموجب البند (ب) من المادة ٣\n",
        "كلمات\n(ب) لا تبدأ قائمة\n",
        "words\n(b) do not begin a list\n",
        "(أ)بلا فراغ\n",
        "(a)\n",
        "(see) there\n",
        "(mix) it\n",
        "(لا) أوافق\n",
        "(CD) player\n",
        "\\(a) escaped\n",
        "(1) one\n",
        "(أ نصّ\n",
        "(aB) text\n",
    ],
)
def test_other_brackets_are_words(text: str) -> None:
    assert lists(text) == []
    assert all(isinstance(block, Paragraph) for block in parse_markup(text).blocks)


def test_items_are_tight_or_loose_and_hold_blocks_as_numbered_ones_do() -> None:
    [tight] = parse_markup("(أ) أوّل\n    - نقطة\n(ب) ثانٍ\n").blocks
    assert isinstance(tight, OrderedList)
    assert tight.tight
    assert [type(block) for block in tight.items[0].blocks] == [Paragraph, BulletList]
    [loose] = parse_markup("(a) one\n\n    more\n\n(b) two\n").blocks
    assert isinstance(loose, OrderedList)
    assert not loose.tight
    assert loose.items[0].blocks[1] == Paragraph((PlainText("more"),), (9, 17))
    assert [item.span for item in loose.items] == [(0, 17), (19, 26)]


def test_tabs_and_wide_blanks_after_a_marker() -> None:
    [one] = parse_markup("(a)\tone\n\n\ttwo\n").blocks
    [other] = parse_markup("(a)      one\n    two\n").blocks
    assert isinstance(one, OrderedList)
    assert isinstance(other, OrderedList)
    assert len(one.items[0].blocks) == 2
    assert len(other.items[0].blocks) == 1


@pytest.mark.parametrize("style", STYLES)
def test_a_list_of_any_length_is_one_list(style: ListStyle) -> None:
    text = "".join(f"({letter_label(number, style=style)}) نصّ\n" for number in range(1, 90))
    assert lists(text) == [(style, 1, 89)]


@given(st.sampled_from(STYLES), st.integers(1, 89))
def test_labels_are_read_as_they_are_written(style: ListStyle, number: int) -> None:
    label = letter_label(number, style=style)
    assert label is not None
    assert (style, number) in read_label(label)
    assert is_label(label, number, style=style)
    assert not is_label(label, number + 1, style=style)


_ANY_LABEL = st.builds(
    lambda style, number: str(letter_label(number, style=style)), st.sampled_from(STYLES), st.integers(1, 60)
)
_RUN = st.builds(
    lambda style, first, count: [str(letter_label(first + n, style=style)) for n in range(count)],
    st.sampled_from(STYLES),
    st.integers(1, 40),
    st.integers(1, 5),
)


def _printed(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in walk_blocks(blocks):
        if isinstance(block, OrderedList):
            yield from (str(letter_label(block.start + n, style=block.style)) for n in range(len(block.items)))


@given(st.lists(st.one_of(_ANY_LABEL.map(lambda label: [label]), _RUN), max_size=6))
def test_typed_labels_are_never_printed_as_others(runs: list[list[str]]) -> None:
    labels = [label for run in runs for label in run]
    assert list(_printed(parse_markup("".join(f"({label}) نصّ\n" for label in labels)).blocks)) == labels
