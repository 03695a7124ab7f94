"""Proof equals text: what is read back from a file is compared with the tree."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.support.hypothesis_profiles import examples, is_soak
from tests.support.papers.random_texts import RandomText, random_texts
from tests.support.papers.text_mutations import changes
from workers.render.content import templates
from workers.render.content.manuscript import Coalition, Manuscript, Outcome, PressContact, Reservation, Signatory
from workers.render.content.prepared_text import PreparedManuscript, prepare_manuscript
from workers.render.errors import RenderDiffers
from workers.render.formats import find_renderer, ignore_progress, render
from workers.render.readback.compare import first_difference
from workers.render.readback.docx_reader import read_docx
from workers.render.readback.expected_matter import expected_flow
from workers.render.readback.pdf_reader import read_pdf

Make = Callable[..., Manuscript]

TEXTS_AT_ONCE = 5
"""Random texts in one file: starting the programs costs more than setting a text."""


CHANGES_OF_A_TEXT = 60


@pytest.fixture(autouse=True)
def words_in_place() -> None:
    """Leave out the check of places: a few of a hundred random texts have words beyond a margin, which is known."""


def prepare(manuscript: Manuscript) -> PreparedManuscript:
    return prepare_manuscript(manuscript, directory=templates.find_templates())


def manuscript_of(text: RandomText) -> Manuscript:
    rtl = text.lang == "ar"
    return Manuscript(
        lang=text.lang,
        dir="rtl" if rtl else "ltr",
        digits="arab" if rtl else "latn",
        kind="statement",
        title="عنوان" if rtl else "Title",
        text=text.text,
    )


costly: dict[str, Any] = {"phases": [Phase.explicit, Phase.generate], "suppress_health_check": list(HealthCheck)}
"""Without shrinking: each try renders files."""


@settings(max_examples=400 if is_soak() else 4, **costly)
@given(random_texts(bodies=TEXTS_AT_ONCE))
def test_every_text_that_is_accepted_becomes_a_file_with_its_words(text: RandomText) -> None:
    """20 texts, 2,000 in `make soak`: none is refused, and the comparison raises no false alarm."""
    for format_ in ("pdf", "docx"):
        render(manuscript_of(text), format_)


@settings(examples(50), **costly)
@given(random_texts(bodies=2))
def test_every_change_of_a_text_is_found(text: RandomText) -> None:
    """A word, number, note, cell, row, item or paragraph more in the file than in the text, or in another order."""
    prepared = prepare(manuscript_of(text))
    pdf = read_pdf(find_renderer("pdf").render(prepared, logo=None, report=ignore_progress), rtl=prepared.rtl)
    docx = read_docx(find_renderer("docx").render(prepared, logo=None, report=ignore_progress))
    found = changes(prepared.blocks)
    for name, blocks in found[:: max(1, len(found) // CHANGES_OF_A_TEXT)]:
        changed = replace(prepared, blocks=blocks)
        assert first_difference(expected_flow(changed, "pdf"), pdf, exact=False), name
        assert first_difference(expected_flow(changed, "docx"), docx, exact=True), name


TWO_DIRECTIONS = {
    "en": (
        "*[بيت](https://a.example)* [شجرة](https://a.example) [طريقٌ]{dir=ltr} [بيت ب]{dir=ltr} `ب شجرة` «دار» نهرٌ end",
        "the `code-ب شجرة` and (دار قديمة) في «بيتٍ»: أين؟ there",
    ),
    "ar": (
        "[دــارٌ]{dir=ltr} كلمة [%12.5 ثانيًا؛]{dir=ltr} `code-ب شجرة` [the river’s دار]{lang=en} [(1950) 70]{dir=rtl}",
        "[أين؟ Red Cross]{lang=en dir=ltr} «دار» أين؟ في `شجرة code-3 بيت` شيءٍ 14-C كلٌّ {#two}",
    ),
}


@pytest.mark.parametrize("lang", TWO_DIRECTIONS)
def test_lines_of_two_directions_are_read_as_they_are_printed(lang: str) -> None:
    """In the width of the page and in narrow columns, where lines end after each of their words."""
    first, second = TWO_DIRECTIONS[lang]
    table = f"| a | {first} | b |\n|---|---|---|\n| {second} | c | {first} |"
    render(manuscript_of(RandomText(lang, f"{first}\n\n{second}\n\n{table}\n")), "pdf")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[دار](https://a.example) [بيت](https://a.example) end",
            "[بيت](https://a.example) [دار](https://a.example) end",
        ),
        ("[دار]{dir=ltr} [بيت]{dir=ltr} end", "[بيت]{dir=ltr} [دار]{dir=ltr} end"),
        ("the `ب شجرة` end", "the `شجرة ب` end"),
        ("the دارٌ كلٌّ شيءٍ end", "the كلٌّ دارٌ شيءٍ end"),
        ("the «دار» بيت end", "the «بيت» دار end"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_arabic_words_in_another_order_are_found(lang: str, before: str, after: str) -> None:
    renderer = find_renderer("pdf")
    file = renderer.render(prepare(manuscript_of(RandomText(lang, after))), logo=None, report=ignore_progress)
    renderer.compare(prepare(manuscript_of(RandomText(lang, after))), file)
    with pytest.raises(RenderDiffers):
        renderer.compare(prepare(manuscript_of(RandomText(lang, before))), file)


def test_notes_and_items_without_words_become_a_file() -> None:
    text = (
        "x[^a] y[^a]\n\n| x[^b] | *z* |\n|---|---|\n| y[^b] | z[^c] |\n\n"
        "[^a]:\n\n[^b]: so\n\n    | in | note |\n    |---|---|\n    | c | d |\n\n[^c]: -\n"
    )
    for format_ in ("pdf", "docx"):
        render(manuscript_of(RandomText("en", text)), format_)


@pytest.fixture(scope="module")
def law() -> Manuscript:
    text = (
        "تمهيدٌ قصير.\n\n## الباب الأوّل {#first}\n\n1. حقّ العائلة في أن تعرف.[^why]\n2. كما في [](#first).\n\n"
        "| الجهة | العدد |\n|---|---|\n| المحكمة | ٧ |\n\n[^why]: نصّ الحاشية.\n"
    )
    return Manuscript(
        lang="ar",
        dir="rtl",
        digits="arab",
        kind="constitution",
        title="مقترح",
        text=text,
        coalition=Coalition("ائتلاف التجربة"),
        press=PressContact("ليان", "press@trial.example", "+963 11 000 0111"),
        about="جمعيات مستقلّة.\n",
        signatories=(Signatory("جمعية النخيل", "endorse"), Signatory("مركز الفرات", "endorse_with_reservation", 1)),
        reservations=(Reservation(1, "مركز الفرات", "We would wait longer.\n"),),
        outcome=Outcome(3, 2, 1, abstained=1),
    )


CHANGES = {
    "a word": (("حقّ العائلة", "حقّ"), "العائلة"),
    "two words in another order": (("أن تعرف", "تعرف أن"), "أن"),
    "a number": (("٧", "٨"), "٧"),
    "a note": (("[^why]", ""), "[note 1]"),
    "the words of a note": (("نصّ الحاشية", "الحاشية"), "نصّ"),
    "a row": (("| المحكمة | ٧ |\n", ""), "[row]"),
    "a harakah": (("تمهيدٌ", "تمهيد"), "تمهيدٌ"),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("format_", ["pdf", "docx"])
def test_difference_is_named_with_its_words_and_its_place(law: Manuscript, format_: str, name: str) -> None:
    (before, after), expected = CHANGES[name]
    assert before in law.text
    changed = prepare(replace(law, text=law.text.replace(before, after)))
    renderer = find_renderer(format_)
    file = renderer.render(changed, logo=None, report=ignore_progress)
    with pytest.raises(RenderDiffers) as raised:
        renderer.compare(prepare(law), file)
    params = raised.value.params
    assert raised.value.code == "render_differs"
    assert str(params["expected"]).startswith(expected)
    assert (params["part"], params["provision"]) == ("text", "" if name == "a harakah" else "الباب الأوّل")
    assert law.text.split("\n")[int(str(params["line"])) - 1].find(before.strip().split("\n")[0]) >= 0
    assert params["page"] == (3 if format_ == "pdf" else 0)


@pytest.mark.parametrize("format_", ["pdf", "docx"])
@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("title", "مقترح آخر", "title"),
        ("signatories", (Signatory("جمعية النخيل", "endorse"),), "names"),
        ("reservations", (Reservation(1, "مركز الفرات", "We would wait.\n"),), "reservation"),
        ("outcome", Outcome(4, 2, 1, abstained=1), "names"),
        ("about", "جمعيات.\n", "names"),
        ("press", PressContact("ليان", "press@trial.example", "+963 11 000 0112"), "names"),
    ],
)
def test_what_is_printed_around_the_text_is_compared(
    law: Manuscript, format_: str, field: str, value: object, part: str
) -> None:
    changed = prepare(replace(law, **{field: value}))  # type: ignore[arg-type]  # a field of its own type
    renderer = find_renderer(format_)
    with pytest.raises(RenderDiffers) as raised:
        renderer.compare(prepare(law), renderer.render(changed, logo=None, report=ignore_progress))
    assert raised.value.params["part"] == part
