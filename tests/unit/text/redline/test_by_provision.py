"""A redline by provision: the page loses nothing, and folded passages contain no changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.redline.by_provision import Comparison, build_comparison, group_parts, paginate
from service.domain.text.redline.lines import RedlineLine, redline_lines
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.side_by_side import side_by_side, split_sides
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

MOVED = "Nobody may search a home or read letters except by the order of a court."
STAYS = "Courts are free, and no authority may meddle in their work or in how any law is put into practice."


def compared(old: str, new: str) -> Comparison:
    return build_comparison(old, new, compute_redline(old, new))


def articles(*bodies: str) -> str:
    return "".join(f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 1))


def line_text(line: RedlineLine | None) -> str:
    runs = [one for one in line.runs if one.kind != "structure"] if line else []
    return "".join(one.old if one.kind == "delete" else one.new for one in runs)


@given(ANY_TEXT, ANY_TEXT)
def test_every_line_is_in_one_part(old: str, new: str) -> None:
    found = compute_redline(old, new)
    shown = [line for part in build_comparison(old, new, found).parts for line in part.lines]
    assert sorted(map(repr, shown)) == sorted(map(repr, redline_lines(found, old, new)))


@given(ANY_TEXT, ANY_TEXT)
def test_each_change_and_each_end_of_a_move_is_in_one_part(old: str, new: str) -> None:
    found = compared(old, new)
    numbers = [number for part in found.parts for number in part.changes]
    assert len(set(numbers)) == len(numbers) and set(numbers) <= set(range(1, found.counts.changes + 1))
    for part in found.parts:
        assert part.touched or not (part.changes or part.moves_out or part.moves_in)
    assert [part.index for part in found.parts] == list(range(len(found.parts)))


@given(ANY_TEXT, ANY_TEXT)
def test_both_columns_read_as_their_texts(old: str, new: str) -> None:
    for line in redline_lines(compute_redline(old, new), old, new):
        gone, come = split_sides(line)
        assert gone or come
        words = [one for one in line.runs if one.kind != "structure"]
        assert line_text(gone) == "".join(
            one.old if one.kind != "equal" else one.new for one in words if one.kind != "insert"
        )
        assert line_text(come) == "".join(one.new for one in words if one.kind != "delete")


@given(ANY_TEXT, ANY_TEXT)
def test_two_columns_keep_the_order_of_each(old: str, new: str) -> None:
    its = list(redline_lines(compute_redline(old, new), old, new))
    rows = list(side_by_side(its))
    for side in (0, 1):
        shown = [line_text(row[side]) for row in rows if row[side]]
        assert shown == [line_text(face) for line in its if (face := split_sides(line)[side])]


@given(ANY_TEXT, ANY_TEXT, st.integers(1, 200), st.integers(1, 50))
def test_pages_contain_every_run_once_and_respect_their_size(old: str, new: str, room: int, fold: int) -> None:
    all_runs = list(group_parts(compared(old, new).parts))
    made = paginate(all_runs, page_size=room, fold_limit=fold)
    assert [run for page in made for run in page] == all_runs
    assert all(made) or made == [[]]
    for page in made:
        sizes = [sum(part.size for part in run) for run in page]
        assert sum(min(size, fold) if not run[0].touched else size for size, run in zip(sizes, page, strict=True)) <= (
            room + max(sizes, default=0)
        )


def test_status_of_each_article() -> None:
    old = articles("One is here.", "Two is here.", "Three is here and stays long enough.", "Four goes away from here.")
    new = articles("One is here.", "Something else came between them, which is new.", "Two is here.", "Three stays.")
    found = compared(old, new)
    assert [(part.label, part.old_label, part.state) for part in found.parts if part.state != "changed"][:3] == [
        ("Article 1", "Article 1", "same"),
        ("Article 2", "", "added"),
        ("Article 3", "Article 2", "renumbered"),
    ]
    assert found.counts.articles and found.counts.parts >= 2


def test_addition_is_not_under_a_removed_heading() -> None:
    old = f"## Article 1\n\nFirst.\n\n{MOVED}\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nGone for good.\n"
    new = f"## Article 1\n\nFirst.\n\n## Article 2\n\n{STAYS}\n\n{MOVED}\n"
    found = compared(old, new)
    assert [(part.label or part.old_label, part.state, part.moves_out, part.moves_in) for part in found.parts] == [
        ("Article 1", "changed", (1,), ()),
        ("Article 2", "changed", (), (1,)),
        ("Article 3", "removed", (), ()),
    ]
    assert (found.move_sources, found.move_targets, found.word_count(1)) == ({1: 0}, {1: 1}, 15)


def test_moved_passage_shows_its_changes() -> None:
    old = f"{MOVED}\n\n" + "".join(f"Paragraph {number} says a thing of its own.\n\n" for number in "abcdef")
    new = old.removeprefix(f"{MOVED}\n\n") + MOVED.replace("order", "written order") + "\n"
    found = compared(old, new)
    arrived = [run for part in found.parts for line in part.lines for run in line.runs if run.end == "new"]
    assert [run.new.strip() for run in arrived if run.kind == "insert"] == ["written"]
    assert {run.change for run in arrived} == {None, 1}
    assert (found.counts.changes, found.counts.moved) == (1, 1)
    assert [part.changes for part in found.parts if part.moves_in] == [(1,)]


def test_parts_are_limited_in_size() -> None:
    old = "".join(f"Line {number} of a text without headings.\n\n" for number in range(3000))
    parts = compared(old, old.replace("Line 1500 ", "Line fifteen hundred ")).parts
    assert len(parts) > 3 and max(part.size for part in parts) < 25_000
    assert sum(part.touched for part in parts) == 1


def test_whitespace_and_invisible_marks_are_not_changes_to_read() -> None:
    found = compared(articles("One two three."), articles("One  two\u200f three."))
    assert [part.state for part in found.parts] == ["quiet"]
    assert found.counts.unseen and not found.counts.is_empty
    assert compared("a\n", "a\n").counts.is_empty
