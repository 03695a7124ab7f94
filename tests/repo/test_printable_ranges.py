"""The characters that may be approved are those that can be printed."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.printable import RANGES, first_unprintable
from tests.repo.printable_ranges import covered_code_points, format_ranges

COVERED = sorted(covered_code_points())


def test_table_matches_the_pinned_fonts() -> None:
    assert RANGES.strip() == format_ranges(set(COVERED)), "run: python -m tests.repo.printable_ranges"


@given(st.text(st.sampled_from([chr(point) for point in COVERED])))
def test_covered_characters_are_printable(text: str) -> None:
    assert first_unprintable(text) is None


def test_first_uncovered_character_is_reported_with_its_position() -> None:
    found = first_unprintable("سطر أوّل\nثمّ 🕊 سلام 漢")
    assert found is not None
    assert (found.character, found.line, found.column) == ("🕊", 2, 5)
