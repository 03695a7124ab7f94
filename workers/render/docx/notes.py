"""Footnotes of the finished file: marks in brackets, bookmarks for their labels, and fields for repeated calls."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from workers.render.content.pandoc_json import CITATION_PREFIX, NOTE_PREFIX, SCOPED_NOTE_PREFIX
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, make_element, put_child, qn

_PREFIXES = (NOTE_PREFIX, CITATION_PREFIX, SCOPED_NOTE_PREFIX)


def rewrite_notes(root: etree._Element, sheet: StyleSheet) -> None:
    """Rewrite the footnote marks of a part: of the text, or of the footnotes themselves."""
    for link in list(root.iter(qn("hyperlink"))):
        if link.get(qn("anchor"), "").startswith(_PREFIXES):
            _write_repeated_call(link)
    for mark in list(_marks(root)):
        run = mark if mark.tag == qn("fldSimple") else mark.getparent()
        assert run is not None
        first, last = _bracket(run, sheet) if sheet.rtl else (run, run)
        _enclose_in_bookmark(first, last)
    _number_repeated_calls(root)


def _marks(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(qn("footnoteReference"), qn("footnoteRef"), qn("fldSimple"))


def _write_repeated_call(link: etree._Element) -> None:
    """Make a link to a note a field that prints the note's number, as a mark (`\\f`) and as a link (`\\h`)."""
    field, run, number = make_element("fldSimple"), make_element("r"), make_element("t")
    field.set(qn("instr"), f" NOTEREF {link.get(qn('anchor'))} \\f \\h ")
    number.text = "".join(text.text or "" for text in link.iter(qn("t")))
    put_child(ensure_properties(run, "rPr"), make_element("rStyle", val="FootnoteReference"))
    run.append(number)
    field.append(run)
    link.addprevious(field)
    _remove_keeping_tail(link)


def _number_repeated_calls(root: etree._Element) -> None:
    """Print the number that the note has in the whole file in the fields that repeat it."""
    numbers: dict[str, int] = {}
    open_bookmarks: list[str] = []
    count = 0
    for each in root.iter(qn("bookmarkStart"), qn("footnoteReference")):
        if each.tag == qn("bookmarkStart"):
            open_bookmarks = [each.get(qn("name"), "")]
            continue
        count += 1
        numbers.update(dict.fromkeys(open_bookmarks, count))
        open_bookmarks = []
    for field in root.iter(qn("fldSimple")):
        number = numbers.get(field.get(qn("instr"), "").split()[1])
        for text in field.iter(qn("t")) if number else ():
            text.text = str(number)


def _bracket(run: etree._Element, sheet: StyleSheet) -> tuple[etree._Element, etree._Element]:
    """Put brackets around a mark, raised as it is; return them."""
    brackets = [_bracket_run(text) for text in "()"]
    target = run if run.tag == qn("r") else run[0]
    for each in (*brackets, target):
        put_child(ensure_properties(each, "rPr"), make_element("rtl"))
    run.addprevious(brackets[0])
    run.addnext(brackets[1])
    return brackets[0], brackets[1]


def _bracket_run(text: str) -> etree._Element:
    run, content = make_element("r"), make_element("t")
    put_child(ensure_properties(run, "rPr"), make_element("rStyle", val="FootnoteReference"))
    content.text = text
    run.append(content)
    return run


def _enclose_in_bookmark(first: etree._Element, last: etree._Element) -> None:
    """Begin the bookmark with a note's label, which pandoc writes right behind the mark, before the mark."""
    start = last.getnext()
    if start is None or start.tag != qn("bookmarkStart") or not start.get(qn("name"), "").startswith(_PREFIXES):
        return
    first.addprevious(deepcopy(start))
    _remove_keeping_tail(start)


def _remove_keeping_tail(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
