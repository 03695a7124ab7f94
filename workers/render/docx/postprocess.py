"""Post-processing of pandoc's DOCX: right-to-left properties that it lacks, and reproducible bytes."""

from lxml import etree

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.docx.bookmarks import enclose_headings
from workers.render.docx.contents import fill_contents
from workers.render.docx.notes import rewrite_notes
from workers.render.docx.numbering import rewrite_numbering
from workers.render.docx.package_parts import STORY_PARTS, rebuild_metadata, without_comments
from workers.render.docx.paragraph_marks import ParagraphMark
from workers.render.docx.paragraphs import rewrite_paragraph
from workers.render.docx.sections import SectionLayout, enclose_in_section, finish_sections
from workers.render.docx.style_sheet import StyleSheet, load_style_sheet
from workers.render.docx.tables import rewrite_table
from workers.render.docx.xml import (
    iter_elements,
    make_element,
    parse,
    put_child,
    qn,
    read_package,
    serialise,
    write_package,
)

MAIN_STORY = "word/document.xml"


def postprocess(package: bytes, prepared: PreparedManuscript, *, number_lines: bool = False) -> bytes:
    """Return the finished package, from `package` as pandoc wrote it.

    `number_lines` has Word number its own lines, which are not those that are cited.
    """
    parts, sheet = read_package(package), load_style_sheet(prepared)
    for name in filter(STORY_PARTS.fullmatch, parts):
        root = parse(parts[name])
        if name == MAIN_STORY:
            _lay_out(root, prepared, number_lines=number_lines)
        _rewrite_story(root, sheet)
        fill_contents(root, sheet, prepared)
        parts[name] = serialise(root)
    numbering = parse(parts["word/numbering.xml"])
    rewrite_numbering(numbering, sheet, lang=prepared.manuscript.lang)
    parts["word/numbering.xml"] = serialise(numbering)
    return write_package(without_comments(parts | rebuild_metadata(parts, prepared)))


def _lay_out(root: etree._Element, prepared: PreparedManuscript, *, number_lines: bool) -> None:
    """Lay out the main text: tables and sections."""
    sheet = load_style_sheet(prepared)
    enclose_headings(root)
    for table in list(iter_elements(root, "tbl")):
        rewrite_table(table, sheet)
    _set_signatories_in_columns(root, prepared.content.signatory_columns)
    for section in iter_elements(root, "sectPr"):
        _rewrite_section(section, rtl=sheet.rtl)
    finish_sections(root, number_lines=number_lines)


def _rewrite_story(root: etree._Element, sheet: StyleSheet) -> None:
    for paragraph in iter_elements(root, "p"):
        rewrite_paragraph(paragraph, sheet)
    rewrite_notes(root, sheet)


def _set_signatories_in_columns(root: etree._Element, columns: int) -> None:
    """Put the list of signatories into a section with columns, which are read downwards."""
    listed = [style.getparent() for style in iter_elements(root, "pStyle") if style.get(qn("val")) == SIGNATORY_MARK]
    paragraphs = [one.getparent() for one in listed if one is not None]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (None, None)
    if first is not None and last is not None:
        enclose_in_section(first, last, SectionLayout(columns=columns))


SIGNATORY_MARK = ParagraphMark("Signatory").encode()


def _rewrite_section(section: etree._Element, *, rtl: bool) -> None:
    """Number footnotes through the whole text, not from 1 in each section."""
    for notes in section.findall(qn("footnotePr")):
        section.remove(notes)
    if rtl:
        put_child(section, make_element("bidi"))
