"""A Word package looked into directly, for what pandoc's reader drops: names of headings, and what was left out."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from workers.render.errors import RenderRefused
from workers.render.pandoc_json import ID_PREFIX
from workers.render.word_xml import each, parse, w

LARGEST_PART = 40 * 1024 * 1024
"""Bytes of one part, counted while it is unfolded: what a package says of itself may be untrue."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_HEADING = re.compile(r"(?i)heading\s?[1-6]")


@dataclass(frozen=True, slots=True)
class Package:
    """`names` are those of its headings in their order, empty where one has none; `counts` what pandoc drops."""

    names: tuple[str, ...]
    counts: Mapping[str, int]


def look(data: bytes) -> Package:
    """What a Word file holds besides its words. Raises RenderRefused where it cannot be opened."""
    body = _part(data, "word/document.xml")
    names = tuple(_name(paragraph) for paragraph in each(body, "p") if _is_heading(paragraph))
    counts = {
        "changes": sum(1 for kind in ("ins", "del") for _ in each(body, kind)),
        "comments": sum(1 for _ in each(body, "commentReference")),
        "text_boxes": sum(1 for _ in each(body, "txbxContent")),
    }
    return Package(names, {code: count for code, count in counts.items() if count})


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
