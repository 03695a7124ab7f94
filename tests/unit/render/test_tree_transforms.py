from hypothesis import given

from service.domain.text.markup.tree import Heading, Link, Note, Paragraph, PlainText, Tree
from tests.unit.render.tree_strategies import SPAN, trees
from workers.render.content.tree_transforms import plain_text, prepare_blocks, top_level_headings


def heading(level: int, words: str, id_: str | None = None) -> Heading:
    return Heading(level, id_, (PlainText(words),), SPAN)


def reference_to(target: str) -> Paragraph:
    return Paragraph((PlainText("See "), Link(f"#{target}", ()), PlainText(".")), SPAN)


@given(trees)
def test_headings_start_at_one_and_skip_no_level(tree: Tree) -> None:
    levels = [found.level for found in top_level_headings(prepare_blocks(tree, labels={}, lang="en", digits="latn"))]
    assert all(deeper - level <= 1 for level, deeper in zip([0, *levels], levels, strict=False))


@given(trees)
def test_all_top_level_headings_with_words_are_kept(tree: Tree) -> None:
    before = [block for block in tree.blocks if isinstance(block, Heading) and plain_text(block.children).strip()]
    assert len(list(top_level_headings(prepare_blocks(tree, labels={}, lang="en", digits="latn")))) == len(before)


@given(trees)
def test_heading_ids_are_unique(tree: Tree) -> None:
    ids = [
        found.id for found in top_level_headings(prepare_blocks(tree, labels={}, lang="en", digits="latn")) if found.id
    ]
    assert len(ids) == len(set(ids))


def test_equal_heading_levels_stay_equal() -> None:
    tree = Tree((heading(2, "a"), heading(3, "b"), heading(3, "c"), heading(2, "d")), (), ())
    assert [found.level for found in top_level_headings(prepare_blocks(tree, labels={}, lang="en", digits="latn"))] == [
        1,
        2,
        2,
        1,
    ]


def test_reference_label_has_no_break_spaces() -> None:
    _, paragraph = prepare_blocks(
        Tree((heading(2, "x", "a"), reference_to("a")), (), ()), labels={"a": "Article 12"}, lang="en", digits="latn"
    )
    assert isinstance(paragraph, Paragraph)
    assert paragraph.children[1] == Link("#a", (PlainText("Article\u00a012"),))


def test_reference_to_missing_target_is_plain_text() -> None:
    (paragraph,) = prepare_blocks(Tree((reference_to("gone"),), (), ()), labels={}, lang="en", digits="latn")
    assert isinstance(paragraph, Paragraph)
    assert plain_text(paragraph.children) == "See #gone."
    assert not any(isinstance(child, Link) for child in paragraph.children)


def test_note_without_words_is_not_taken_for_one_called_again() -> None:
    calls = (Note(1, "a", ()), PlainText(" "), Note(1, "a", ()))
    (paragraph,) = prepare_blocks(Tree((Paragraph(calls, SPAN),), (), ()), labels={}, lang="en", digits="latn")
    assert isinstance(paragraph, Paragraph)
    first, _, second = paragraph.children
    assert isinstance(first, Note)
    assert first.blocks
    assert second == Note(1, "a", ())
