"""Bookmarks of headings: around the words of the heading, where references and LibreOffice expect them."""

from lxml import etree

from workers.render.content.pandoc_json import ID_PREFIX
from workers.render.docx.xml import ensure_properties, iter_elements, local_name, make_element, qn


def enclose_headings(root: etree._Element) -> None:
    """Move each bookmark of a heading into its paragraph.

    Pandoc lets it begin before the heading and end with the section; LibreOffice loses one that begins behind a table.
    """
    ends = {end.get(qn("id")): end for end in iter_elements(root, "bookmarkEnd")}
    for start in list(iter_elements(root, "bookmarkStart")):
        heading, identifier, name = start.getnext(), str(start.get(qn("id"))), str(start.get(qn("name")))
        if name.startswith(ID_PREFIX) and heading is not None and local_name(heading) == "p":
            for old in (start, ends[identifier]):
                _remove(old)
            enclose(heading, name, identifier=identifier)


def enclose(paragraph: etree._Element, name: str, *, identifier: int | str) -> None:
    """Put a bookmark around the content of a paragraph."""
    ensure_properties(paragraph, "pPr").addnext(make_element("bookmarkStart", id=identifier, name=name))
    paragraph.append(make_element("bookmarkEnd", id=identifier))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
