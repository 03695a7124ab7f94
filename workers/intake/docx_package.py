"""Direct inspection of a DOCX package for what pandoc's reader drops.

Heading ids, footnote labels, tracked changes, comments, text boxes and horizontal rules.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from workers.render.content.pandoc_json import ID_PREFIX, NOTE_PREFIX
from workers.render.docx.xml import iter_elements, make_element, parse, put_child, qn, serialise, write_package
from workers.render.errors import RenderRefused

MAX_PART_BYTES = 40 * 1024 * 1024
"""Bytes of one part, counted during decompression: declared sizes may be wrong."""

RULE_MARK = "\ue000"
"""Private-use character in place of a horizontal rule."""

_HORIZONTAL_RULE, _RECT = "{urn:schemas-microsoft-com:office:office}hr", "{urn:schemas-microsoft-com:vml}rect"
_HEADING_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
_HEADING = re.compile(r"(?i)heading\s?[1-6]")


@dataclass(frozen=True, slots=True)
class PackageInspection:
    """The result of `inspect_package`.

    `heading_ids` are in document order, empty for a heading without one, and `note_labels` likewise; `counts` are of
    what pandoc drops; `data` is the package with RULE_MARK in place of each horizontal rule.
    """

    heading_ids: tuple[str, ...]
    note_labels: tuple[str, ...]
    counts: Mapping[str, int]
    data: bytes


def inspect_package(data: bytes) -> PackageInspection:
    """Inspect a Word file. Raises RenderRefused if it cannot be opened."""
    body = _read_part(data, "word/document.xml")
    heading_ids = tuple(_heading_id(paragraph) for paragraph in iter_elements(body, "p") if _is_heading(paragraph))
    counts = {
        "changes": sum(1 for kind in ("ins", "del") for _ in iter_elements(body, kind)),
        "comments": sum(1 for _ in iter_elements(body, "commentReference")),
        "text_boxes": sum(1 for _ in iter_elements(body, "txbxContent")),
    }
    found = {code: count for code, count in counts.items() if count}
    note_labels = tuple(_note_label(one.getparent()) for one in iter_elements(body, "footnoteReference"))
    return PackageInspection(heading_ids, note_labels, found, _with_rule_marks(data, body))


def _with_rule_marks(data: bytes, body: etree._Element) -> bytes:
    """Return the package with RULE_MARK as text in each paragraph that is a horizontal rule.

    Pandoc drops the drawing.
    """
    for paragraph in iter_elements(body, "p"):
        if any(one.get(_HORIZONTAL_RULE) for one in paragraph.iter(_RECT)):
            run, text = make_element("r"), make_element("t")
            text.text = RULE_MARK
            run.append(text)
            paragraph.append(run)
    _restore_own_marks(body)
    return _replace_part(_with_plain_notes(data), "word/document.xml", serialise(body))


def _with_plain_notes(data: bytes) -> bytes:
    try:
        notes = _read_part(data, "word/footnotes.xml")
    except RenderRefused:
        return data
    _restore_own_marks(notes)
    return _replace_part(data, "word/footnotes.xml", serialise(notes))


def _restore_own_marks(part: etree._Element) -> None:
    """Undo what exported files do for the eye: emphasis in Arabic as weight, brackets around the marks of notes."""
    for properties in iter_elements(part, "rPr"):
        if properties.find(qn("i")) is not None and properties.find(qn("iCs")) is None:
            put_child(properties, make_element("iCs"))
            for weight in properties.findall(qn("bCs")) if properties.find(qn("b")) is None else []:
                properties.remove(weight)
    for run in list(iter_elements(part, "r")):
        styles = [one.get(qn("val")) for one in iter_elements(run, "rStyle")]
        parent = run.getparent()
        if styles == ["FootnoteReference"] and parent is not None and "".join(map(str, run.itertext())) in ("(", ")"):
            parent.remove(run)


def _replace_part(data: bytes, name: str, part: bytes) -> bytes:
    """Return the package with one part replaced; declared sizes are not trusted."""
    parts = {name: part}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for other in package.namelist():
            if other != name:
                with package.open(other) as opened:
                    parts[other] = opened.read(MAX_PART_BYTES - sum(map(len, parts.values())) + 1)
            if sum(map(len, parts.values())) > MAX_PART_BYTES:
                return data
    return write_package(parts)


def _read_part(data: bytes, name: str) -> etree._Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(name) as part:
            raw = part.read(MAX_PART_BYTES + 1)
        if len(raw) > MAX_PART_BYTES:
            raise RenderRefused(detail="a part of the Word file is too large")
        return parse(raw)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError, etree.LxmlError) as error:
        raise RenderRefused(detail=f"the Word file cannot be opened: {type(error).__name__}") from error


def _is_heading(paragraph: etree._Element) -> bool:
    return any(_HEADING.fullmatch(style.get(qn("val"), "")) for style in iter_elements(paragraph, "pStyle"))


def _heading_id(paragraph: etree._Element) -> str:
    """Return the id that an exported file stored as a bookmark in a heading, or right before it; "" if none."""
    before = paragraph.getprevious()
    marks = [before] if before is not None and before.tag == qn("bookmarkStart") else []
    for mark in (*marks, *iter_elements(paragraph, "bookmarkStart")):
        bookmark = str(mark.get(qn("name"), ""))
        if bookmark.startswith(ID_PREFIX) and _HEADING_ID.fullmatch(bookmark.removeprefix(ID_PREFIX)):
            return bookmark.removeprefix(ID_PREFIX)
    return ""


def _note_label(call: etree._Element | None) -> str:
    """Return the footnote label that an exported file stored as a bookmark around or behind its reference."""
    before = call.itersiblings(preceding=True) if call is not None else ()
    following = call.getnext() if call is not None else None
    for mark in (following, *islice(before, 2)):
        bookmark = str(mark.get(qn("name"), "")) if mark is not None and mark.tag == qn("bookmarkStart") else ""
        if bookmark.startswith(NOTE_PREFIX):
            return bookmark.removeprefix(NOTE_PREFIX)
    return ""
