"""Post-processing of pandoc's DOCX: right-to-left properties that it lacks, and reproducible bytes."""

import re
from copy import deepcopy

from lxml import etree

from service.domain.text.structure.list_labels import label_pattern
from workers.render.content.list_numbering import style_of_level, word_format
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.scripts import ARABIC_RUN, LATIN_RUN, split_by_script
from workers.render.docx.package_parts import rebuild_metadata
from workers.render.docx.xml import (
    ensure_properties,
    iter_elements,
    local_name,
    make_element,
    parse,
    put_child,
    qn,
    read_package,
    serialise,
    write_package,
)

STORY_PARTS = re.compile(r"word/(?:document|footnotes|header[0-9]+|footer[0-9]+)\.xml")
"""Names of the parts with text."""

XML = "http://www.w3.org/XML/1998/namespace"

REVERSED_STYLE = "Reservation Against"
"""Style of paragraphs whose direction is opposite to the page's."""


FULL_WIDTH = 5000
"""Fiftieths of a per cent of the text width."""

BULLETS = ("•", "–", "◦")
"""Markers by level, repeating."""

AUTOMATIC_LETTERS_NAME = "Automatic Letters"
"""Name of the numbering of lists with digits in the text that print letters because of their depth."""

SPACE_AFTER_TABLE = 200
"""Twentieths of a point."""


def postprocess(package: bytes, prepared: PreparedManuscript) -> bytes:
    """Return the finished package, from `package` as pandoc wrote it."""
    parts = read_package(package)
    for name in filter(STORY_PARTS.fullmatch, parts):
        parts[name] = serialise(_rewrite_story(parse(parts[name]), rtl=prepared.rtl))
    if "word/numbering.xml" in parts:
        parts["word/numbering.xml"] = serialise(_rewrite_numbering(parse(parts["word/numbering.xml"]), prepared))
    return write_package(parts | rebuild_metadata(parts, prepared))


def _rewrite_story(root: etree._Element, *, rtl: bool) -> etree._Element:
    for table in iter_elements(root, "tblPr"):
        put_child(table, make_element("tblW", type="pct", w=FULL_WIDTH))
        if rtl:
            put_child(table, make_element("bidiVisual"))
    for grid in iter_elements(root, "tblGrid"):
        _scale_columns(grid, width=_text_width(root))
    for table in iter_elements(root, "tbl"):
        _space_after_table(table.getnext())
    for section in iter_elements(root, "sectPr"):
        _rewrite_section(section, rtl=rtl)
    for paragraph in iter_elements(root, "p"):
        _rewrite_paragraph(paragraph, rtl=rtl)
    return root


def _rewrite_section(section: etree._Element, *, rtl: bool) -> None:
    """Number footnotes through the whole text, not from 1 in each section."""
    for notes in section.findall(qn("footnotePr")):
        section.remove(notes)
    if rtl:
        put_child(section, make_element("bidi"))


def _rewrite_paragraph(paragraph: etree._Element, *, rtl: bool) -> None:
    found = ensure_properties(paragraph, "pPr")
    if any(style.get(qn("val")) == REVERSED_STYLE.replace(" ", "") for style in iter_elements(found, "pStyle")):
        rtl = not rtl
        put_child(found, make_element("bidi", val=int(rtl)))
    elif rtl:
        put_child(found, make_element("bidi"))
    for run in list(iter_elements(paragraph, "r")):
        _split_run(run, rtl=rtl)


def _split_run(run: etree._Element, *, rtl: bool) -> None:
    """Split a run into runs of one script, with `rtl` on the Arabic ones only.

    Word takes font, size and direction from the run and not from the letters. Letter-spacing is removed, because it
    breaks Arabic joining.
    """
    for found in run.findall(qn("rPr")):
        for spacing in found.findall(qn("spacing")):
            found.remove(spacing)
    texts = run.findall(qn("t"))
    if len(texts) != 1:
        return
    segments = list(split_by_script(texts[0].text or "", foreign=LATIN_RUN if rtl else ARABIC_RUN))
    for text, foreign in segments[:-1]:
        before = deepcopy(run)
        run.addprevious(before)
        _set_run_text(before, text, rtl=rtl != foreign, is_foreign=foreign)
    for text, foreign in segments[-1:]:
        _set_run_text(run, text, rtl=rtl != foreign, is_foreign=foreign)


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


def _text_width(root: etree._Element) -> int:
    """Return the width between the margins, in twentieths of a point; pandoc assumes a page of its own."""
    for section in iter_elements(root, "sectPr"):
        page, margins = section.find(qn("pgSz")), section.find(qn("pgMar"))
        if page is not None and margins is not None:
            sides = (page.get(qn("w")), margins.get(qn("left")), margins.get(qn("right")))
            whole, left, right = (int(str(side)) for side in sides)
            return whole - left - right
    return 0


def _scale_columns(grid: etree._Element, *, width: int) -> None:
    columns = list(iter_elements(grid, "gridCol"))
    total = sum(int(column.get(qn("w"), "0")) for column in columns)
    for column in columns if total and width else []:
        column.set(qn("w"), str(int(column.get(qn("w"), "0")) * width // total))


def _space_after_table(paragraph: etree._Element | None) -> None:
    """Add space above a paragraph that follows a table: tables have no space after."""
    if paragraph is None or local_name(paragraph) != "p":
        return
    found = ensure_properties(paragraph, "pPr")
    styles = [str(style.get(qn("val"))) for style in iter_elements(found, "pStyle")]
    if not any(style.startswith("Heading") for style in styles):
        put_child(found, make_element("spacing", before=SPACE_AFTER_TABLE))


def _rewrite_numbering(root: etree._Element, prepared: PreparedManuscript) -> etree._Element:
    """Label list items as all outputs do; bullets are in the font of the text."""
    for level in iter_elements(root, "lvl"):
        kind, text = level.find(qn("numFmt")), level.find(qn("lvlText"))
        if kind is None or text is None:
            continue
        if kind.get(qn("val")) == "bullet":
            text.set(qn("val"), BULLETS[int(level.get(qn("ilvl"), "0")) % len(BULLETS)])
        else:
            _label_level(level, kind, text, lang=prepared.manuscript.lang)
        _set_marker_direction(level, rtl=prepared.rtl)
    return root


def _label_level(level: etree._Element, kind: etree._Element, text: etree._Element, *, lang: str) -> None:
    """Write format and punctuation of a numbered level; lists whose letters are not in the text get a name.

    An import takes these lists as numbered again.
    """
    written = text.get(qn("val"), "")
    style = style_of_level(kind.get(qn("val"), ""), written, lang=lang)
    kind.set(qn("val"), word_format(style))
    text.set(qn("val"), label_pattern(style, lang=lang).format(n=f"%{int(level.get(qn('ilvl'), '0')) + 1}"))
    numbering = level.getparent()
    if numbering is not None and written.endswith(")") and not written.startswith("("):
        put_child(numbering, make_element("name", val=AUTOMATIC_LETTERS_NAME))


def _set_marker_direction(level: etree._Element, *, rtl: bool) -> None:
    for old in level.findall(qn("rPr")):
        level.remove(old)
    if rtl:
        level.append(make_element("rPr"))
        level[-1].append(make_element("rtl"))
