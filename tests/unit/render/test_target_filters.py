import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    DirectionalRun,
    Emphasis,
    Item,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Tree,
)
from tests.unit.render.tree_strategies import SPAN, trees
from workers.render.content.allowed_nodes import RAW_TYPST, check_allowed, walk_nodes
from workers.render.content.pandoc_json import Node, attr, node, text_inlines, write_blocks
from workers.render.content.target_filters import LRM, RLM, PageStyle, for_docx
from workers.render.content.tree_transforms import prepare_blocks
from workers.render.errors import RenderRefused
from workers.render.pdf.typst_filter import for_typst, raw_inline, typst_string

ARABIC = PageStyle(rtl=True, emphasis="weight", lang="ar", digits="arab")
ENGLISH = PageStyle(rtl=False, emphasis="slant")


def raw_code(blocks: list[Node]) -> list[str]:
    return [each["c"][1] for each in walk_nodes(blocks) if each["t"] == "RawInline"]


def list_code(blocks: list[Node]) -> list[str]:
    codes = [each["c"][1] for each in walk_nodes(blocks) if each["t"] == "RawBlock"]
    return [code for code in codes if code.startswith("#labelled")]


def paragraph(*inlines: PlainText | Emphasis | DirectionalRun | Note) -> list[Node]:
    return write_blocks([Paragraph(tuple(inlines), SPAN)])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_typst_string_round_trips_the_text(text: str) -> None:
    written = typst_string(text)
    assert RAW_TYPST.fullmatch(written)
    assert re.sub(r"\\(.)", r"\1", written.removeprefix('#"').removesuffix('";')) == text


@given(trees)
def test_filtered_blocks_pass_the_allowlist(tree: Tree) -> None:
    blocks = write_blocks(prepare_blocks(tree, labels={}, lang="en", digits="latn"))
    for page in (ARABIC, ENGLISH):
        check_allowed(for_typst(blocks, style=page), target="typst")
        check_allowed(for_docx(blocks, style=page), target="docx")


@pytest.mark.parametrize(
    "code",
    ["#import", "#read(1)", "$x$", "@ref", "*b*", "\\", "//", "a b", "[x", "<label>", '#"a"b";', '#"a\\";', '#"a"'],
)
def test_foreign_raw_code_is_rejected(code: str) -> None:
    with pytest.raises(RenderRefused):
        check_allowed([node("Para", [raw_inline(code)])], target="typst")


@pytest.mark.parametrize("kind", ["Image", "Math", "Cite", "RawInline", "Quoted"])
def test_nodes_not_allowed_are_rejected(kind: str) -> None:
    with pytest.raises(RenderRefused):
        check_allowed([node(kind, ["html", "<b>"])], target="typst")
    with pytest.raises(RenderRefused):
        check_allowed([node(kind, ["html", "<b>"])], target="docx")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", 'https://a"b', "data:x"])
def test_link_targets_not_allowed_are_rejected(address: str) -> None:
    link = node("Link", [["", [], []], text_inlines("x"), [address, ""]])
    with pytest.raises(RenderRefused):
        check_allowed([node("Para", [link])], target="docx")


def test_emphasis_is_strong_in_arabic_in_typst_and_stays_emphasis_in_word() -> None:
    blocks = paragraph(Emphasis((PlainText("x"),)))
    assert for_typst(blocks, style=ARABIC)[0]["c"][0]["t"] == "Strong"
    assert for_docx(blocks, style=ARABIC)[0]["c"][0]["t"] == "Emph"
    assert for_docx(blocks, style=ENGLISH)[0]["c"][0]["t"] == "Emph"


def test_code_is_unbroken_and_a_sentence_may_break() -> None:
    code, sentence = (DirectionalRun("ltr", None, (PlainText(text),)) for text in ("A/RES/77/301", "a long sentence"))
    assert raw_code(for_typst(paragraph(code), style=ARABIC))[0] == '#unbroken("ltr", auto)['
    assert raw_code(for_typst(paragraph(sentence), style=ARABIC))[0] == '#foreign("ltr", auto)['


def test_docx_foreign_run_has_direction_marks_on_both_sides() -> None:
    (written,) = for_docx(paragraph(DirectionalRun("ltr", "en", (PlainText("14-B"),))), style=ARABIC)
    assert [each["c"] for each in written["c"] if each["t"] == "Str"] == [RLM + LRM, LRM + RLM]


def test_repeated_note_reference_repeats_its_number() -> None:
    first = Note(1, "a", (Paragraph((PlainText("x"),), SPAN),))
    blocks = paragraph(first, PlainText("y"), Note(1, "a", ()))
    assert raw_code(for_typst(blocks, style=ARABIC))[-1] == "#footnote(<note-text-1>)"
    assert node("Link", [attr(), text_inlines("1"), ["#n-a", ""]]) in for_docx(blocks, style=ARABIC)[0]["c"]


def _items(*blocks: Block) -> tuple[Item, ...]:
    return Item(blocks, SPAN), Item((), SPAN)


def test_typst_gets_the_labels_of_list_items() -> None:
    inner = OrderedList(1, _items(), True, SPAN)
    quoted = Quote((OrderedList(27, _items(inner), True, SPAN, "lower-alpha"),), SPAN)
    lists = OrderedList(3, _items(inner, BulletList(_items(quoted), True, SPAN)), True, SPAN)
    written = for_typst(write_blocks([lists]), style=ARABIC)
    assert list_code(written) == [
        '#labelled("٣-", "٤-")[',
        '#labelled("(أ)", "(ب)")[',
        '#labelled("(aa)", "(bb)")[',
        '#labelled("١-", "٢-")[',
    ]


def test_lists_of_a_note_do_not_depend_on_the_list_around_it() -> None:
    note = Note(1, "a", (OrderedList(1, _items(), True, SPAN),))
    lists = OrderedList(1, _items(Paragraph((note,), SPAN)), True, SPAN)
    written = for_typst(write_blocks([lists]), style=ENGLISH)
    assert list_code(written) == ['#labelled("1.", "2.")['] * 2


def test_a_short_list_of_two_items_is_kept_together() -> None:
    pair, three = (BulletList((item_of("x"),) * count, True, SPAN) for count in (2, 3))
    blocks = for_typst(write_blocks([pair, three]), style=ENGLISH)
    assert [each["c"][1] for each in blocks if each["t"] == "RawBlock"] == ["#kept[", "]"]


def item_of(words: str) -> Item:
    return Item((Paragraph((PlainText(words),), SPAN),), SPAN)
