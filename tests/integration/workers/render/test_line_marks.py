"""Numbers of lines in a PDF: a mark for each line of the text, nothing over other words, the same words as without."""

import re
from collections.abc import Callable

import pytest

from service.domain.text.markup.parser import parse_markup
from service.domain.text.structure.line_numbers import canonical_lines
from tests.support.papers.pdf_geometry import misplaced_words
from workers.render.content.allowed_nodes import walk_nodes
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.content.templates import find_templates
from workers.render.formats import render
from workers.render.pdf.document import body_definitions

TEXTS = {
    "ar": "## المادة ١: الماء {#water}\n\n"
    + "نُطالب المجلس Security Council والقرار 2254 (2015) بتوفير الماء لكلّ حيٍّ من أحياء المدينة[^1]. " * 4
    + "\n\n- بند وفق [](#water)\n\n| أ | ب |\n|---|---|\n| ج د | هـ |\n\n[^1]: حاشية.\n",
    "en": "## Article 1: Water[^1] {#water}\n\n"
    + "We ask for clean water (الماء) in every quarter, as the council decided in 2254 (2015). " * 4
    + "\n\n1. as in [](#water)\n\n> Quoted\n\n[^1]: A note.\n",
}


@pytest.mark.parametrize("lang", TEXTS)
def test_every_line_has_its_mark_and_the_words_stay_as_they_are(
    plain_manuscript: Callable[..., Manuscript], lang: str
) -> None:
    manuscript = plain_manuscript(TEXTS[lang], lang, line_numbers=True)
    prepared = prepare_manuscript(manuscript, directory=find_templates())
    code = [each["c"][1] for each in walk_nodes(body_definitions(prepared)) if each["t"] == "RawInline"]
    marks = [int(found) for one in code for found in re.findall(r"#line-mark\((\d+)\)", one)]
    lines = canonical_lines(parse_markup(TEXTS[lang]), lang=lang, digits=manuscript.digits)
    assert marks == list(range(1, len(lines) + 1))
    assert misplaced_words(render(manuscript, "pdf")) == []
