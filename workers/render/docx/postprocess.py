"""Post-processing of pandoc's DOCX: right-to-left properties that it lacks, and reproducible bytes."""

import re

from lxml import etree

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.docx.notes import rewrite_notes
from workers.render.docx.numbering import rewrite_numbering
from workers.render.docx.package_parts import rebuild_metadata
from workers.render.docx.paragraphs import rewrite_paragraph
from workers.render.docx.style_sheet import StyleSheet, load_style_sheet
from workers.render.docx.xml import (
    ensure_properties,
    iter_elements,
    local_name,
    make_element,
    parse,
    put_child,
    qn,
    read_package,
    serialise,
    write_package,
)

STORY_PARTS = re.compile(r"word/(?:document|footnotes|header[0-9]+|footer[0-9]+)\.xml")
"""Names of the parts with text."""

FULL_WIDTH = 5000
"""Fiftieths of a per cent of the text width."""

SPACE_AFTER_TABLE = 200
"""Twentieths of a point."""


def postprocess(package: bytes, prepared: PreparedManuscript) -> bytes:
    """Return the finished package, from `package` as pandoc wrote it."""
    parts, sheet = read_package(package), load_style_sheet(prepared)
    for name in filter(STORY_PARTS.fullmatch, parts):
        parts[name] = serialise(_rewrite_story(parse(parts[name]), sheet))
    numbering = parse(parts["word/numbering.xml"])
    rewrite_numbering(numbering, sheet, lang=prepared.manuscript.lang)
    parts["word/numbering.xml"] = serialise(numbering)
    return write_package(parts | rebuild_metadata(parts, prepared))


def _rewrite_story(root: etree._Element, sheet: StyleSheet) -> etree._Element:
    for table in iter_elements(root, "tblPr"):
        put_child(table, make_element("tblW", type="pct", w=FULL_WIDTH))
        if sheet.rtl:
            put_child(table, make_element("bidiVisual"))
    for grid in iter_elements(root, "tblGrid"):
        _scale_columns(grid, width=_text_width(root))
    for table in iter_elements(root, "tbl"):
        _space_after_table(table.getnext())
    for section in iter_elements(root, "sectPr"):
        _rewrite_section(section, rtl=sheet.rtl)
    for paragraph in iter_elements(root, "p"):
        rewrite_paragraph(paragraph, sheet)
    rewrite_notes(root, sheet)
    return root


def _rewrite_section(section: etree._Element, *, rtl: bool) -> None:
    """Number footnotes through the whole text, not from 1 in each section."""
    for notes in section.findall(qn("footnotePr")):
        section.remove(notes)
    if rtl:
        put_child(section, make_element("bidi"))


def _text_width(root: etree._Element) -> int:
    """Return the width between the margins, in twentieths of a point; pandoc assumes a page of its own."""
    for section in iter_elements(root, "sectPr"):
        page, margins = section.find(qn("pgSz")), section.find(qn("pgMar"))
        if page is not None and margins is not None:
            sides = (page.get(qn("w")), margins.get(qn("left")), margins.get(qn("right")))
            whole, left, right = (int(str(side)) for side in sides)
            return whole - left - right
    return 0


def _scale_columns(grid: etree._Element, *, width: int) -> None:
    columns = list(iter_elements(grid, "gridCol"))
    total = sum(int(column.get(qn("w"), "0")) for column in columns)
    for column in columns if total and width else []:
        column.set(qn("w"), str(int(column.get(qn("w"), "0")) * width // total))


def _space_after_table(paragraph: etree._Element | None) -> None:
    """Add space above a paragraph that follows a table: tables have no space after."""
    if paragraph is None or local_name(paragraph) != "p":
        return
    found = ensure_properties(paragraph, "pPr")
    styles = [str(style.get(qn("val"))) for style in iter_elements(found, "pStyle")]
    if not any(style.startswith("Heading") for style in styles):
        put_child(found, make_element("spacing", before=SPACE_AFTER_TABLE))
