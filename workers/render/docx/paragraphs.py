"""Paragraphs of the finished file: style, indentation and direction by their marks, and runs of one script."""

from copy import deepcopy

from lxml import etree

from workers.render.content.scripts import ARABIC_RUN, LATIN_RUN, split_by_script
from workers.render.docx.paragraph_marks import MAX_STYLE_LEVEL, ParagraphMark, decode_mark
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, put_child, qn

XML = "http://www.w3.org/XML/1998/namespace"

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

    The end indentation is that of the quotations, and what the start has more is that of the lists: from both, whoever
    reads the file knows how deep a paragraph stands in either.
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
    breaks Arabic joining.
    """
    for found in run.findall(qn("rPr")):
        for spacing in found.findall(qn("spacing")):
            found.remove(spacing)
    pieces = _split_run(run, rtl=rtl)
    for piece in pieces:
        _set_emphasis(piece)
        for size in sizes:
            put_child(ensure_properties(piece, "rPr"), deepcopy(size))


def _split_run(run: etree._Element, *, rtl: bool) -> list[etree._Element]:
    texts = run.findall(qn("t"))
    if len(texts) != 1:
        return [run]
    pieces = []
    segments = list(split_by_script(texts[0].text or "", foreign=LATIN_RUN if rtl else ARABIC_RUN))
    for text, foreign in segments[:-1]:
        before = deepcopy(run)
        run.addprevious(before)
        _set_run_text(before, text, rtl=rtl != foreign, is_foreign=foreign)
        pieces.append(before)
    for text, foreign in segments[-1:]:
        _set_run_text(run, text, rtl=rtl != foreign, is_foreign=foreign)
    return [*pieces, run]


def _set_run_text(run: etree._Element, text: str, *, rtl: bool, is_foreign: bool) -> None:
    """Set the text of a run; a foreign one gets or loses `rtl`, others keep what the writer set."""
    for text_element in run.findall(qn("t")):
        text_element.text = text
        text_element.set(f"{{{XML}}}space", "preserve")
    if not is_foreign:
        return
    found = ensure_properties(run, "rPr")
    if rtl:
        put_child(found, make_element("rtl"))
    else:
        for old in found.findall(qn("rtl")):
            found.remove(old)


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
