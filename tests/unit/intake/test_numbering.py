"""Automatic numbers as Word shows them: formats, restarts, levels, overrides."""

from collections.abc import Sequence

import pytest
from lxml import etree

from workers.intake.package.number_formats import format_number
from workers.intake.package.numbering import Label, WordNumbering
from workers.intake.package.styles import WordStyles
from workers.render.docx.xml import W, make_element


def numbering(levels: str, nums: str = "", *, lang: str = "en") -> WordNumbering:
    root = etree.fromstring(
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{nums}</w:numbering>'
    )
    return WordNumbering(root, WordStyles(None), lang)


def level(depth: int, kind: str, text: str, extra: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def count(numbers: WordNumbering, *paragraphs: tuple[int, int]) -> Sequence[Label]:
    found = []
    for num, depth in paragraphs:
        properties, place = make_element("pPr"), make_element("numPr")
        properties.append(place)
        place.append(make_element("ilvl", val=depth))
        place.append(make_element("numId", val=num))
        label = numbers.count(properties, "")
        assert label
        found.append(label)
    return found


def words(labels: Sequence[Label]) -> list[str]:
    return [one.words.strip() for one in labels]


@pytest.mark.parametrize(
    ("kind", "lang", "number", "written"),
    [
        ("decimal", "en", 12, "12"),
        ("decimalZero", "en", 7, "07"),
        ("lowerRoman", "en", 14, "xiv"),
        ("upperRoman", "en", 1994, "MCMXCIV"),
        ("lowerLetter", "en", 27, "aa"),
        ("arabicAbjad", "ar", 5, "هـ"),
        ("arabicAlpha", "ar", 3, "ت"),
        ("arabicAlpha", "ar", 29, "أأ"),
        ("hindiNumbers", "ar", 12, "١٢"),
        ("ordinal", "en", 22, "22nd"),
        ("ordinal", "en", 113, "113th"),
        ("ordinalText", "en", 21, "Twenty-first"),
        ("ordinalText", "en", 40, "Fortieth"),
        ("ordinalText", "ar", 3, "الثالث"),
        ("cardinalText", "en", 35, "Thirty-five"),
        ("decimalEnclosedCircle", "en", 3, "③"),
        ("numberInDash", "en", 3, "- 3 -"),
        ("unheard", "en", 3, "3"),
    ],
)
def test_formats_are_written_as_word_shows_them(kind: str, lang: str, number: int, written: str) -> None:
    assert format_number(number, kind, lang=lang) == written


def test_deeper_levels_restart_after_a_higher_one() -> None:
    found = numbering(level(0, "decimal", "%1") + level(1, "lowerLetter", "%1%2"))
    assert words(count(found, (1, 0), (1, 1), (1, 1), (1, 0), (1, 1))) == ["1", "1a", "1b", "2", "2a"]


def test_level_without_restart_goes_on() -> None:
    found = numbering(level(0, "decimal", "%1") + level(1, "decimal", "(%2)", '<w:lvlRestart w:val="0"/>'))
    assert words(count(found, (1, 0), (1, 1), (1, 0), (1, 1))) == ["1", "(1)", "2", "(2)"]


def test_legal_numbering_writes_digits_at_every_level() -> None:
    found = numbering(level(0, "upperRoman", "%1") + level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert words(count(found, (1, 0), (1, 1))) == ["I", "1.1"]


def test_level_that_was_not_counted_shows_its_start() -> None:
    found = numbering(level(0, "decimal", "%1", start=4) + level(1, "decimal", "%1.%2"))
    assert words(count(found, (1, 1))) == ["4.1"]


def test_override_restarts_once_and_lists_of_one_definition_go_on() -> None:
    nums = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    found = numbering(level(0, "decimal", "%1."), nums)
    assert words(count(found, (1, 0), (3, 0), (2, 0), (2, 0), (1, 0))) == ["1.", "2.", "5.", "6.", "7."]


def test_only_plain_labels_become_lists_of_ours() -> None:
    styles = [
        count(numbering(level(0, kind, text)), (1, 0))[0].style
        for kind, text in (
            ("decimal", "%1."), ("arabicAbjad", "(%1)"), ("lowerRoman", "%1)"), ("decimal", "المادة %1:"),
            ("ordinalText", "%1"), ("decimal", "§ %1"),
        )
    ]  # fmt: skip
    assert styles == ["decimal", "abjad", "lower-roman", None, None, None]
