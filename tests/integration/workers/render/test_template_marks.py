"""Marks of the print templates (bullets, quotation marks, dashes) are in the print fonts."""

from pathlib import Path

import pytest

from service.domain.text.markup.printable import first_unprintable

TEMPLATES = Path(__file__).parents[4] / "templates"
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    "file", sorted([*TEMPLATES.glob("typst/*.typ"), *TEMPLATES.glob("strings/*.json")]), ids=lambda file: file.name
)
def test_every_mark_of_a_template_is_in_the_print_fonts(file: Path) -> None:
    assert first_unprintable(file.read_text("utf-8").translate(ISOLATES)) is None
