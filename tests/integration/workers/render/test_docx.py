import io
import zipfile
from collections.abc import Callable, Iterator
from typing import get_args

import docx
import pytest
from lxml import etree

from workers.render.content.manuscript import Kind, Manuscript, Reservation
from workers.render.docx.xml import CHILD_ORDER, iter_elements, local_name, parse, qn, read_package
from workers.render.formats import render

Make = Callable[..., Manuscript]


def parts_of(package: bytes) -> dict[str, etree._Element]:
    return {name: parse(data) for name, data in read_package(package).items() if name.endswith(".xml")}


def stories(package: bytes) -> Iterator[etree._Element]:
    prefixes = ("word/document", "word/footnotes", "word/header", "word/footer")
    return (root for name, root in parts_of(package).items() if name.startswith(prefixes))


@pytest.fixture
def arabic_docx(manuscript: Make) -> bytes:
    return render(manuscript("ar"), "docx")


def test_every_arabic_paragraph_runs_right_to_left(arabic_docx: bytes) -> None:
    paragraphs = [paragraph for root in stories(arabic_docx) for paragraph in iter_elements(root, "p")]
    assert len(paragraphs) > 40
    assert all(paragraph.find(f"{qn('pPr')}/{qn('bidi')}") is not None for paragraph in paragraphs)


def test_tables_are_mirrored_and_as_wide_as_the_text(arabic_docx: bytes) -> None:
    root = parts_of(arabic_docx)["word/document.xml"]
    tables = list(iter_elements(root, "tblPr"))
    assert tables
    assert all(table.find(qn("bidiVisual")) is not None for table in tables)
    assert sum(int(column.get(qn("w"), "0")) for column in iter_elements(root, "gridCol")) > 8900


def test_sections_run_right_to_left_and_the_first_has_the_letterhead(arabic_docx: bytes) -> None:
    first, *others = iter_elements(parts_of(arabic_docx)["word/document.xml"], "sectPr")
    assert all(section.find(qn("bidi")) is not None for section in (first, *others))
    assert first.find(qn("titlePg")) is not None
    assert not any(section.find(qn("titlePg")) is not None for section in others)


def test_arabic_has_no_letter_spacing(arabic_docx: bytes) -> None:
    for root in parts_of(arabic_docx).values():
        for run in iter_elements(root, "rPr"):
            assert run.find(qn("spacing")) is None


def test_properties_are_in_schema_order(arabic_docx: bytes) -> None:
    for root in parts_of(arabic_docx).values():
        for name, order in CHILD_ORDER.items():
            for found in iter_elements(root, name):
                ranks = [order.index(local_name(child)) for child in found if isinstance(child.tag, str)]
                assert name == "sectPr" or ranks == sorted(ranks), etree.tostring(found)


def test_latin_runs_are_not_right_to_left(arabic_docx: bytes) -> None:
    for root in stories(arabic_docx):
        for run in iter_elements(root, "r"):
            words = "".join(text.text or "" for text in iter_elements(run, "t"))
            if words.isascii() and any(mark.isalpha() for mark in words):
                assert run.find(f"{qn('rPr')}/{qn('rtl')}") is None, words


def test_lists_use_arabic_numbering(arabic_docx: bytes) -> None:
    numbering = parts_of(arabic_docx)["word/numbering.xml"]
    formats = {kind.get(qn("val")) for kind in iter_elements(numbering, "numFmt")}
    assert formats <= {"bullet", "decimal", "arabicAbjad"}
    texts = [text.get(qn("val"), "") for text in iter_elements(numbering, "lvlText")]
    assert any(text == "%1-" for text in texts)
    assert not any(text.endswith(".") for text in texts)


def test_second_list_level_has_letters(arabic_docx: bytes) -> None:
    root, numbering = parts_of(arabic_docx)["word/document.xml"], parts_of(arabic_docx)["word/numbering.xml"]
    kinds = {each_.get(qn("abstractNumId")): each_ for each_ in iter_elements(numbering, "abstractNum")}
    used = {str(num.get(qn("numId"))): num.find(qn("abstractNumId")) for num in iter_elements(numbering, "num")}
    found = set()
    for properties in iter_elements(root, "numPr"):
        level, number = (properties.find(qn(name)) for name in ("ilvl", "numId"))
        assert level is not None
        assert number is not None
        abstract = used[str(number.get(qn("val")))]
        assert abstract is not None
        for candidate in iter_elements(kinds[abstract.get(qn("val"))], "lvl"):
            kind = candidate.find(qn("numFmt"))
            if candidate.get(qn("ilvl")) == level.get(qn("val")) and kind is not None:
                found.add((level.get(qn("val")), kind.get(qn("val"))))
    assert {("0", "decimal"), ("1", "arabicAbjad")} <= found


