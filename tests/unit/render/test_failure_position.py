"""Where a rendering failed: line and words of a character that no font has."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.publication.render_failure import Part
from workers.render.content.manuscript import Coalition, Manuscript, Reservation
from workers.render.errors import RenderConformance, RenderFailed, RenderTimeout, RenderUnprintable, describe_failure
from workers.render.failure_position import CONTEXT, excerpt, locate_failure, unescape

TEXT = Manuscript("ar", "rtl", "arab", "statement", "العنوان", "السطر الأول.\n\nالسطر الثالث فيه ☃ رمز.\n")


@pytest.mark.parametrize(
    ("manuscript", "part", "line", "words"),
    [
        (TEXT, Part.TEXT, 3, "السطر الثالث فيه ☃ رمز."),
        (replace(TEXT, text="نصّ.", title="رجل ☃ الثلج"), Part.TITLE, 1, "رجل ☃ الثلج"),
        (
            replace(TEXT, text="نصّ.", reservations=(Reservation(1, "منظمة", "نتحفّظ\n\nعلى ☃ هذا"),)),
            Part.RESERVATION,
            3,
            "على ☃ هذا",
        ),
        (replace(TEXT, text="نصّ.", coalition=Coalition("ائتلاف ☃")), Part.NAMES, 6, "ائتلاف ☃"),
    ],
)
def test_character_is_found_where_it_stands(manuscript: Manuscript, part: Part, line: int, words: str) -> None:
    failure = describe_failure(locate_failure(RenderUnprintable(detail="☃"), manuscript))
    assert (failure.code, failure.part, failure.words) == ("render_unprintable", part, words)
    assert failure.line == line or part is Part.NAMES


def test_character_of_the_templates_is_our_own_fault() -> None:
    found = locate_failure(RenderUnprintable(detail="◦"), TEXT)
    assert isinstance(found, RenderConformance) and not isinstance(found, RenderUnprintable)
    assert "U+25E6" in found.message and "The text has" not in found.message


def test_known_positions_and_other_errors_stay() -> None:
    known: list[RenderFailed] = [RenderUnprintable(detail="x", extra={"line": 4}), RenderTimeout(detail="typst")]
    assert [locate_failure(error, TEXT) for error in known] == known


@pytest.mark.parametrize(("message", "meant"), [(r"\u{e000}", "\ue000"), (r"\"", '"'), (r"\\", "\\"), ("◦", "◦")])
def test_escapes_of_typst_are_read(message: str, meant: str) -> None:
    assert unescape(message) == meant


@given(st.text(alphabet="اب ت\n", max_size=200), st.text(alphabet="اب ت\n", max_size=200))
def test_excerpt_is_of_one_line_and_has_the_character(before: str, after: str) -> None:
    text = f"{before}☃{after}"
    found = excerpt(text, len(before), 1)
    assert "☃" in found and "\n" not in found and found in text and len(found) <= 2 * CONTEXT + 1
