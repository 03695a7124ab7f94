import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidText
from service.domain.text.markup.canonical import CanonicalText, canonicalise_entry
from service.domain.text.markup.item_labels import letter_label
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import OrderedList
from service.domain.text.structure.outline import walk_blocks

pytestmark = pytest.mark.unit

LINE = st.sampled_from(
    [
        *("١- أول", "٢. ثان", "3- three", "أ- فرع", "ب-فرع", "• نقطة", "نصّ", "", "1. one", "   x", "```", "هـ- خامس"),
        *("b) two", "  iv) four", "(ب) بند", "   (أ) بند", "س- سؤال", "10. ten", "و) سادس"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "text", "count"),
    [
        ("١- أول\n٢. ثان\n3- three", "1. أول\n2. ثان\n3. three\n", 3),
        ("١- أول\nأ- فرع\nب- فرع\n٢- ثان", "1. أول\n   (أ) فرع\n   (ب) فرع\n2. ثان\n", 4),
        ("١٠- عاشر\nا- فرع", "10. عاشر\n    (أ) فرع\n", 2),
        ("١- أول\nب- فرع\nج- فرع", "1. أول\n\n   (ب) فرع\n   (ج) فرع\n", 3),
        ("أ- فرع\nه- آخر", "(أ) فرع\n(هـ) آخر\n", 2),
        ("أ- باب\n١- أول\nب- باب", "(أ) باب\n1. أول\n(ب) باب\n", 3),
        ("ي- عاشر\nك- بعده", "(ي) عاشر\n(ك) بعده\n", 2),
        ("أ) واحد\nب) اثنان", "(أ) واحد\n(ب) اثنان\n", 2),
        ("Because:\nb) two\nc) three", "Because:\n\n(b) two\n(c) three\n", 2),
        ("كلام\n(د) بند\nب- بند", "كلام\n(د) بند\n\n(ب) بند\n", 1),
        ("كلام\n10. رقم\nأ- بند\nج- بند", "كلام\n10. رقم\n(أ) بند\n(ج) بند\n", 2),
        ("i) one\nii) two", "(i) one\n(ii) two\n", 2),
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
        "س- سؤال\n",
        "(أ) بند\n(ب) بند\n",
        "كما في البند (ب) وفي أ) منه\n",
        "1. one\n",
        "```\n١- x\n```\n",
        "1.5 m\n",
    ],
)
def test_other_text_stays_as_typed(typed: str) -> None:
    assert canonicalise_entry(typed) == CanonicalText(typed, ())


def test_items_are_parsed_as_a_list_with_the_typed_letters() -> None:
    [block] = parse_markup(canonicalise_entry("١- أول\nب- فرع يذكر البند (أ)\nج- فرع\n٢- ثان").text).blocks
    assert isinstance(block, OrderedList)
    assert len(block.items) == 2
    inner = block.items[0].blocks[1]
    assert isinstance(inner, OrderedList)
    assert (inner.style, inner.start, len(inner.items)) == ("abjad", 2, 2)


@given(st.lists(LINE, max_size=12).map("\n".join))
def test_conversion_is_idempotent(typed: str) -> None:
    once = canonicalise_entry(typed)
    assert canonicalise_entry(once.text) == CanonicalText(once.text, ())


def test_rejections_are_those_of_canonical() -> None:
    with pytest.raises(InvalidText):
        canonicalise_entry("١- \u202e")


_LETTERS = ["أ", "ب", "ج", "د", "هـ", "و", "ز", "ح", "ط", "ي"]
_LINES = st.one_of(
    st.builds("{}{} نصّ".format, st.sampled_from(_LETTERS), st.sampled_from(["-", ")"])),
    st.sampled_from(["١- رقم", "٢- رقم", "10. رقم", "- نقطة", "", "كلام", "   ج- بند", "(د) بند"]),
)


@given(st.lists(_LINES, max_size=10))
def test_every_typed_letter_labels_an_item(lines: list[str]) -> None:
    text = canonicalise_entry("\n".join(lines)).text
    printed = [
        str(letter_label(number, style="abjad"))
        for block in walk_blocks(parse_markup(text).blocks)
        if isinstance(block, OrderedList) and block.style == "abjad"
        for number in range(block.start, block.start + len(block.items))
    ]
    typed = [line.strip()[: -len("- نصّ")] for line in lines if line.endswith(("- نصّ", ") نصّ"))]
    assert sorted(label for label in printed if label not in "جد") == sorted(one for one in typed if one not in "جد")
