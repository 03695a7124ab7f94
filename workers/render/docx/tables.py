"""Tables of the finished file: widths, position and pages; marks on the paragraphs of the cells carry the layout."""

from lxml import etree

from workers.render.docx.paragraph_marks import decode_mark
from workers.render.docx.sections import SectionLayout, enclose_in_section
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, iter_elements, local_name, make_element, put_child, qn

SPACE_AFTER_TABLE = 200
"""Twentieths of a point."""


def rewrite_table(table: etree._Element, sheet: StyleSheet) -> None:
    """Set the widths and the direction of a table; rows stay whole, and a wide table gets a page on its side.

    Call it before the paragraphs of the table lose their marks.
    """
    styles = iter_elements(table, "pStyle")
    mark = next(mark for style in styles if (mark := decode_mark(style.get(qn("val"), ""))))
    start, end = mark.lists * sheet.list_step() + mark.quotes * sheet.quote_step(), mark.quotes * sheet.quote_step()
    width = (sheet.landscape_width() if mark.landscape else sheet.text_width()) - start - end
    _set_properties(table, sheet, start=start, width=width)
    _set_column_widths(table, width)
    for row in iter_elements(table, "tr"):
        properties = row.find(qn("trPr"))
        if properties is None:
            properties = make_element("trPr")
            row.insert(0, properties)
        properties.insert(0, make_element("cantSplit"))
    if mark.landscape:
        enclose_in_section(table, table, SectionLayout(landscape=True))
    _space_after(table.getnext())


def _set_properties(table: etree._Element, sheet: StyleSheet, *, start: int, width: int) -> None:
    properties = ensure_properties(table, "tblPr")
    put_child(properties, make_element("tblW", type="dxa", w=width))
    put_child(properties, make_element("tblLayout", type="fixed"))
    if start:
        put_child(properties, make_element("tblInd", w=start, type="dxa"))
    if sheet.rtl:
        put_child(properties, make_element("bidiVisual"))


def _set_column_widths(table: etree._Element, width: int) -> None:
    """Scale the columns to `width`; every cell states its own too, by which Word goes in a fixed layout."""
    columns = list(iter_elements(table, "gridCol"))
    total = sum(int(column.get(qn("w"), "0")) for column in columns)
    for column in columns:
        column.set(qn("w"), str(int(column.get(qn("w"), "0")) * width // max(total, 1)))
    for row in iter_elements(table, "tr"):
        for cell, column in zip(row.findall(qn("tc")), columns, strict=False):
            put_child(ensure_properties(cell, "tcPr"), make_element("tcW", w=column.get(qn("w"), "0"), type="dxa"))


def _space_after(paragraph: etree._Element | None) -> None:
    """Add space above a paragraph that follows a table: tables have no space after."""
    if paragraph is None or local_name(paragraph) != "p":
        return
    found = ensure_properties(paragraph, "pPr")
    styles = [str(style.get(qn("val"))) for style in iter_elements(found, "pStyle")]
    if not any(style.startswith("Heading") for style in styles):
        put_child(found, make_element("spacing", before=SPACE_AFTER_TABLE))
