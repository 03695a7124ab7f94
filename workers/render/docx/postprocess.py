"""What pandoc's DOCX lacks for Arabic, put right in the package itself; and the same bytes for the same document."""

import re
from copy import deepcopy

from lxml import etree

from workers.render.content.prepared_text import Galley
from workers.render.content.scripts import ARABIC_RUN, LATIN_RUN, pieces
from workers.render.docx.package_parts import around
from workers.render.docx.xml import each, local, make, parse, properties, put, read_package, serialise, w, write_package

STORIES = re.compile(r"word/(?:document|footnotes|header[0-9]+|footer[0-9]+)\.xml")
XML = "http://www.w3.org/XML/1998/namespace"

FOREIGN = "Reservation Against"
"""The style of paragraphs that run against the page."""


WHOLE_WIDTH = 5000
"""Fiftieths of a per cent of the width of the text."""

BULLETS = ("•", "–", "◦")

AFTER_TABLE = 200
"""Twentieths of a point."""


def finish(package: bytes, galley: Galley) -> bytes:
    """`package` as pandoc wrote it, ready to be sent."""
    parts = read_package(package)
    for name in filter(STORIES.fullmatch, parts):
        parts[name] = serialise(_story(parse(parts[name]), rtl=galley.rtl))
    if "word/numbering.xml" in parts:
        parts["word/numbering.xml"] = serialise(_numbering(parse(parts["word/numbering.xml"]), galley))
    return write_package(parts | around(parts, galley))


def _story(root: etree._Element, *, rtl: bool) -> etree._Element:
    for table in each(root, "tblPr"):
        put(table, make("tblW", type="pct", w=WHOLE_WIDTH))
        if rtl:
            put(table, make("bidiVisual"))
    for grid in each(root, "tblGrid"):
        _widen(grid, width=_text_width(root))
    for table in each(root, "tbl"):
        _leave_room(table.getnext())
    for section in each(root, "sectPr"):
        _section(section, rtl=rtl)
    for paragraph in each(root, "p"):
        _paragraph(paragraph, rtl=rtl)
    return root


def _section(section: etree._Element, *, rtl: bool) -> None:
    """Notes are counted through the whole text, not anew in each section."""
    for notes in section.findall(w("footnotePr")):
        section.remove(notes)
    if rtl:
        put(section, make("bidi"))


def _paragraph(paragraph: etree._Element, *, rtl: bool) -> None:
    found = properties(paragraph, "pPr")
    if any(style.get(w("val")) == FOREIGN.replace(" ", "") for style in each(found, "pStyle")):
        rtl = not rtl
        put(found, make("bidi", val=int(rtl)))
    elif rtl:
        put(found, make("bidi"))
    for run in list(each(paragraph, "r")):
        _run(run, rtl=rtl)


def _run(run: etree._Element, *, rtl: bool) -> None:
    """The run in pieces of one script each, only Arabic ones running to the left: Word takes face, size and direction
    from the run and not from the letters. No letter-spacing, which tears Arabic apart."""
    for found in run.findall(w("rPr")):
        for spacing in found.findall(w("spacing")):
            found.remove(spacing)
    texts = run.findall(w("t"))
    if len(texts) != 1:
        return
    cut = list(pieces(texts[0].text or "", foreign=LATIN_RUN if rtl else ARABIC_RUN))
    for words, foreign in cut[:-1]:
        before = deepcopy(run)
        run.addprevious(before)
        _say(before, words, turn=rtl != foreign, marked=foreign)
    for words, foreign in cut[-1:]:
        _say(run, words, turn=rtl != foreign, marked=foreign)


def _say(run: etree._Element, words: str, *, turn: bool, marked: bool) -> None:
    """`marked` pieces get or lose their direction; the others keep what the writer gave them."""
    for text in run.findall(w("t")):
        text.text = words
        text.set(f"{{{XML}}}space", "preserve")
    if not marked:
        return
    found = properties(run, "rPr")
    if turn:
        put(found, make("rtl"))
    else:
        for old in found.findall(w("rtl")):
            found.remove(old)


def _text_width(root: etree._Element) -> int:
    """Twentieths of a point between the margins; pandoc reckons with a page of its own."""
    for section in each(root, "sectPr"):
        page, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        if page is not None and margins is not None:
            sides = (page.get(w("w")), margins.get(w("left")), margins.get(w("right")))
            whole, left, right = (int(str(side)) for side in sides)
            return whole - left - right
    return 0


def _widen(grid: etree._Element, *, width: int) -> None:
    columns = list(each(grid, "gridCol"))
    total = sum(int(column.get(w("w"), "0")) for column in columns)
    for column in columns if total and width else []:
        column.set(w("w"), str(int(column.get(w("w"), "0")) * width // total))


def _leave_room(paragraph: etree._Element | None) -> None:
    """Space above a paragraph that follows a table, which has none of its own."""
    if paragraph is None or local(paragraph) != "p":
        return
    found = properties(paragraph, "pPr")
    styles = [str(style.get(w("val"))) for style in each(found, "pStyle")]
    if not any(style.startswith("Heading") for style in styles):
        put(found, make("spacing", before=AFTER_TABLE))


def _numbering(root: etree._Element, galley: Galley) -> etree._Element:
    """Lists as the language sets them, «١ -» outside and أ ب ج inside in Arabic; bullets in the face of the text."""
    for level in each(root, "lvl"):
        kind, text = level.find(w("numFmt")), level.find(w("lvlText"))
        if kind is None or text is None:
            continue
        depth = int(level.get(w("ilvl"), "0"))
        if kind.get(w("val")) == "bullet":
            text.set(w("val"), BULLETS[depth % len(BULLETS)])
        elif galley.rtl:
            letters = kind.get(w("val")) in {"lowerLetter", "upperLetter"}
            kind.set(w("val"), "arabicAbjad" if letters else "decimal")
            text.set(w("val"), galley.wording.say("list", "second" if letters else "first", n=f"%{depth + 1}"))
        _mark(level, rtl=galley.rtl)
    return root


def _mark(level: etree._Element, *, rtl: bool) -> None:
    for old in level.findall(w("rPr")):
        level.remove(old)
    if rtl:
        level.append(make("rPr"))
        level[-1].append(make("rtl"))
