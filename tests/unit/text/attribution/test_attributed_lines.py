"""Lines of a text in the pieces of those who wrote them: nothing is lost, nothing changes hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.attribution.attributed_lines import lines, shares, with_numbers
from service.domain.text.attribution.blame import Passage
from service.domain.text.structure.numbering import Scheme, marked, marks
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[Passage[str]]]:
    text = draw(PROSE)
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=6))})
    hands = draw(st.lists(st.sampled_from("abc"), min_size=len(cuts), max_size=len(cuts)))
    return text, [Passage(start, end, by) for start, end, by in zip(cuts, cuts[1:], hands, strict=False)]


@given(written())
def test_every_word_stands_in_a_line_with_its_hand(given: tuple[str, list[Passage[str]]]) -> None:
    text, passages = given
    by = "".join(one.by * (one.end - one.start) for one in passages)
    found = list(lines(text, passages))
    sources = [source for source in text.split("\n") if source.strip()]
    assert len(found) == len(sources)
    for line, source in zip(found, sources, strict=True):
        words = "".join(piece.words for piece in line.pieces)
        end = line.start + len(source)
        assert text[line.start : end] == source and source.endswith(words)
        assert "".join(piece.by * len(piece.words) for piece in line.pieces) == by[end - len(words) : end]


@given(written())
def test_shares_are_the_whole(given: tuple[str, list[Passage[str]]]) -> None:
    text, passages = given
    found = shares(text, passages)
    assert sum(count for _, count in found) == len("".join(text.split()))
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_a_number_belongs_to_those_who_wrote_the_name() -> None:
    text = "## Article\n\nWords.\n"
    found = marks(text, Scheme("en", "constitution", "latn"))
    passages = with_numbers([Passage(0, 10, "a"), Passage(10, len(text), "b")], found)
    reads = marked(text, found)
    assert [(reads[one.start : one.end], one.by) for one in passages] == [("## Article 1", "a"), ("\n\nWords.\n", "b")]


def test_shapes() -> None:
    text = "## Title\n- item\n2. second\n> said\nwords"
    found = list(lines(text, [Passage(0, len(text), "a")]))
    assert [(line.shape, line.level, line.marker) for line in found] == [
        ("heading", 2, ""), ("item", 0, "-"), ("item", 0, "2."), ("quote", 0, ""), ("text", 0, ""),
    ]  # fmt: skip
