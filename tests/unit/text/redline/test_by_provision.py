"""A redline part by part: nothing is lost on the way to the page, and what is folded holds nothing to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.redline.by_provision import Comparison, compare, pages, runs
from service.domain.text.redline.lines import Line, lines
from service.domain.text.redline.redline import redline
from service.domain.text.redline.side_by_side import beside, faces
from tests.unit.text.strategies import ANYTHING

pytestmark = pytest.mark.unit

MOVED = "Nobody may search a home or read letters except by the order of a court."
STAYS = "Courts are free, and no authority may meddle in their work or in how any law is put into practice."


def compared(old: str, new: str) -> Comparison:
    return compare(old, new, redline(old, new))


def articles(*bodies: str) -> str:
    return "".join(f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 1))


def spoken(line: Line | None) -> str:
    return "".join(one.new or one.old for one in line.stretches) if line else ""


@given(ANYTHING, ANYTHING)
def test_every_line_stands_in_one_part(old: str, new: str) -> None:
    found = redline(old, new)
    shown = [line for part in compare(old, new, found).parts for line in part.lines]
    assert sorted(map(repr, shown)) == sorted(map(repr, lines(found, old, new)))


@given(ANYTHING, ANYTHING)
def test_each_change_and_each_end_of_a_move_belongs_to_one_part(old: str, new: str) -> None:
    found = compared(old, new)
    numbers = [number for part in found.parts for number in part.changes]
    assert len(set(numbers)) == len(numbers) and set(numbers) <= set(range(1, found.counts.changes + 1))
    for part in found.parts:
        assert part.touched or not (part.changes or part.gone or part.come)
    assert [part.place for part in found.parts] == list(range(len(found.parts)))


@given(ANYTHING, ANYTHING)
def test_both_columns_read_as_their_texts_do(old: str, new: str) -> None:
    for line in lines(redline(old, new), old, new):
        gone, come = faces(line)
        assert gone or come
        assert spoken(gone) == "".join(
            one.old if one.kind != "equal" else one.new for one in line.stretches if one.kind != "insert"
        )
        assert spoken(come) == "".join(one.new for one in line.stretches if one.kind != "delete")


@given(ANYTHING, ANYTHING)
def test_two_columns_keep_the_order_of_each(old: str, new: str) -> None:
    its = list(lines(redline(old, new), old, new))
    rows = list(beside(its))
    for side in (0, 1):
        shown = [spoken(row[side]) for row in rows if row[side]]
        assert shown == [spoken(face) for line in its if (face := faces(line)[side])]


@given(ANYTHING, ANYTHING, st.integers(1, 200), st.integers(1, 50))
def test_pages_hold_every_run_once_and_little_more_than_their_room(old: str, new: str, room: int, fold: int) -> None:
    all_runs = list(runs(compared(old, new).parts))
    made = pages(all_runs, room=room, fold=fold)
    assert [run for page in made for run in page] == all_runs
    assert all(made) or made == [[]]
    for page in made:
        sizes = [sum(part.size for part in run) for run in page]
        assert sum(min(size, fold) if not run[0].touched else size for size, run in zip(sizes, page, strict=True)) <= (
            room + max(sizes, default=0)
        )


def test_what_became_of_each_article() -> None:
    old = articles("One is here.", "Two is here.", "Three is here and stays long enough.", "Four goes away from here.")
    new = articles("One is here.", "Something else came between them, which is new.", "Two is here.", "Three stays.")
    found = compared(old, new)
    assert [(part.label, part.was, part.state) for part in found.parts if part.state != "changed"][:3] == [
        ("Article 1", "Article 1", "same"),
        ("Article 2", "", "added"),
        ("Article 3", "Article 2", "renumbered"),
    ]
    assert found.counts.articles and found.counts.parts >= 2


def test_what_was_added_does_not_stand_under_a_heading_that_was_removed() -> None:
    old = f"## Article 1\n\nFirst.\n\n{MOVED}\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nGone for good.\n"
    new = f"## Article 1\n\nFirst.\n\n## Article 2\n\n{STAYS}\n\n{MOVED}\n"
    found = compared(old, new)
    assert [(part.label or part.was, part.state, part.gone, part.come) for part in found.parts] == [
        ("Article 1", "changed", (1,), ()),
        ("Article 2", "changed", (), (1,)),
        ("Article 3", "removed", (), ()),
    ]
    assert (found.departures, found.arrivals, found.words(1)) == ({1: 0}, {1: 1}, 15)


def test_a_moved_passage_says_what_changed_in_it() -> None:
    old = f"{MOVED}\n\n" + "".join(f"Paragraph {number} says a thing of its own.\n\n" for number in "abcdef")
    new = old.removeprefix(f"{MOVED}\n\n") + MOVED.replace("order", "written order") + "\n"
    found = compared(old, new)
    inside = [stretch for line in found.inside(1) for stretch in line.stretches]
    assert [stretch.new.strip() for stretch in inside if stretch.kind == "insert"] == ["written"]
    assert all(stretch.change is None for stretch in inside)


def test_parts_do_not_grow_without_end() -> None:
    old = "".join(f"Line {number} of a text without headings.\n\n" for number in range(3000))
    parts = compared(old, old.replace("Line 1500 ", "Line fifteen hundred ")).parts
    assert len(parts) > 3 and max(part.size for part in parts) < 25_000
    assert sum(part.touched for part in parts) == 1


def test_blanks_and_unseen_marks_are_not_read() -> None:
    found = compared(articles("One two three."), articles("One  two\u200f three."))
    assert [part.state for part in found.parts] == ["quiet"]
    assert found.counts.unseen and not found.counts.nothing
    assert compared("a\n", "a\n").counts.nothing
