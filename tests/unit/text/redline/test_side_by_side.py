"""Side by side, each column reads as its text, and has the marks of changes that happened."""

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from lxml import etree

from service.domain.text.redline.lines import RedlineLine, redline_lines
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering.inline import RedlineWriter, render_inline
from service.domain.text.redline.rendering.labels import labels_for
from service.domain.text.redline.side_by_side import side_by_side
from tests.unit.text.redline.test_visible_marks import text_pairs


def columns(old: str, new: str) -> tuple[etree._Element, etree._Element]:
    """Return both columns of the comparison of two texts."""
    writer = RedlineWriter(labels_for("en"), {}, texts=(old, new))
    rows = list(side_by_side(list(redline_lines(compute_redline(old, new), old, new))))
    return _column(writer, [row[0] for row in rows]), _column(writer, [row[1] for row in rows])


def _column(writer: RedlineWriter, lines: Sequence[RedlineLine | None]) -> etree._Element:
    html = "\n".join(writer.render_line(line) for line in lines if line).replace("<br>", "<br/>")
    return etree.fromstring(f"<div>{html}</div>")


def words(column: etree._Element, *, without: str = "") -> list[str]:
    """Return the words that a column shows, but for labels, marks of structure, and elements `without`."""
    return re.findall(r"\w+", "".join(_shown(column, without)))


def _shown(node: etree._Element, without: str) -> Iterator[str]:
    if node.tag == "br":
        yield "\n"
    elif node.get("class") not in ("spoken", "layout") and node.tag != without:
        yield node.text or ""
        for child in node:
            yield from _shown(child, without)
    yield node.tail or ""


def symbols(column: etree._Element) -> list[str]:
    """Return the marks of changed structure with the tag of each."""
    marks = (mark for mark in column.iter("ins", "del") if mark.get("class") == "layout")
    return [f"{mark.tag} {''.join(bdi.text or '' for bdi in mark.iter('bdi'))}" for mark in marks]


@given(text_pairs())
@example(("It sits in Homs\nand votes in May.\n", "It sits in Homs and votes in May.\n"))
@example(("ينعقد في حمص ويصوّت في أيار.\n", "ينعقد في حمص\n\nويصوّت في أيار.\n"))
@example(("- one thing\n    - two things\n", "- one thing\n  - two things\n"))
def test_columns_have_the_words_of_their_texts_and_the_marks_of_the_redline(texts: tuple[str, str]) -> None:
    """The new end of a move shows what was deleted in it, struck through."""
    old, new = (text.replace("](https://a.example/r)", "]") for text in texts)
    left, right = columns(old, new)
    assert "".join(words(left)) == "".join(words(columns(old, old)[0]))
    assert "".join(words(right, without="del")) == "".join(words(columns(new, new)[1]))
    in_one = etree.fromstring(render_inline(compute_redline(old, new), old, new, lang="en").replace("<br>", "<br/>"))
    assert sorted(symbols(left) + symbols(right)) == sorted(symbols(in_one))


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("It sits in Homs. It votes in May.\n", "It sits in Homs.\nIt votes in May.\n", [], ["ins ↵"]),
        ("It sits in Homs.\nIt votes in May.\n", "It sits in Homs. It votes in May.\n", ["del ↵"], []),
        ("ينعقد في حمص. يصوّت في أيار.\n", "ينعقد في حمص.\n\nيصوّت في أيار.\n", [], ["ins ¶"]),
        ("ينعقد في حمص.\n\nيصوّت في أيار.\n", "ينعقد في حمص. يصوّت في أيار.\n", ["del ¶"], []),
        ("It sits in Homs.\nIt votes in May.\n", "It sits in Homs.\n\nIt votes in May.\n", ["del ↵"], ["ins ¶"]),
        ("- one thing\n- two things\n", "- one thing\n  - two things\n", [], ["ins ⇥"]),
        ("- one thing\n    - two things\n", "- one thing\n  - two things\n", [], ["ins ⇤"]),
        ("- one thing\n- two things\n", "- one thing\n\n- two things\n", [], []),
        ("- شيء\n", "1. شيء\n", ["del -"], ["ins 1."]),
    ],
)
def test_each_column_has_its_own_marks_of_structure(old: str, new: str, left: list[str], right: list[str]) -> None:
    assert tuple(map(symbols, columns(old, new))) == (left, right)


@pytest.mark.parametrize(
    ("broken", "joined"), [("Homs\nand Hama.\n", "Homs and Hama.\n"), ("في حمص\n\nوفي حماة.\n", "في حمص وفي حماة.\n")]
)
def test_words_of_joined_lines_stay_apart(broken: str, joined: str) -> None:
    assert words(columns(broken, joined)[1]) == words(columns(joined, broken)[0]) == re.findall(r"\w+", joined)
