"""The characters that may be approved are those that can be printed."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.printable import RANGES, SCRIPT_RANGES, first_unprintable
from service.files.script_fonts import DIRECTORY, SCRIPT_FONTS, available_scripts
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


@pytest.mark.parametrize("script", sorted(SCRIPT_RANGES))
def test_other_scripts_are_in_each_of_their_fonts(script: str) -> None:
    if script not in available_scripts():
        pytest.skip("the editor was not built: no fonts of other scripts")
    ends = [[int(end, 16) for end in part.split("-")] for part in SCRIPT_RANGES[script].split()]
    points = {point for first, *last in ends for point in range(first, (last or [first])[0] + 1)}
    for name in SCRIPT_FONTS[script]:
        with TTFont(DIRECTORY / name, lazy=True) as font:
            assert points <= set(font.getBestCmap())


def test_other_scripts_are_printable_where_their_fonts_are_installed() -> None:
    for script, name in (("armenian", "Միություն"), ("syriac", "ܡܘܬܒܐ")):
        assert first_unprintable(name) is not None
        assert first_unprintable(name, scripts=frozenset({script})) is None
    assert first_unprintable("איגוד", scripts=frozenset(SCRIPT_RANGES)) is not None
