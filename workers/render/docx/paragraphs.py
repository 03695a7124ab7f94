"""Paragraphs of the finished file: style, indentation and direction by their marks, and runs of one script."""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import partial

from lxml import etree

from service.domain.text.structure.isolated_runs import isolated_runs
from workers.render.content.scripts import LATIN, split_by_script
from workers.render.docx.other_scripts import OTHER_SCRIPTS
from workers.render.docx.paragraph_marks import MAX_STYLE_LEVEL, ParagraphMark, decode_mark
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, put_child, qn

XML = "http://www.w3.org/XML/1998/namespace"

Splitter = Callable[[str], Iterable[tuple[str, bool]]]
"""Returns the pieces of a text, each with whether it is of the kind that the splitter looks for."""

_LABELLED = ("ListNumber", "ListBullet")


def rewrite_paragraph(paragraph: etree._Element, sheet: StyleSheet) -> None:
    """Apply the mark of a paragraph, and set the direction of the paragraph and of its runs."""
    properties = ensure_properties(paragraph, "pPr")
    style = properties.find(qn("pStyle"))
    mark = decode_mark(style.get(qn("val"), "")) if style is not None else None
    if mark:
        _apply_mark(properties, mark, sheet)
    rtl = sheet.rtl != bool(mark and mark.is_reversed)
    if mark and mark.is_reversed:
        put_child(properties, make_element("bidi", val=int(rtl)))
    elif rtl:
        put_child(properties, make_element("bidi"))
    for run in list(iter_elements(paragraph, "r")):
        _write_tabs(run)
    for run in list(iter_elements(paragraph, "r")):
        _rewrite_run(run, rtl=rtl, sizes=sheet.table_sizes(mark.size) if mark and mark.size else [])


def _apply_mark(properties: etree._Element, mark: ParagraphMark, sheet: StyleSheet) -> None:
    """Put style, indentation and spacing in place of a mark.

    A paragraph without a label is no item: pandoc gives the second paragraph of an item a numbering of its own.
    """
    put_child(properties, make_element("pStyle", val=mark.style))
    if mark.keep:
        put_child(properties, make_element("keepNext"))
    numbering = properties.find(qn("numPr"))
    is_item = numbering is not None and _has_label(numbering)
    if numbering is not None and not is_item:
        properties.remove(numbering)
    if indent := _own_indent(mark, sheet, is_item=is_item):
        put_child(properties, make_element("ind", **indent))
    if mark.loose and mark.style.startswith(_LABELLED):
        put_child(properties, make_element("contextualSpacing", val=0))


UNLABELLED = "1000"
"""The numbering instance that pandoc gives to paragraphs of an item after the first."""


def _has_label(numbering: etree._Element) -> bool:
    return not any(one.get(qn("val")) == UNLABELLED for one in iter_elements(numbering, "numId"))


def _own_indent(mark: ParagraphMark, sheet: StyleSheet, *, is_item: bool) -> dict[str, int]:
    """Return the attributes of `w:ind` where the style has another indentation.

    The end indentation is that of the quotations, and what the start has more is that of the lists: from both, the
    reader of the file knows how deep a paragraph stands in either.
    """
    if mark.size:
        return {}
    in_list_style = mark.style.startswith((*_LABELLED, "ListContinue"))
    of_style = (mark.lists if mark.lists <= MAX_STYLE_LEVEL else -1, 0) if in_list_style else (0, 0)
    if mark.style == "Quote":
        of_style = (0, 1)
    if (mark.lists, mark.quotes) == of_style:
        return {}
    end = mark.quotes * sheet.quote_step()
    hanging = {"hanging": sheet.list_step()} if is_item else {}
    return {"left": mark.lists * sheet.list_step() + end, "right": end, **hanging}