def test_fonts_are_named_for_both_scripts(arabic_docx: bytes) -> None:
    (defaults,) = iter_elements(parts_of(arabic_docx)["word/styles.xml"], "rPrDefault")
    (faces,) = iter_elements(defaults, "rFonts")
    assert (faces.get(qn("cs")), faces.get(qn("ascii"))) == ("Amiri", "Times New Roman")
    every = [faces for root in parts_of(arabic_docx).values() for faces in iter_elements(root, "rFonts")]
    assert not any("Theme" in str(key) for faces in every for key in faces.attrib)


def test_timestamps_are_those_of_the_seal(arabic_docx: bytes) -> None:
    document = docx.Document(io.BytesIO(arabic_docx))
    assert document.core_properties.created is not None
    assert document.core_properties.created.isoformat().startswith("2026-11-22T12:00:00")
    assert document.core_properties.title == "الحقيقة حقّ: نداء من أجل المفقودين"


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_rendered_in_every_language(manuscript: Make, kind: Kind, lang: str) -> None:
    made = render(manuscript(lang, kind=kind), "docx")
    said = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs)
    for wanted in (manuscript(lang).title, manuscript(lang).signatories[-1].name, "press@mithaq.example"):
        assert wanted in said


def test_same_manuscript_gives_the_same_bytes(manuscript: Make) -> None:
    first = render(manuscript("ar", sample=True), "docx")
    assert first == render(manuscript("ar", sample=True), "docx")
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_footer_counts_pages_and_names_the_version(arabic_docx: bytes) -> None:
    footers = [root for name, root in parts_of(arabic_docx).items() if name.startswith("word/footer")]
    assert len(footers) == 2
    for root in footers:
        fields = [(field.text or "").strip() for field in iter_elements(root, "instrText")]
        said = "".join(text.text or "" for text in iter_elements(root, "t"))
        assert fields == ["PAGE", "NUMPAGES"]
        assert "الإصدار ٣" in said


def test_sample_is_marked_on_every_page(manuscript: Make) -> None:
    made = render(manuscript("ar", sample=True), "docx")
    headers = [data for name, data in read_package(made).items() if name.startswith("word/header")]
    assert len(headers) == 2
    assert all("نسخة تجريبية" in data.decode() for data in headers)


def test_reservation_in_another_language_has_its_own_direction(manuscript: Make) -> None:
    english = (Reservation(1, "مبادرة جسر العاصي", "We would rather say “within a month”.\n"),)
    root = parts_of(render(manuscript("ar", reservations=english), "docx"))["word/document.xml"]
    (found,) = (
        each_
        for each_ in iter_elements(root, "p")
        if "within a month" in "".join(t.text or "" for t in iter_elements(each_, "t"))
    )
    bidi = found.find(f"{qn('pPr')}/{qn('bidi')}")
    assert bidi is not None
    assert bidi.get(qn("val")) == "0"


def test_hostile_text_stays_text(plain_manuscript: Make) -> None:
    hostile = "<w:p/> & ]]> {{x}} %1 \u200f"
    made = render(plain_manuscript("a\n\n`<b>`\n", title=hostile, addressees=(hostile,)), "docx")
    said = [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs]
    assert hostile.strip() in " ".join(said)
    assert "<b>" in said


def test_citation_is_a_footnote_of_the_file(plain_manuscript: Make) -> None:
    notes = parts_of(render(plain_manuscript("ورد هنا.[](ref:unsc-2254-4)\n", "ar"), "docx"))["word/footnotes.xml"]
    said = "".join(text.text or "" for text in iter_elements(notes, "t"))
    assert "قرار مجلس الأمن ٢٢٥٤ (٢٠١٥)، الفقرة ٤ (" in said and "S/RES/2254" in said
