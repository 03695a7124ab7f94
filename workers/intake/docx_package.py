"""A Word package looked into directly, for what pandoc's reader drops: names of headings, and what was left out."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from workers.render.content.pandoc_json import ID_PREFIX, NOTE_PREFIX
from workers.render.docx.xml import each, make, parse, serialise, w, write_package
from workers.render.errors import RenderRefused

LARGEST_PART = 40 * 1024 * 1024
"""Bytes of one part, counted while it is unfolded: what a package says of itself may be untrue."""

RULE = "\ue000"
"""Stands where a horizontal rule was."""

_HR, _RECT = "{urn:schemas-microsoft-com:office:office}hr", "{urn:schemas-microsoft-com:vml}rect"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_HEADING = re.compile(r"(?i)heading\s?[1-6]")


@dataclass(frozen=True, slots=True)
class Package:
    """`names` are those of its headings in their order, empty where one has none, `notes` those of its footnotes;
    `counts` what pandoc drops; `data` is the package with RULE for each horizontal rule."""

    names: tuple[str, ...]
    notes: tuple[str, ...]
    counts: Mapping[str, int]
    data: bytes


def look(data: bytes) -> Package:
    """What a Word file holds besides its words. Raises RenderRefused where it cannot be opened."""
    body = _part(data, "word/document.xml")
    names = tuple(_name(paragraph) for paragraph in each(body, "p") if _is_heading(paragraph))
    counts = {
        "changes": sum(1 for kind in ("ins", "del") for _ in each(body, kind)),
        "comments": sum(1 for _ in each(body, "commentReference")),
        "text_boxes": sum(1 for _ in each(body, "txbxContent")),
    }
    found = {code: count for code, count in counts.items() if count}
    notes = tuple(_label(one.getparent()) for one in each(body, "footnoteReference"))
    return Package(names, notes, found, _ruled(data, body))


def _ruled(data: bytes, body: etree._Element) -> bytes:
    """The package, in which each paragraph that is a horizontal rule says so in words: pandoc drops the drawing."""
    rules = [paragraph for paragraph in each(body, "p") if any(one.get(_HR) for one in paragraph.iter(_RECT))]
    if not rules:
        return data
    for paragraph in rules:
        run, said = make("r"), make("t")
        said.text = RULE
        run.append(said)
        paragraph.append(run)
    return _replaced(data, "word/document.xml", serialise(body))


def _replaced(data: bytes, name: str, part: bytes) -> bytes:
    """The package with another part; what the others say of their size is not believed."""
    parts = {name: part}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for other in package.namelist():
            if other != name:
                with package.open(other) as opened:
                    parts[other] = opened.read(LARGEST_PART - sum(map(len, parts.values())) + 1)
            if sum(map(len, parts.values())) > LARGEST_PART:
                return data
    return write_package(parts)


def _part(data: bytes, name: str) -> etree._Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(name) as part:
            raw = part.read(LARGEST_PART + 1)
        if len(raw) > LARGEST_PART:
            raise RenderRefused(detail="a part of the Word file is too large")
        return parse(raw)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError, etree.LxmlError) as error:
        raise RenderRefused(detail=f"the Word file cannot be opened: {type(error).__name__}") from error


def _is_heading(paragraph: etree._Element) -> bool:
    return any(_HEADING.fullmatch(style.get(w("val"), "")) for style in each(paragraph, "pStyle"))


def _name(paragraph: etree._Element) -> str:
    """A name we gave it ourselves: a bookmark in the heading, or right before it."""
    before = paragraph.getprevious()
    marks = [before] if before is not None and before.tag == w("bookmarkStart") else []
    for mark in (*marks, *each(paragraph, "bookmarkStart")):
        named = str(mark.get(w("name"), ""))
        if named.startswith(ID_PREFIX) and _NAME.fullmatch(named.removeprefix(ID_PREFIX)):
            return named.removeprefix(ID_PREFIX)
    return ""


def _label(call: etree._Element | None) -> str:
    """The label of a footnote, as we kept it right behind its call."""
    mark = call.getnext() if call is not None else None
    named = str(mark.get(w("name"), "")) if mark is not None and mark.tag == w("bookmarkStart") else ""
    return named.removeprefix(NOTE_PREFIX) if named.startswith(NOTE_PREFIX) else ""