def _write_tabs(run: etree._Element) -> None:
    """Write each tab in the text of a run as `w:tab`."""
    for text in run.findall(qn("t")):
        first, *others = (text.text or "").split("\t")
        text.text = first
        for other in reversed(others):
            for content in (make_element("t"), make_element("tab")):
                added = deepcopy(run)
                for old in added.findall(qn("t")):
                    added.remove(old)
                if content.tag == qn("t"):
                    content.text = other
                added.append(content)
                run.addnext(added)


def _rewrite_run(run: etree._Element, *, rtl: bool, sizes: list[etree._Element]) -> None:
    """Split a run into runs of one script, with `rtl` on the Arabic ones only.

    Word takes font, size and direction from the run and not from the letters. Letter-spacing is removed, because it
    breaks Arabic joining, and so is what pandoc writes twice, such as `w:b` of strong text in strong text.
    """
    for found in run.findall(qn("rPr")):
        names: set[str] = set()
        for child in list(found):
            if child.tag == qn("spacing") or child.tag in names:
                found.remove(child)
            names.add(str(child.tag))
    pieces = _split_run(run, rtl=rtl)
    for piece in pieces:
        _set_emphasis(piece)
        for size in sizes:
            put_child(ensure_properties(piece, "rPr"), deepcopy(size))


def _split_run(run: etree._Element, *, rtl: bool) -> list[etree._Element]:
    """Split a run, and set the direction of the pieces against the line, and the font of other scripts."""
    pieces = []
    for piece, is_foreign in _split(run, lambda text: _directions(text, rtl=rtl)):
        if is_foreign:
            _set_direction(piece, rtl=not rtl)
        pieces.append(piece)
    for script in OTHER_SCRIPTS:
        pattern = script.pattern()
        split = [part for piece in pieces for part in _split(piece, partial(split_by_script, foreign=pattern))]
        for part, is_of_script in split:
            if is_of_script:
                script.mark(part)
        pieces = [part for part, _ in split]
    return pieces


def _directions(text: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Split a text at what runs against the line: words, codes, telephone numbers, groups of digits."""
    for run in isolated_runs(text, line="rtl" if rtl else "ltr"):
        yield run.text, run.direction is not None and not _ARABIC_DIGITS.search(run.text)


_ARABIC_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9]")
"""Digits that run from right to left in Word, group by group, whatever the run says."""


def _split(run: etree._Element, splitter: Splitter) -> list[tuple[etree._Element, bool]]:
    """Split a run at the pieces of its text; return the runs, each with what the splitter says of it."""
    texts = run.findall(qn("t"))
    if len(texts) != 1:
        return [(run, False)]
    *before, last = [*splitter(texts[0].text or "")] or [("", False)]
    pieces = []
    for text, matches in before:
        piece = deepcopy(run)
        run.addprevious(piece)
        pieces.append((_with_text(piece, text), matches))
    return [*pieces, (_with_text(run, last[0]), last[1])]


def _with_text(run: etree._Element, text: str) -> etree._Element:
    for text_element in run.findall(qn("t")):
        text_element.text = text
        text_element.set(f"{{{XML}}}space", "preserve")
    return run


def _set_direction(run: etree._Element, *, rtl: bool) -> None:
    """Give `rtl` to a run, or take it away; numbers keep the font of the script.

    Runs in the direction of the line keep what the writer set.
    """
    found = ensure_properties(run, "rPr")
    if rtl:
        put_child(found, make_element("rtl"))
        return
    for old in found.findall(qn("rtl")):
        found.remove(old)
    if not LATIN.search("".join(text.text or "" for text in run.findall(qn("t")))):
        put_child(found, make_element("cs"))


def _set_emphasis(run: etree._Element) -> None:
    """Show emphasis in Arabic as weight: the script has no italics.

    `w:i` stays, which applies to Latin letters only, so that emphasis (`w:i`) and strong text (`w:b`) can be told apart
    in a run that has both.
    """
    found = run.find(qn("rPr"))
    if found is None or found.find(qn("i")) is None:
        return
    for slant in found.findall(qn("iCs")):
        found.remove(slant)
    if found.find(qn("rtl")) is not None:
        put_child(found, make_element("bCs"))
