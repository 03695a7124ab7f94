"""Bookmarks of headings, which pandoc writes round the paragraph.

LibreOffice drops a bookmark between a table and a paragraph when it saves a file; one inside of the paragraph stays.
"""

from lxml import etree

from workers.render.content.pandoc_json import ID_PREFIX
from workers.render.docx.xml import ensure_properties, iter_elements, qn


def move_bookmarks_into_headings(root: etree._Element) -> None:
    """Put the bookmarks with the ids of headings at the beginning and end of their paragraphs."""
    ends = {end.get(qn("id")): end for end in iter_elements(root, "bookmarkEnd")}
    for start in list(iter_elements(root, "bookmarkStart")):
        paragraph = start.getnext()
        while paragraph is not None and paragraph.tag == qn("bookmarkStart"):
            paragraph = paragraph.getnext()
        if not start.get(qn("name"), "").startswith(ID_PREFIX) or paragraph is None or paragraph.tag != qn("p"):
            continue
        ensure_properties(paragraph, "pPr").addnext(start)
        end = ends.get(start.get(qn("id")))
        if end is not None:
            paragraph.append(end)
