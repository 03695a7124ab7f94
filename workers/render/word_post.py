"""What pandoc's DOCX lacks for Arabic, put right in the package itself; and the same bytes for the same document."""

import datetime as dt
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from workers.render.galley import UNKNOWN, Galley, time_of
from workers.render.word_xml import (
    each,
    local,
    make,
    parse,
    properties,
    put,
    read_package,
    serialise,
    text_of,
    w,
    write_package,
)

STORIES = ("word/document.xml", "word/footnotes.xml")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ARABIC = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

WHOLE_WIDTH = 5000
"""Fiftieths of a per cent of the width of the text."""

BULLETS = ("•", "–", "◦")

AFTER_TABLE = 200
"""Twentieths of a point."""


def finish(package: bytes, galley: Galley) -> bytes:
    """`package` as pandoc wrote it, ready to be sent."""
    parts = read_package(package)
    for name in STORIES:
        if name in parts:
            parts[name] = serialise(_story(parse(parts[name]), rtl=galley.rtl))
    if "word/numbering.xml" in parts:
        parts["word/numbering.xml"] = serialise(_numbering(parse(parts["word/numbering.xml"]), galley))
    parts["word/fontTable.xml"] = _font_table(galley)
    parts["docProps/core.xml"] = _core(galley)
    parts["docProps/custom.xml"] = _NO_CUSTOM
    return write_package(parts)


def _story(root: etree._Element, *, rtl: bool) -> etree._Element:
    for table in each(root, "tblPr"):
        put(table, make("tblW", type="pct", w=WHOLE_WIDTH))
        if rtl:
            put(table, make("bidiVisual"))
    for grid in each(root, "tblGrid"):
        _widen(grid, width=_text_width(root))
    for run in each(root, "r"):
        _run(run)
    for table in each(root, "tbl"):
        _leave_room(table.getnext())
    if rtl:
        for paragraph in each(root, "p"):
            put(properties(paragraph, "pPr"), make("bidi"))
        for section in each(root, "sectPr"):
            put(section, make("bidi"))
    return root


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


def _run(run: etree._Element) -> None:
    """No letter-spacing; a run of Latin letters alone does not run to the left."""
    found = run.find(w("rPr"))
    if found is None:
        return
    words = text_of(run)
    latin = _LATIN.search(words) and not _ARABIC.search(words)
    for child in list(found):
        if local(child) == "spacing" or (local(child) == "rtl" and latin):
            found.remove(child)


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


def _font_table(galley: Galley) -> bytes:
    """The two faces, each with the one to take where it is not installed."""
    fonts = galley.wording.strings["fonts"]
    assert isinstance(fonts, Mapping)
    root = etree.Element(w("fonts"), nsmap={"w": w("")[1:-1]})
    for name, charset in (("latin", "00"), ("script", "B2")):
        face = make("font", name=fonts["word"][name])
        face.append(make("altName", val=fonts["word"][f"{name}_fallback"]))
        face.append(make("charset", val=charset))
        face.append(make("family", val="roman"))
        face.append(make("pitch", val="variable"))
        root.append(face)
    return serialise(root)


def _core(galley: Galley) -> bytes:
    """Who, what, in which language; and when, where a seal says so."""
    manuscript = galley.manuscript
    said = {"dc:title": manuscript.title, "dc:creator": manuscript.coalition.name, "dc:language": manuscript.lang}
    fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items() if value)
    return f"{_CORE_OPENING}{fields}{_times(time_of(manuscript))}</cp:coreProperties>".encode()


def _times(seconds: int) -> str:
    if seconds == UNKNOWN:
        return ""
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = ("created", "modified")
    return "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>' for name in names)


_CORE_OPENING = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_NO_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
