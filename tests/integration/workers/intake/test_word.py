"""Word files become text of the dialect: our own round-trip unchanged, others as well as possible, invalid ones are
rejected."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from service.domain.documents.word_import import MAX_FILE_BYTES, check_word_file
from service.domain.errors import DomainError, TooLarge
from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from service.sample import document as document_module
from tests.support.word_corpus.file_builder import FileBuilder
from tests.support.word_corpus.programs import PROGRAMS
from tests.support.word_files import (
    build_document,
    encrypted_document,
    fill_untidy_document,
    package,
    render_own_docx,
    zip_bomb,
)
from workers.intake.docx_reader import ReadFile, find_place, read_word
from workers.intake.model import Losses, PieceStyle, TextPiece
from workers.intake.package.word_package import MAX_PART_BYTES
from workers.intake.writing.inline_writer import InlineWriter
from workers.render.content.manuscript import Manuscript
from workers.render.docx.xml import make_element
from workers.render.errors import RenderFailed
from workers.render.formats import render

STARTERS = Path(__file__).parents[4] / "templates" / "starters"

HARD = """\
Words with **strong** and *emphasised* ones, [a link](https://example.org/a?b=c), and a note.[^a]
A second line with * stars, [brackets], _underscores_ and <b>.

## Article 1 {#one}

1. first
   1. inside
   2. inside again
2. second, see [](#one) and [elsewhere](#two)

### Part of it {#two}

- a point
- another

3. three
4. four

> A quotation.
> In two lines.

| a | b \\| c |
| --- | --- |
| 1 | 2 |

**“All in quotes”** and a word**“quoted”**.

[^a]: A note with *emphasis*.

    Its second paragraph.
"""


def normalised(text: str, lang: str) -> str:
    """Return a text as its reader sees it: without the names of notes and redundant alignment."""
    rtl = lang == "ar"
    html = render_preview(parse_markup(text), lang=lang, digits="arab" if rtl else "latn", dir="rtl" if rtl else "ltr")
    return html.replace(' class="align-start"', "").replace(' class="align-default"', "")


def notices(found: Any) -> dict[str, int]:
    return dict(found.found["notices"])


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("number", [1, 2])
def test_own_file_round_trips(lang: str, number: int) -> None:
    text = document_module.read_text(f"statement.{number}.{lang}.md")
    assert normalised(read_word(render_own_docx(text, lang=lang), lang=lang).text, lang) == normalised(text, lang)


def test_references_in_arabic_words_round_trip() -> None:
    heading = "### المادة العشرون: كذا {#a}\n\n### المادة الثانية: كذا {#b}\n\n"
    text = heading + "خلافًا لـ[](#a)، وكما في [](#a)، وتنصّ [](#a) وبـ[](#b) ولـ[](#b).\n"
    taken = read_word(render_own_docx(text, lang="ar"), lang="ar").text
    assert taken.count("](#a)") == taken.count("[](#a)") == 3 and "لـ[](#a)" in taken
    assert taken.count("](#b)") == taken.count("[](#b)") == 2 and "ولـ[](#b)" in taken


@pytest.mark.parametrize("starter", sorted(path.name for path in STARTERS.glob("*.md")))
def test_every_starter_text_round_trips(starter: str) -> None:
    lang, text = starter.split(".")[1], (STARTERS / starter).read_text(encoding="utf-8")
    assert normalised(read_word(render_own_docx(text, lang=lang), lang=lang).text, lang) == normalised(text, lang)


def test_difficult_markup_round_trips() -> None:
    taken = read_word(render_own_docx(HARD, lang="en"), lang="en")
    assert normalised(taken.text, "en") == normalised(HARD, "en")


def test_bidi_marks_of_own_files_do_not_accumulate() -> None:
    text = "قرار [A/RES/77/301]{dir=ltr} [14-B]{dir=ltr} ورابط [example.org](https://example.org).\n"
    taken = read_word(render_own_docx(text, lang="ar"), lang="ar")
    assert taken.text == text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_rules_emphasis_languages_and_note_labels_round_trip(lang: str) -> None:
    text = (
        "نقول *بتشديد* و**بقوّة** ثم [Hôtel]{lang=fr}.[^law-1]\n\n---\n\n[A/RES/77]{dir=ltr lang=en} و*كلمة*.[^2]\n\n"
        "[^law-1]: قانون.\n\n[^2]: غيره.\n"
        if lang == "ar"
        else "We say *so* and **more**, at the [Hôtel]{lang=fr}.\n\n---\n\nAnd [بيت]{dir=rtl lang=ar}.\n"
    )
    assert read_word(render_own_docx(text, lang=lang), lang=lang).text == text


def test_surrounding_matter_is_dropped_and_reported(manuscript: Any) -> None:
    whole: Manuscript = replace(manuscript("en"), text="## Only this {#only}\n\nOne paragraph.\n")
    taken = read_word(render(whole, "docx", logo=None, report=lambda _: None), lang="en")
    assert taken.text == whole.text
    assert taken.found["title"] == whole.title and notices(taken)["matter"] > 5


def test_untidy_file_is_converted() -> None:
    taken = read_word(build_document(fill_untidy_document), lang="ar")
    assert taken.text == (
        "## المادة ٥: الحرية\n\nكلّ **إنسان** حرّ\nوسطر مهمّ\n\n1. أوّلًا\n\n2. ثانيًا\n\n"
        "- واحد\n- اثنان\n\n| أ\\|ب | ج |\n| --- | --- |\n| د | هـ |\n"
    )
    assert notices(taken) == {"headings_guessed": 1, "images": 1, "formatting": 1, "matter": 1, "list_markers": 2}
    assert taken.found["counts"] == {"headings": 1, "paragraphs": 1, "items": 4, "tables": 1, "notes": 0}


def test_tracked_changes_are_accepted_and_reported() -> None:
    document: Any = Document()
    body = document.add_paragraph("Old words. ")._p
    added = make_element("ins", id=1, author="Someone", date="2026-01-01T00:00:00Z")
    body.append(added)
    added.append(document.add_paragraph("New words.").runs[0]._r)
    taken = read_word(build_document(_with(body)), lang="en")
    assert "New words." in taken.text and notices(taken)["changes"] == 1


def _with(paragraph: Any) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        document.element.body.insert(0, paragraph)

    return write


def test_unsupported_links_become_text() -> None:
    inlines = InlineWriter(add_note=str, label_particle=lambda name, said: None, losses=Losses())
    for href in ("javascript:alert(1)", "file:///etc/passwd", "#_Toc1", "http:"):
        assert inlines.write([TextPiece("here", PieceStyle(href=href))]) == "here"
    assert inlines.losses.counts["links"] == 4


WORKBOOK = {
    "[Content_Types].xml": b'<Types><Override PartName="/xl/workbook.xml" ContentType="spreadsheetml.sheet"/></Types>',
    "_rels/.rels": b'<R><Relationship Type="urn:x/officeDocument" Target="xl/workbook.xml"/></R>',
    "xl/workbook.xml": b"<workbook/>",
}
"""A file of a spreadsheet, which has a main part as well."""


def test_main_part_is_found_by_its_relationship() -> None:
    online = next(program for program in PROGRAMS if program.main != "document")
    check_word_file(FileBuilder(online, "ar").finish())


def test_text_that_is_too_complex_is_refused_at_its_words() -> None:
    blocks = [("Fine words.", "paragraph", 1), ("A **long** one " * 40, "paragraph", 7)]
    error = TooLarge("text_too_complex", "…", excerpt="A **long** one A…")
    found = find_place(ReadFile(blocks, [], "", {}, []), error)
    assert found == ("paragraph", 7, "A **long** one A")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "word_file_missing"),
        (b"%PDF-1.7 and more", "word_file_type"),
        (b"PK\x03\x04 but no zip", "word_file_type"),
        (package({"content.xml": b"<odt/>"}), "word_file_type"),
        (package(WORKBOOK), "word_file_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc", "word_file_type"),
        (encrypted_document(), "word_file_protected"),
        (b"PK\x03\x04" + bytes(MAX_FILE_BYTES), "word_file_too_large"),
        (zip_bomb(size=70 * 1024 * 1024), "word_file_too_large"),
        (package({f"word/{n}.xml": b"" for n in range(2_001)} | {"word/document.xml": b""}), "word_file_too_large"),
    ],
)
def test_other_files_are_rejected_before_conversion(data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        check_word_file(data)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        b"no xml at all",
        b'<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy">]><a>&x;</a>',
        b" " * (MAX_PART_BYTES + 1),
    ],
    ids=["no xml", "entities", "a wrong declared size"],
)
def test_malformed_body_is_rejected_by_the_converter(body: bytes) -> None:
    with pytest.raises((RenderFailed, TooLarge)):
        read_word(package({"word/document.xml": body}), lang="en")
