import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidText
from service.domain.text.markup.canonical import CanonicalText, canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import OrderedList

pytestmark = pytest.mark.unit

LINE = st.sampled_from(
    ["١- أول", "٢. ثان", "3- three", "أ- فرع", "ب-فرع", "• نقطة", "نصّ", "", "1. one", "   x", "```", "هـ- خامس"]
)


@pytest.mark.parametrize(
    ("typed", "text", "count"),
    [
        ("١- أول\n٢. ثان\n3- three", "1. أول\n2. ثان\n3. three\n", 3),
        ("١- أول\nأ- فرع\nب- فرع\n٢- ثان", "1. أول\n   1. فرع\n   2. فرع\n2. ثان\n", 4),
        ("أ- فرع\nهـ- آخر", "1. فرع\n5. آخر\n", 2),
        ("•\tنقطة\n•نقطة", "- نقطة\n- نقطة\n", 2),
        ("١-يحق لكل إنسان", "1. يحق لكل إنسان\n", 1),
        ("مقدمة\n٣- ثالث", "مقدمة\n\n3. ثالث\n", 1),
    ],
)
def test_markers_become_items(typed: str, text: str, count: int) -> None:
    taken = canonicalise_entry(typed)
    assert taken.text == text
    assert [(notice.code, notice.count) for notice in taken.notices] == [("list_markers", count)]


@pytest.mark.parametrize(
    "typed",
    [
        "المادة ٥\n",
        "## المادة ٥- المساواة\n",
        "14-B applies\n",
        "١-٢ مليون\n",
        "2011. It rained.\n",
        "أ. محمد\n",
        "1. one\n",
        "```\n١- x\n```\n",
        "1.5 m\n",
    ],
)
def test_what_stays_as_typed(typed: str) -> None:
    assert canonicalise_entry(typed) == CanonicalText(typed, ())


def test_items_are_read_as_a_list() -> None:
    [block] = parse_markup(canonicalise_entry("١- أول\nأ- فرع\n٢- ثان").text).blocks
    assert isinstance(block, OrderedList)
    assert len(block.items) == 2
    assert isinstance(block.items[0].blocks[1], OrderedList)


@given(st.lists(LINE, max_size=12).map("\n".join))
def test_again_changes_nothing(typed: str) -> None:
    once = canonicalise_entry(typed)
    assert canonicalise_entry(once.text) == CanonicalText(once.text, ())


def test_refusals_are_those_of_canonical() -> None:
    with pytest.raises(InvalidText):
        canonicalise_entry("١- \u202e")
