"""Word files become text of the dialect: ours come back as they were, others as well as can be, bad ones not at all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from service.domain.documents.word_import import LARGEST_FILE, check_word_file
from service.domain.errors import DomainError
from service.domain.text.html.fragment import preview
from service.domain.text.markup.parser import read
from service.sample import document as document_module
from tests.support.word_files import bomb, by_hand, locked, of_the_street, ours, package
from workers.intake.docx_package import LARGEST_PART
from workers.intake.docx_reader import read_word
from workers.intake.inline_writer import Inlines
from workers.render.content.manuscript import Manuscript
from workers.render.docx.xml import make
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


def shown(text: str, lang: str) -> str:
    """A text as its reader sees it: names of notes do not count, nor what aligns at the start anyway."""
    rtl = lang == "ar"
    html = preview(read(text), lang=lang, digits="arab" if rtl else "latn", dir="rtl" if rtl else "ltr")
    return html.replace(' class="align-start"', "").replace(' class="align-default"', "")


def notices(found: Any) -> dict[str, int]:
    return dict(found.found["notices"])


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("number", [1, 2])
def test_our_own_file_comes_back_as_the_same_text(lang: str, number: int) -> None:
    text = document_module.text(f"statement.{number}.{lang}.md")
    assert shown(read_word(ours(text, lang=lang), lang=lang).text, lang) == shown(text, lang)


@pytest.mark.parametrize("starter", sorted(path.name for path in STARTERS.glob("*.md")))
def test_every_starter_comes_back_as_well(starter: str) -> None:
    lang, text = starter.split(".")[1], (STARTERS / starter).read_text(encoding="utf-8")
    assert shown(read_word(ours(text, lang=lang), lang=lang).text, lang) == shown(text, lang)


def test_what_is_hard_to_write_comes_back() -> None:
    taken = read_word(ours(HARD, lang="en"), lang="en")
    assert shown(taken.text, "en") == shown(HARD, "en")


def test_marks_of_direction_that_our_files_carry_do_not_pile_up() -> None:
    text = "قرار [A/RES/77/301]{dir=ltr} [14-B]{dir=ltr} ورابط [example.org](https://example.org).\n"
    taken = read_word(ours(text, lang="ar"), lang="ar")
    assert taken.text == text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_rules_emphasis_languages_and_the_labels_of_notes_come_back(lang: str) -> None:
    text = (
        "نقول *بتشديد* و**بقوّة** ثم [Hôtel]{lang=fr}.[^law-1]\n\n---\n\n[A/RES/77]{dir=ltr lang=en} و*كلمة*.[^2]\n\n"
        "[^law-1]: قانون.\n\n[^2]: غيره.\n"
        if lang == "ar"
        else "We say *so* and **more**, at the [Hôtel]{lang=fr}.\n\n---\n\nAnd [بيت]{dir=rtl lang=ar}.\n"
    )
    assert read_word(ours(text, lang=lang), lang=lang).text == text


def test_what_stands_round_a_text_is_left_out_and_said(manuscript: Any) -> None:
    whole: Manuscript = replace(manuscript("en"), text="## Only this {#only}\n\nOne paragraph.\n")
    taken = read_word(render(whole, "docx", logo=None, report=lambda _: None), lang="en")
    assert taken.text == whole.text
    assert taken.found["title"] == whole.title and notices(taken)["matter"] > 5


def test_a_file_of_the_street() -> None:
    taken = read_word(by_hand(of_the_street), lang="ar")
    assert taken.text == (
        "## المادة ٥: الحرية\n\nكلّ **إنسان** حرّ\nوسطر مهمّ\n\n1. أوّلًا\n\n2. ثانيًا\n\n"
        "- واحد\n- اثنان\n\n| أ\\|ب | ج |\n| --- | --- |\n| د | هـ |\n"
    )
    assert notices(taken) == {"headings_guessed": 1, "images": 1, "formatting": 1, "matter": 1, "list_markers": 2}
    assert taken.found["counts"] == {"headings": 1, "paragraphs": 1, "items": 4, "tables": 1, "notes": 0}


def test_tracked_changes_are_taken_and_said() -> None:
    document: Any = Document()
    body = document.add_paragraph("Old words. ")._p
    added = make("ins", id=1, author="Someone", date="2026-01-01T00:00:00Z")
    body.append(added)
    added.append(document.add_paragraph("New words.").runs[0]._r)
    taken = read_word(by_hand(_with(body)), lang="en")
    assert "New words." in taken.text and notices(taken)["changes"] == 1


def _with(paragraph: Any) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        document.element.body.insert(0, paragraph)

    return write


def test_links_of_other_kinds_become_words() -> None:
    words = [{"t": "Str", "c": "here"}]
    inlines = Inlines(note=str, refer=lambda name, said: False)
    for href in ("javascript:alert(1)", "file:///etc/passwd", "#_Toc1", "", "http:"):
        assert inlines.write([{"t": "Link", "c": [["", [], []], words, [href, ""]]}]) == "here"
    assert inlines.counts["links"] == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "word_file_missing"),
        (b"%PDF-1.7 and more", "word_file_type"),
        (b"PK\x03\x04 but no zip", "word_file_type"),
        (package({"content.xml": b"<odt/>"}), "word_file_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc", "word_file_type"),
        (locked(), "word_file_protected"),
        (b"PK\x03\x04" + bytes(LARGEST_FILE), "word_file_too_large"),
        (bomb(size=70 * 1024 * 1024), "word_file_too_large"),
        (package({f"word/{n}.xml": b"" for n in range(2_001)} | {"word/document.xml": b""}), "word_file_too_large"),
    ],
)
def test_what_is_no_word_file_is_refused_at_the_door(data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_word_file(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        b"no xml at all",
        b'<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy">]><a>&x;</a>',
        b" " * (LARGEST_PART + 1),
    ],
    ids=["no xml", "entities", "a lie about its size"],
)
def test_a_broken_body_is_refused_by_the_reader(body: bytes) -> None:
    with pytest.raises(RenderFailed):
        read_word(package({"word/document.xml": body}), lang="en")
