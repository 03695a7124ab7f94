"""The contents of a document: Word's own field, filled in, so that it is read before anybody updates it.

The entries have no page numbers, since only the program that sets the pages knows them; updating the field adds them.
"""

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.provision_headings import parts_begin_page
from workers.render.content.tree_transforms import top_level_headings
from workers.render.docx.bookmarks import enclose
from workers.render.docx.paragraphs import rewrite_paragraph
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, put_child, qn

CONTENTS_STYLE = "TOC Heading"
DEPTH = 2
"""Levels of headings in the contents."""

MANY_HEADINGS = 8
"""Headings from which on a position paper has contents."""

_FIELD = f' TOC \\o "1-{DEPTH}" \\h \\z '
_BOOKMARK = "_Toc{:06d}"


def has_contents(prepared: PreparedManuscript) -> bool:
    """Return whether a document has contents: a constitution, and a position paper with many headings."""
    kind, headings = prepared.manuscript.kind, sum(1 for _ in top_level_headings(prepared.blocks))
    return kind == "constitution" or (kind == "position" and headings >= MANY_HEADINGS)


def fill_contents(root: etree._Element, sheet: StyleSheet, prepared: PreparedManuscript) -> None:
    """Write the entries below the heading of the contents, if there is one.

    In a constitution the contents and the text after them begin a page, and so do its parts.
    """
    title = next((one for one in iter_elements(root, "p") if _style(one) == CONTENTS_STYLE.replace(" ", "")), None)
    headings = [one for one in iter_elements(root, "p") if _style(one) in _levels()]
    if title is None or not headings:
        return
    if prepared.manuscript.kind == "constitution":
        _begin_pages(title, headings, parts=parts_begin_page(prepared.blocks))
    entries = [_entry(heading, number) for number, heading in enumerate(headings, 1)]
    for entry in reversed(entries):
        title.addnext(entry)
        rewrite_paragraph(entry, sheet)
    _enclose_in_field(entries[0], entries[-1])


def _begin_pages(title: etree._Element, headings: Sequence[etree._Element], *, parts: bool) -> None:
    first = next(title.itersiblings(qn("p"), qn("tbl")), None)
    found = [title, *([] if first is None else [first]), *headings]
    for one in found:
        if one in (title, first) or (parts and _style(one) == "Heading1"):
            _begin_page(one)


def _levels() -> dict[str, int]:
    return {f"Heading{level}": level for level in range(1, DEPTH + 1)}


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{qn('pPr')}/{qn('pStyle')}")
    return "" if style is None else str(style.get(qn("val")))


def _begin_page(paragraph: etree._Element) -> None:
    """Begin a page with a paragraph; a table has no such property, and follows the contents."""
    if paragraph.tag == qn("p"):
        put_child(ensure_properties(paragraph, "pPr"), make_element("pageBreakBefore"))


def _entry(heading: etree._Element, number: int) -> etree._Element:
    """Build the entry of a heading: a link to it, with its words and without its notes."""
    name = _BOOKMARK.format(number)
    enclose(heading, name, identifier=1_000_000 + number)
    entry, link = make_element("p"), make_element("hyperlink", anchor=name, history=1)
    style = make_element("pStyle", val=f"TOC{_levels()[_style(heading)]}")
    put_child(ensure_properties(entry, "pPr"), style)
    for run in iter_elements(heading, "r"):
        if list(iter_elements(run, "t")) and not _is_note_mark(run):
            link.append(deepcopy(run))
    for style in list(iter_elements(link, "rStyle")):
        _remove(style)
    entry.append(link)
    return entry


def _is_note_mark(run: etree._Element) -> bool:
    return any(style.get(qn("val")) == "FootnoteReference" for style in iter_elements(run, "rStyle"))


def _enclose_in_field(first: etree._Element, last: etree._Element) -> None:
    instruction = make_element("instrText")
    instruction.text = _FIELD
    opening = [
        make_element("fldChar", fldCharType="begin"),
        instruction,
        make_element("fldChar", fldCharType="separate"),
    ]
    place = ensure_properties(first, "pPr")
    for content in reversed(opening):
        place.addnext(_run(content))
    last.append(_run(make_element("fldChar", fldCharType="end")))


def _run(content: etree._Element) -> etree._Element:
    run = make_element("r")
    run.append(content)
    return run


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
