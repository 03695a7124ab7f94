import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.tree import Emphasis, Note, OrderedList, Paragraph, Run, Tree, Words
from tests.unit.render.tree_strategies import SPAN, trees
from workers.render.content.pandoc_json import BY_WEIGHT, Node, node, words, write_blocks
from workers.render.content.target_filters import (
    LRM,
    RAW_TYPST,
    RLM,
    Page,
    check,
    for_docx,
    for_typst,
    literal,
    nodes,
    raw_inline,
)
from workers.render.content.tree_transforms import prepare
from workers.render.errors import RenderRefused

ARABIC = Page(rtl=True, emphasis="weight")
ENGLISH = Page(rtl=False, emphasis="slant")


def raw(blocks: list[Node]) -> list[str]:
    return [each["c"][1] for each in nodes(blocks) if each["t"] == "RawInline"]


def paragraph(*inlines: Words | Emphasis | Run | Note) -> list[Node]:
    return write_blocks([Paragraph(tuple(inlines), SPAN)])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_literal_says_what_was_said(text: str) -> None:
    written = literal(text)
    assert RAW_TYPST.fullmatch(written)
    assert re.sub(r"\\(.)", r"\1", written.removeprefix('#"').removesuffix('";')) == text


@given(trees)
def test_whatever_is_written_passes_the_whitelist(tree: Tree) -> None:
    blocks = write_blocks(prepare(tree, labels={}, lang="en", digits="latn"))
    for page in (ARABIC, ENGLISH):
        check(for_typst(blocks, page=page), target="typst")
        check(for_docx(blocks, page=page), target="docx")


@pytest.mark.parametrize(
    "code",
    ["#import", "#read(1)", "$x$", "@ref", "*b*", "\\", "//", "a b", "[x", "<label>", '#"a"b";', '#"a\\";', '#"a"'],
)
def test_raw_code_that_is_not_ours_is_refused(code: str) -> None:
    with pytest.raises(RenderRefused):
        check([node("Para", [raw_inline(code)])], target="typst")


@pytest.mark.parametrize("kind", ["Image", "Math", "Cite", "RawInline", "Quoted"])
def test_nodes_off_the_whitelist_are_refused(kind: str) -> None:
    with pytest.raises(RenderRefused):
        check([node(kind, ["html", "<b>"])], target="typst")
    with pytest.raises(RenderRefused):
        check([node(kind, ["html", "<b>"])], target="docx")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", 'https://a"b', "data:x"])
def test_addresses_off_the_whitelist_are_refused(address: str) -> None:
    link = node("Link", [["", [], []], words("x"), [address, ""]])
    with pytest.raises(RenderRefused):
        check([node("Para", [link])], target="docx")


def test_emphasis_is_weight_in_arabic() -> None:
    blocks = paragraph(Emphasis((Words("x"),)))
    (style, heavy) = for_docx(blocks, page=ARABIC)[0]["c"][0]["c"]
    assert style[2] == [["custom-style", BY_WEIGHT]] and [one["t"] for one in heavy] == ["Strong"]
    assert for_docx(blocks, page=ENGLISH)[0]["c"][0]["t"] == "Emph"


def test_a_code_stays_whole_and_a_sentence_may_break() -> None:
    code, sentence = (Run("ltr", None, (Words(text),)) for text in ("A/RES/77/301", "a long sentence"))
    assert raw(for_typst(paragraph(code), page=ARABIC))[0] == '#unbroken("ltr", auto)['
    assert raw(for_typst(paragraph(sentence), page=ARABIC))[0] == '#foreign("ltr", auto)['


def test_a_foreign_run_is_marked_on_both_sides_in_docx() -> None:
    (written,) = for_docx(paragraph(Run("ltr", "en", (Words("14-B"),))), page=ARABIC)
    assert [each["c"] for each in written["c"] if each["t"] == "Str"] == [RLM + LRM, LRM + RLM]


def test_a_note_called_again_repeats_its_number() -> None:
    first = Note(1, "a", (Paragraph((Words("x"),), SPAN),))
    blocks = paragraph(first, Words("y"), Note(1, "a", ()))
    assert raw(for_typst(blocks, page=ARABIC))[-1] == "#footnote(<note-text-1>)"
    assert node("Superscript", words("1")) in for_docx(blocks, page=ARABIC)[0]["c"]


def test_a_list_that_starts_later_says_so() -> None:
    from_three = OrderedList(3, (), True, SPAN)
    opening, _, closing = for_typst(write_blocks([from_three]), page=ARABIC)
    assert (opening["c"][1], closing["c"][1]) == ("#enum-from(3)[", "]")
