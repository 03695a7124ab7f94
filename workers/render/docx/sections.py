"""Sections of the finished file: pages on their side for wide tables, columns for signatories, numbers of lines.

The properties of a section stand in its last paragraph; those of the last section at the end of the body. A section
begins on a new page where the page turns, else where the one before it ends.
"""

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from workers.render.docx.style_sheet import TWIPS_PER_POINT
from workers.render.docx.xml import ensure_properties, iter_elements, local_name, make_element, put_child, qn

COLUMN_GAP = 20
"""Points between columns."""

LINES_FROM_TEXT = 14
"""Points between the text and the numbers of its lines."""


@dataclass(frozen=True, slots=True)
class SectionLayout:
    """The layout of a section: a page on its side, or columns."""

    landscape: bool = False
    columns: int = 1

    def properties(self) -> etree._Element:
        """Build `w:sectPr`; `finish_sections` adds what depends on the page."""
        found = make_element("sectPr")
        if self.columns > 1:
            space = COLUMN_GAP * TWIPS_PER_POINT
            put_child(found, make_element("cols", num=self.columns, space=space, equalWidth=1))
        if self.landscape:
            put_child(found, make_element("pgSz", orient="landscape"))
        return found


def enclose_in_section(first: etree._Element, last: etree._Element, layout: SectionLayout) -> None:
    """Make a section of the blocks from `first` to `last`."""
    before = first.getprevious()
    if before is not None and not list(iter_elements(before, "sectPr")):
        _end_section(before, SectionLayout())
    _end_section(last, layout)


def finish_sections(root: etree._Element, *, number_lines: bool) -> None:
    """Give every section its page, and the first one header and footer, which the others share."""
    sections = list(iter_elements(root, "sectPr"))
    page = deepcopy(sections[-1]) if sections else None
    turned_before = False
    for index, section in enumerate(sections):
        assert page is not None
        size = section.find(qn("pgSz"))
        is_last = index == len(sections) - 1
        turned = not is_last and size is not None and size.get(qn("orient")) == "landscape"
        for child in () if is_last else page:
            if local_name(child) in ("pgMar", "pgNumType", "bidi", "docGrid") or (
                local_name(child) == "pgSz" and not turned
            ):
                put_child(section, deepcopy(child))
        if turned:
            _turn(section, page)
        if index:
            put_child(section, make_element("type", val="nextPage" if turned or turned_before else "continuous"))
        if number_lines:
            distance = LINES_FROM_TEXT * TWIPS_PER_POINT
            put_child(section, make_element("lnNumType", countBy=1, distance=distance, restart="continuous"))
        turned_before = turned
    if len(sections) > 1:
        _share_headers(sections[-1], sections[0])


def _end_section(last: etree._Element, layout: SectionLayout) -> None:
    """End a section with a block; a table is followed by an empty paragraph for it."""
    if local_name(last) != "p":
        carrier = make_element("p")
        last.addnext(carrier)
        put_child(
            ensure_properties(carrier, "pPr"), make_element("spacing", before=0, after=0, line=20, lineRule="exact")
        )
        last = carrier
    put_child(ensure_properties(last, "pPr"), layout.properties())


def _turn(section: etree._Element, page: etree._Element) -> None:
    """Turn the page: what is above on a page upright is at the side, as Word does."""
    size, margins = page.find(qn("pgSz")), page.find(qn("pgMar"))
    assert size is not None and margins is not None
    width, height = str(size.get(qn("w"))), str(size.get(qn("h")))
    put_child(section, make_element("pgSz", w=height, h=width, orient="landscape"))
    sides = {"top": "right", "right": "bottom", "bottom": "left", "left": "top"}
    turned = {new: str(margins.get(qn(old))) for new, old in sides.items()}
    kept = {name: str(margins.get(qn(name))) for name in ("header", "footer")}
    put_child(section, make_element("pgMar", **turned, **kept, gutter="0"))


def _share_headers(last: etree._Element, first: etree._Element) -> None:
    """Move header, footer and the exception for the first page to the first section: the others follow it."""
    moved = [one for one in last if local_name(one) in ("headerReference", "footerReference", "titlePg")]
    for one in reversed(moved):
        last.remove(one)
        if local_name(one) == "titlePg":
            put_child(first, one)
        else:
            first.insert(0, one)
