"""A DOCX as a package: valid by the schema, fonts inside, contents, sections and tables as the page wants them."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from lxml import etree
from openxml_audit import OpenXmlValidator

from service.files.script_fonts import available_scripts
from tests.support.hypothesis_profiles import examples
from tests.support.papers.random_texts import RandomText, random_texts
from workers.render.content import fonts
from workers.render.content.manuscript import Coalition, DraftMark, Manuscript, Outcome, Reservation, Seal, Signatory
from workers.render.content.manuscript import Version as ManuscriptVersion
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.content.templates import find_templates
from workers.render.docx.embedded_fonts import deobfuscated
from workers.render.docx.postprocess import postprocess
from workers.render.docx.xml import iter_elements, parse, qn, read_package, write_package
from workers.render.formats import render

WIDE_ROW = "| " + " | ".join(["المستشفيات الجامعية", "١٢٬٥٠٠٬٠٠٠", "2026-01-15"] * 4) + " |"
CONSTITUTION = f"""\
# الباب الأول: المبادئ {{#principles}}

## المادة ١: المياه {{#water}}

المياه ملك عامّ.[^law] يُنظر [](#land).

- شرط

  | البند | المبلغ |
  |---|---|
  | نقل | ١٥٠ |

{WIDE_ROW}
{"|---" * 12}|
{WIDE_ROW}

# الباب الثاني: الأرض

## المادة ٢: الأرض[^law] والزراعة {{#land}}

نصّ `code` أخير.

[^law]: القانون رقم ٣١.
"""


def constitution() -> Manuscript:
    signatories = tuple(Signatory(f"جمعية {number}", "endorse") for number in range(1, 62))
    return Manuscript(
        lang="ar",
        dir="rtl",
        digits="arab",
        kind="constitution",
        title="مشروع الميثاق",
        text=CONSTITUTION,
        coalition=Coalition("ائتلاف المياه"),
        date="2026-11-30",
        reference="ع/٢٠٢٦/٧",
        authentic=("ar",),
        version=ManuscriptVersion(2, "ab" * 32),
        seal=Seal("cd" * 32, 1_780_000_000_000_000),
        signatories=(replace(signatories[0], position="endorse_with_reservation", reservation=1), *signatories[1:]),
        reservations=(Reservation(1, "جمعية 1", "We agree, but for one word:\n\n1. first\n\n   more\n"),),
        outcome=Outcome(members=70, endorsed=61, reserved=1),
        sample=True,
    )


@pytest.fixture(scope="module")
def arabic() -> bytes:
    return render(constitution(), "docx")


def letter() -> Manuscript:
    return Manuscript(
        lang="en",
        dir="ltr",
        digits="latn",
        kind="letter",
        title="A letter on water " * 6,
        text="Dear all,\n\n1. one\n   (a) part\n2. two[^1]\n\n[^1]: A note.\n\n    > quoted\n",
        draft=DraftMark(version=3, organisation="River Association", day="2026-11-30"),
        addressees=("The commission",),
    )


@pytest.fixture(scope="module")
def english() -> bytes:
    return render(letter(), "docx")


@pytest.fixture(scope="module")
def body(arabic: bytes) -> etree._Element:
    return parse(read_package(arabic)["word/document.xml"])


def text_of(element: etree._Element) -> str:
    return "".join(text.text or "" for text in iter_elements(element, "t"))


def style_of(paragraph: etree._Element) -> str:
    return next((style.get(qn("val"), "") for style in iter_elements(paragraph, "pStyle")), "")


def styled(body: etree._Element, style: str) -> list[etree._Element]:
    return [paragraph for paragraph in iter_elements(body, "p") if style_of(paragraph) == style]


def begins_page(paragraph: etree._Element) -> bool:
    return paragraph.find(f"{qn('pPr')}/{qn('pageBreakBefore')}") is not None


@pytest.mark.parametrize("name", ["arabic", "english"])
def test_file_is_valid_by_the_schema(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.docx"
    file.write_bytes(request.getfixturevalue(name))
    found = OpenXmlValidator().validate(file)
    assert [(each.part_uri, each.description) for each in found.errors] == []


@settings(examples(20), suppress_health_check=list(HealthCheck))
@given(drawn=random_texts())
def test_file_of_any_text_is_valid(tmp_path_factory: pytest.TempPathFactory, drawn: RandomText) -> None:
    rtl = drawn.lang == "ar"
    manuscript = replace(letter(), lang=drawn.lang, dir="rtl" if rtl else "ltr", text=drawn.text)
    file = tmp_path_factory.mktemp("random") / "random.docx"
    file.write_bytes(render(manuscript, "docx"))
    assert [(each.part_uri, each.description) for each in OpenXmlValidator().validate(file).errors] == []


def test_validation_finds_properties_out_of_order(english: bytes, tmp_path: Path) -> None:
    parts = read_package(english)
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:pStyle", b'<w:jc w:val="left"/><w:pStyle', 1)
    file = tmp_path / "broken.docx"
    file.write_bytes(write_package(parts))
    assert OpenXmlValidator().validate(file).errors


def test_ids_are_unique_and_every_relationship_has_its_part(arabic: bytes, body: etree._Element) -> None:
    package = read_package(arabic)
    for name in ("bookmarkStart", "footnoteReference"):
        identifiers = [one.get(qn("id")) for one in iter_elements(body, name)]
        assert identifiers and len(identifiers) == len(set(identifiers))
    names = [one.get(qn("name")) for one in iter_elements(body, "bookmarkStart")]
    assert len(names) == len(set(names)) and all(len(str(name)) <= 40 for name in names)
    for relationships, data in package.items():
        folder = "word/" if relationships.startswith("word/_rels/") else ""
        for one in parse(data) if relationships.endswith(".rels") else ():
            if one.get("TargetMode") != "External":
                assert f"{folder}{one.get('Target')}" in package, (relationships, one.get("Target"))


def test_script_fonts_are_inside_whole(arabic: bytes) -> None:
    package = read_package(arabic)
    table, relationships = (parse(package[name]) for name in ("word/fontTable.xml", "word/_rels/fontTable.xml.rels"))
    targets = {one.get("Id"): f"word/{one.get('Target')}" for one in relationships}
    found = {}
    for kind in ("embedRegular", "embedBold"):
        for entry in iter_elements(table, kind):
            (identifier,) = [value for name, value in entry.attrib.items() if str(name).endswith("}id")]
            data = deobfuscated(package[targets[str(identifier)]], str(entry.get(qn("fontKey"))))
            found[str(TTFont(io.BytesIO(data))["name"].getDebugName(4))] = hashlib.sha256(data).hexdigest()
    assert found.keys() == {"Amiri Regular", "Amiri Bold", "IBM Plex Mono Regular"}
    assert set(found.values()) <= set(fonts.digests().values())
    assert list(iter_elements(parse(package["word/settings.xml"]), "embedTrueTypeFonts"))


@pytest.mark.skipif(len(available_scripts()) < 2, reason="the fonts of Syriac and Armenian are not built")
def test_fonts_of_other_scripts_are_inside_where_names_need_them() -> None:
    manuscript = replace(letter(), draft=None, addressees=("ܡܬܘܐ ܕܐܬܘܪ̈ܝܐ", "Հայ Միություն"))
    package = read_package(render(manuscript, "docx"))
    table = parse(package["word/fontTable.xml"])
    embedded = [
        face.get(qn("name")) for face in iter_elements(table, "font") if list(iter_elements(face, "embedRegular"))
    ]
    assert {"Noto Sans Syriac", "Noto Sans Armenian"} <= set(embedded)
    assert len([name for name in package if name.endswith(".odttf")]) == 6


def test_obfuscation_is_that_of_the_standard() -> None:
    key = "{00112233-4455-6677-8899-AABBCCDDEEFF}"
    assert deobfuscated(bytes(40), key) == bytes.fromhex("ffeeddccbbaa99887766554433221100" * 2) + bytes(8)


def test_kind_and_length_of_a_title_set_its_size(english: bytes) -> None:
    styles = parse(read_package(english)["word/styles.xml"])
    title = next(one for one in iter_elements(styles, "style") if one.get(qn("styleId")) == "Title")
    assert [one.get(qn("val")) for one in iter_elements(title, "sz")] == [str(round(2 * 11.5 * 1.5 * 0.78))]


def test_text_without_the_script_and_code_has_no_fonts_inside(english: bytes) -> None:
    assert not [name for name in read_package(english) if name.endswith(".odttf")]
    assert len(english) < 30_000


def test_constitution_has_a_cover_and_contents_that_read_without_updating(body: etree._Element) -> None:
    (title,) = styled(body, "TOCHeading")
    entries = [(style_of(one), text_of(one)) for one in iter_elements(body, "p") if style_of(one) in ("TOC1", "TOC2")]
    assert begins_page(title)
    assert [style for style, _ in entries] == ["TOC1", "TOC2", "TOC1", "TOC2"]
    assert entries[3] == ("TOC2", "المادة ٢: الأرض والزراعة")
    instructions = [one.text for one in iter_elements(body, "instrText")]
    assert instructions == [' TOC \\o "1-2" \\h \\z ']
    bookmarks = {one.get(qn("name")) for one in iter_elements(body, "bookmarkStart")}
    anchors = [one.get(qn("anchor")) for style in ("TOC1", "TOC2") for entry in styled(body, style) for one in entry]
    assert {anchor for anchor in anchors if anchor} <= bookmarks
    assert [begins_page(part) for part in styled(body, "Heading1")] == [True, True]
    assert not any(begins_page(article) for article in styled(body, "Heading2"))


def test_number_of_an_article_has_a_colour(body: etree._Element) -> None:
    runs = [run for run in iter_elements(styled(body, "Heading2")[0], "r") if list(iter_elements(run, "rStyle"))]
    assert ["".join(map(text_of, runs))] == ["المادة ١"]


def test_contents_of_a_position_paper_stand_before_its_text() -> None:
    text = "".join(f"## Point {number}\n\nText.\n\n" for number in range(1, 9))
    long, short = (replace(letter(), kind="position", draft=None, text=one) for one in (text, text[: len(text) // 2]))
    bodies = [parse(read_package(render(one, "docx"))["word/document.xml"]) for one in (long, short)]
    assert [len(styled(one, "TOC1")) for one in bodies] == [8, 0]
    assert not any(begins_page(paragraph) for paragraph in iter_elements(bodies[0], "p"))


def test_bookmark_of_a_heading_is_around_its_words(body: etree._Element) -> None:
    (start,) = (one for one in iter_elements(body, "bookmarkStart") if one.get(qn("name")) == "p-land")
    heading = start.getparent()
    assert heading is not None and style_of(heading) == "Heading2"
    assert start.get(qn("id")) in [one.get(qn("id")) for one in heading.findall(qn("bookmarkEnd"))]


def test_parts_are_centred(arabic: bytes) -> None:
    styles = parse(read_package(arabic)["word/styles.xml"])
    part = next(one for one in iter_elements(styles, "style") if one.get(qn("styleId")) == "Heading1")
    assert [one.get(qn("val")) for one in iter_elements(part, "jc")] == ["center"]


def test_wide_table_stands_on_a_page_on_its_side(body: etree._Element) -> None:
    sections = list(iter_elements(body, "sectPr"))
    sizes = [section.find(qn("pgSz")) for section in sections]
    turned = [size is not None and size.get(qn("orient")) == "landscape" for size in sizes]
    assert turned == [False, True, False, False, False]
    kinds = [next((one.get(qn("val")) for one in section.findall(qn("type"))), None) for section in sections]
    assert kinds == [None, "nextPage", "nextPage", "continuous", "continuous"]
    margins = sections[1].find(qn("pgMar"))
    wide = list(iter_elements(body, "tblW"))[1]
    assert margins is not None and int(wide.get(qn("w"), "0")) == 16838 - 1701 - 1531


def test_rows_stay_whole_and_heads_are_repeated(body: etree._Element) -> None:
    for table in iter_elements(body, "tbl"):
        rows = table.findall(qn("tr"))
        assert all(list(iter_elements(row, "cantSplit")) for row in rows)
        assert [bool(list(iter_elements(row, "tblHeader"))) for row in rows] == [True] + [False] * (len(rows) - 1)
        widths = [int(one.get(qn("w"), "0")) for one in iter_elements(table, "gridCol")]
        cells = [[int(one.get(qn("w"), "0")) for one in iter_elements(row, "tcW")] for row in rows]
        assert all(row == widths for row in cells)


def test_table_in_a_list_is_as_wide_as_its_item(body: etree._Element) -> None:
    (first, _) = iter_elements(body, "tblPr")
    (indent,), (width,) = (list(iter_elements(first, name)) for name in ("tblInd", "tblW"))
    assert int(indent.get(qn("w"), "0")) + int(width.get(qn("w"), "0")) == round(158 * 1440 / 25.4)
    assert int(indent.get(qn("w"), "0")) == 500


def test_signatories_are_numbered_in_columns(body: etree._Element) -> None:
    listed = styled(body, "Signatory")
    assert len(listed) == 61
    assert text_of(listed[60]).startswith("٦١-جمعية")
    assert all(len(list(iter_elements(one, "tab"))) == 1 for one in listed)
    (columns,) = iter_elements(listed[-1], "cols")
    assert columns.get(qn("num")) == "3"
    assert "٦١" in text_of(styled(body, "ClosingHeading")[0])


def test_reference_is_at_the_edge_and_in_the_running_head(arabic: bytes, body: etree._Element) -> None:
    assert [text_of(one) for one in styled(body, "Reference")] == ["ع/٢٠٢٦/٧"]
    headers = [parse(data) for name, data in read_package(arabic).items() if name.startswith("word/header")]
    assert [text_of(root).endswith("ع/٢٠٢٦/٧") for root in headers].count(True) == 1


def test_list_in_a_reservation_in_another_direction_is_reversed(body: etree._Element) -> None:
    for words in ("We agree", "first", "more"):
        paragraph = next(one for one in iter_elements(body, "p") if text_of(one).startswith(words))
        assert [one.get(qn("val")) for one in iter_elements(paragraph, "bidi")] == ["0"], words


def test_draft_says_so_on_every_page_and_in_the_properties(english: bytes) -> None:
    package = read_package(english)
    headers = [text_of(parse(data)) for name, data in package.items() if name.startswith("word/header")]
    footers = [text_of(parse(data)) for name, data in package.items() if name.startswith("word/footer")]
    assert len(headers) == len(footers) == 2
    assert all("not approved" in text for text in headers)
    assert all("River Association" in text for text in footers)
    assert b"not approved" in package["docProps/core.xml"]


def test_no_part_names_a_person_or_holds_comments(english: bytes) -> None:
    package = read_package(english)
    assert "word/comments.xml" not in package
    assert b"lastModifiedBy" not in package["docProps/core.xml"]


def test_lines_are_numbered_by_word_when_asked(english: bytes) -> None:
    prepared = prepare_manuscript(letter(), directory=find_templates())
    numbered = read_package(postprocess(english, prepared, number_lines=True))
    sections = list(iter_elements(parse(numbered["word/document.xml"]), "sectPr"))
    assert sections and all(len(list(iter_elements(section, "lnNumType"))) == 1 for section in sections)
