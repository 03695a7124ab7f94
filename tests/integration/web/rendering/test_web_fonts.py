"""The web fonts: subset once from the installed packages, with every letter the pages use."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from service.i18n import LANGUAGES, LOCALE_DIR
from service.web.rendering import web_fonts


@pytest.fixture(scope="module")
def built_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("built")
    web_fonts.build(directory)
    return directory


def letters(file: Path) -> set[int]:
    with TTFont(file) as font:
        return set(font.getBestCmap())


def test_fonts_are_built_once(built_fonts: Path) -> None:
    before = {file.name: file.stat().st_mtime_ns for file in built_fonts.iterdir()}
    web_fonts.build(built_fonts)
    assert {file.name: file.stat().st_mtime_ns for file in built_fonts.iterdir()} == before


def test_style_sheet_names_each_font_and_loads_nothing_external(built_fonts: Path) -> None:
    sheet = (built_fonts / web_fonts.STYLESHEET).read_text()
    assert sheet.count("@font-face") == len(web_fonts.WEB_FONTS)
    assert all(face.file in sheet for face in web_fonts.WEB_FONTS)
    assert "//" not in sheet and "data:" not in sheet


def test_fonts_are_small_enough_for_a_slow_connection(built_fonts: Path) -> None:
    assert (
        sum(
            (built_fonts / face.file).stat().st_size
            for face in web_fonts.WEB_FONTS
            if face.ranges == web_fonts.ARABIC_RANGES
        )
        < 300_000
    )


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_fonts_cover_every_letter_of_the_interface(built_fonts: Path, lang: str) -> None:
    """Arabic and Latin letters; a few symbols come from the reader's own fonts."""
    said = set((LOCALE_DIR / lang / "LC_MESSAGES" / "mithaq.po").read_text())
    row = LANGUAGES[lang]
    held = set().union(
        *(letters(built_fonts / face.file) for face in web_fonts.WEB_FONTS if face.family == row.interface_font)
    )
    first, last = row.script
    assert not [letter for letter in said if first <= letter <= last and letter.isalpha() and ord(letter) not in held]


def test_fonts_carry_the_licence_but_no_reserved_name(built_fonts: Path) -> None:
    family_and_full_names = {1, 3, 4, 6, 16, 21, 25}
    for face in web_fonts.WEB_FONTS:
        with TTFont(built_fonts / face.file) as font:
            named = {record.nameID for record in font["name"].names}
        assert 13 in named and not named & family_and_full_names
