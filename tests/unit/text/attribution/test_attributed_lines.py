"""Attributed lines of a text: nothing is lost, and no passage changes its author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.attribution.attributed_lines import attributed_lines, author_shares, shift_spans
from service.domain.text.attribution.blame import AttributedSpan
from service.domain.text.structure.numbering import NumberingScheme, insert_marks, number_marks
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[AttributedSpan[str]]]:
    text = draw(PROSE)
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=6))})
    authors = draw(st.lists(st.sampled_from("abc"), min_size=len(cuts), max_size=len(cuts)))
    return text, [AttributedSpan(start, end, by) for start, end, by in zip(cuts, cuts[1:], authors, strict=False)]


@given(written())
def test_every_word_is_in_a_line_with_its_author(given: tuple[str, list[AttributedSpan[str]]]) -> None:
    text, passages = given
    by = "".join(one.author * (one.end - one.start) for one in passages)
    found = list(attributed_lines(text, passages))
    sources = [source for source in text.split("\n") if source.strip()]
    assert len(found) == len(sources)
    for line, source in zip(found, sources, strict=True):
        words = "".join(piece.text for piece in line.runs)
        end = line.start + len(source)
        assert text[line.start : end] == source and source.endswith(words)
        assert "".join(piece.author * len(piece.text) for piece in line.runs) == by[end - len(words) : end]


@given(written())
def test_shares_add_up_to_the_whole(given: tuple[str, list[AttributedSpan[str]]]) -> None:
    text, passages = given
    found = author_shares(text, passages)
    assert sum(count for _, count in found) == len("".join(text.split()))
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_number_belongs_to_the_authors_of_the_heading() -> None:
    text = "## Article\n\nWords.\n"
    found = number_marks(text, NumberingScheme("en", "constitution", "latn"))
    passages = shift_spans([AttributedSpan(0, 10, "a"), AttributedSpan(10, len(text), "b")], found)
    reads = insert_marks(text, found)
    assert [(reads[one.start : one.end], one.author) for one in passages] == [
        ("## Article 1", "a"),
        ("\n\nWords.\n", "b"),
    ]


def test_line_kinds() -> None:
    text = "## Title\n- item\n2. second\n> said\nwords"
    found = list(attributed_lines(text, [AttributedSpan(0, len(text), "a")]))
    assert [(line.shape, line.level, line.marker) for line in found] == [
        ("heading", 2, ""), ("item", 0, "-"), ("item", 0, "2."), ("quote", 0, ""), ("text", 0, ""),
    ]  # fmt: skip
