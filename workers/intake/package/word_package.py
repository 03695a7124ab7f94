"""A DOCX package: its parts by relationship, not by name, as lxml trees in the transitional namespace."""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from lxml import etree

from workers.render.docx.xml import parse, qn
from workers.render.errors import RenderRefused

MAX_PART_BYTES = 40 * 1024 * 1024
"""Bytes of one part, counted during decompression: declared sizes may be wrong."""

DEFAULT_MAIN_PART = "word/document.xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}
_UNREADABLE = (
    zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError, OSError, RuntimeError, etree.LxmlError
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship: the last segment of its type, and a part name, or an address if it is external."""

    kind: str
    target: str
    external: bool


@dataclass
class WordPackage:
    """An opened package. Raises RenderRefused where a part that must be there cannot be read."""

    archive: zipfile.ZipFile
    main_part: str
    relationships: Mapping[str, Relationship]
    loaded: dict[str, etree._Element] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Open a package and find its main part. Raises RenderRefused."""
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
            main = next(
                (one.target for one in _relationships(archive, "").values() if one.kind == "officeDocument"),
                DEFAULT_MAIN_PART,
            )
            if main not in archive.namelist():
                main = DEFAULT_MAIN_PART
            return cls(archive, main, _relationships(archive, main))
        except _UNREADABLE as error:
            raise _refused(error) from error

    @cached_property
    def main(self) -> etree._Element:
        """The main part."""
        return self.part(self.main_part)

    def part(self, name: str) -> etree._Element:
        """Return a part by name. Raises RenderRefused."""
        if name not in self.loaded:
            try:
                self.loaded[name] = parse(_transitional(_read(self.archive, name)))
            except _UNREADABLE as error:
                raise _refused(error) from error
        return self.loaded[name]

    def related(self, kind: str) -> etree._Element | None:
        """Return the part with a relationship of this kind, such as "styles"; None if there is none or it is broken."""
        return next(self.all_related(kind), None)

    def all_related(self, kind: str) -> Iterator[etree._Element]:
        """Yield the readable parts with a relationship of this kind."""
        for name in sorted({one.target for one in self.relationships.values() if one.kind == kind}):
            try:
                yield self.part(name)
            except RenderRefused:
                continue

    def addresses_of(self, kind: str) -> Mapping[str, str]:
        """Return the link targets of a story ("" for the main part, else "footnotes" and so on) by relationship id."""
        names = [one.target for one in self.relationships.values() if one.kind == kind] if kind else [self.main_part]
        found: dict[str, str] = {}
        for name in names:
            found |= {id: one.target for id, one in _relationships(self.archive, name).items() if one.external}
        return found


def _relationships(archive: zipfile.ZipFile, part: str) -> dict[str, Relationship]:
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in archive.namelist():
        return {}
    found = {}
    for one in parse(_read(archive, listing)).iter(_RELATIONSHIP):
        external = one.get("TargetMode") == "External"
        target = str(one.get("Target", ""))
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[str(one.get("Id"))] = Relationship(str(one.get("Type", "")).rpartition("/")[2], target, external)
    return found


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        raw = part.read(MAX_PART_BYTES + 1)
    if len(raw) > MAX_PART_BYTES:
        raise RenderRefused(detail="a part of the Word file is too large")
    return raw


def _transitional(part: bytes) -> bytes:
    """Return a part with the namespaces of ISO 29500 Strict replaced by the transitional ones."""
    if _STRICT in part:
        for strict, transitional in _TRANSITIONAL.items():
            part = part.replace(strict, transitional)
    return part


def _refused(error: Exception) -> RenderRefused:
    return RenderRefused(detail=f"the Word file cannot be opened: {type(error).__name__}")


def value(element: etree._Element | None, name: str = "val", *, default: str = "") -> str:
    """Return a `w:` attribute of an element that may be missing."""
    return default if element is None else str(element.get(qn(name), default))


def child_value(element: etree._Element | None, *path: str, attribute: str = "val", default: str = "") -> str:
    """Return a `w:` attribute of the descendant at `path`; `default` if one of them is missing."""
    found = None if element is None else element.find("/".join(map(qn, path)))
    return value(found, attribute, default=default)


def whole_number(written: str) -> int | None:
    """Return an integer as OOXML writes it; None for anything else, and for numbers beyond nine digits."""
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def is_on(element: etree._Element | None) -> bool | None:
    """Return the value of an on/off property (ECMA-376 part 1 §17.17.4); None where it is missing."""
    return None if element is None else value(element, default="1").lower() not in ("0", "false", "off", "none")
