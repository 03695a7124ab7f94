"""The redline of a value that is no markup hides nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.redline.short_values import ValueLine, ValueRunKind, compare_values

LINES = st.lists(st.text("ab وزير #*ي\u0649\u064b", max_size=12).filter(str.strip), max_size=4)


def side(lines: list[ValueLine], *, without: ValueRunKind) -> list[str]:
    """Return one side of a redline; a line with no run of that side is not in it."""
    kept = ([run.text for run in line if run.kind != without] for line in lines)
    return ["".join(texts) for texts in kept if texts]


@given(LINES, LINES)
def test_runs_tile_both_values(old: list[str], new: list[str]) -> None:
    found = compare_values(old, new)
    assert side(found, without="insert") == old
    assert side(found, without="delete") == new


@given(LINES, LINES)
def test_values_that_differ_have_a_visible_mark(old: list[str], new: list[str]) -> None:
    marked = [run.text for line in compare_values(old, new) for run in line if run.kind != "equal"]
    assert bool(marked) == (old != new) and all(text.strip() for text in marked)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("A call for water", "A call for clean water", [("insert", "clean ")]),
        ("نداء من أجل الماء", "نداء من أجل الأرض", [("delete", "الماء"), ("insert", "الأرض")]),
        ("# Not a heading", "# Not a title", [("delete", "heading"), ("insert", "title")]),
    ],
)
def test_only_the_words_that_changed_are_marked(old: str, new: str, marked: list[tuple[str, str]]) -> None:
    (line,) = compare_values([old], [new])
    assert [(run.kind, run.text) for run in line if run.kind != "equal"] == marked


def test_lines_around_a_change_are_kept() -> None:
    old, new = ["To the Council", "To the Mission"], ["To the Council", "To the Assembly", "To the Mission"]
    assert [[run.kind for run in line] for line in compare_values(old, new)] == [["equal"], ["insert"], ["equal"]]
