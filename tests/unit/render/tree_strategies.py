"""Hypothesis strategies for markup trees."""

from hypothesis import strategies as st

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Code,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    Item,
    LineBreak,
    Link,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Strong,
    Tree,
)

SPAN = (0, 0)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ids = st.sampled_from([None, "a", "b", "c"])

leaves: st.SearchStrategy[Inline] = st.one_of(
    st.builds(PlainText, texts),
    st.builds(Code, texts),
    st.just(LineBreak()),
    st.builds(Link, st.just("#a"), st.just(())),
)


def _nested_inlines(children: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    several = st.lists(children, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Emphasis, several),
        st.builds(Strong, several),
        st.builds(DirectionalRun, st.sampled_from(["ltr", "rtl", None]), st.sampled_from(["en", "ar", None]), several),
        st.builds(Link, st.sampled_from(["#a", "https://a.example/?q=1"]), several),
    )


inlines = st.lists(st.recursive(leaves, _nested_inlines, max_leaves=3), max_size=3).map(tuple)
headings = st.builds(Heading, st.integers(1, 6), ids, inlines, st.just(SPAN))
paragraphs = st.builds(Paragraph, inlines, st.just(SPAN))


def _nested_blocks(children: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(children, max_size=3).map(tuple)
    items = st.lists(st.builds(Item, several, st.just(SPAN)), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, several, st.just(SPAN)),
        st.builds(BulletList, items, st.booleans(), st.just(SPAN)),
        st.builds(
            OrderedList,
            st.integers(1, 40),
            items,
            st.booleans(),
            st.just(SPAN),
            st.sampled_from(["decimal", "abjad", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"]),
        ),
    )


blocks = st.recursive(st.one_of(headings, paragraphs), _nested_blocks, max_leaves=4)
trees = st.lists(blocks, max_size=5).map(lambda found: Tree(tuple(found), (), ()))
