"""Fonts inside the file: whole, so that those who go on writing have every letter, and obfuscated as the format wants.

ECMA-376 part 1 §17.8.1: the first 32 bytes of a font are XORed with the bytes of a GUID in reverse, which the font
table names. It protects nothing; it is how Word reads an embedded font. The fonts are under the SIL Open Font License,
which allows it. Latin text is in a font that may not be embedded; every system has it, or one of the same widths.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lxml import etree

from service.files.script_fonts import SCRIPT_FONTS, available_scripts
from workers.render.content import fonts
from workers.render.docx.other_scripts import used_scripts
from workers.render.docx.xml import iter_elements, make_element, qn, serialise

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
FONT_RELATIONSHIP = f"{RELATIONSHIPS}/font"

_NO_PREFIX: dict[str | None, str] = {None: PACKAGE_RELATIONSHIPS}

OBFUSCATED_BYTES = 32

_EMBEDDED = {
    "Amiri": (("embedRegular", "Amiri-Regular.ttf"), ("embedBold", "Amiri-Bold.ttf")),
    "IBM Plex Mono": (("embedRegular", "IBMPlexMono-Regular.ttf"),),
    **{
        f"Noto Sans {script.title()}": tuple(zip(("embedRegular", "embedBold"), files, strict=True))
        for script, files in SCRIPT_FONTS.items()
    },
}
"""Elements of the font table and files by family."""


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font as the package stores it: `key` is the GUID, in braces."""

    element: str
    key: str
    data: bytes


def used_families(stories: Iterable[etree._Element], *, script: str, code: str, rtl: bool) -> list[str]:
    """Return the families to embed: those of the script, of code and of other scripts, where the text uses them.

    An installation may lack the fonts of other scripts; it then refuses such a text before it comes here.
    """
    has_script, has_code, words = rtl, False, ""
    for root in stories:
        words += "".join(text.text or "" for text in iter_elements(root, "t"))
        has_script = has_script or any(True for _ in iter_elements(root, "rtl"))
        has_code = has_code or any(one.get(qn("val")) in ("VerbatimChar", "SourceCode") for one in _styles(root))
    others = {other.font: available_scripts() >= {other.name} for other in used_scripts([words])}
    wanted = {script: has_script, code: has_code, **others}
    return [family for family, is_used in wanted.items() if is_used and family in _EMBEDDED]


def font_parts(families: Iterable[str], table: etree._Element) -> Mapping[str, bytes]:
    """Return the parts of the fonts of `families`, and enter them in `table` (`w:fonts`)."""
    parts: dict[str, bytes] = {}
    relationships = etree.Element(f"{{{PACKAGE_RELATIONSHIPS}}}Relationships", nsmap=_NO_PREFIX)  # type: ignore[arg-type]
    faces = {face.get(qn("name")): face for face in iter_elements(table, "font")}
    for family in families:
        for font in embedded_fonts(family):
            number = len(parts) + 1
            target, identifier = f"fonts/font{number}.odttf", f"rId{number}"
            parts[f"word/{target}"] = font.data
            attributes = {"Id": identifier, "Type": FONT_RELATIONSHIP, "Target": target}
            etree.SubElement(relationships, f"{{{PACKAGE_RELATIONSHIPS}}}Relationship", attributes)
            entry = make_element(font.element, fontKey=font.key)
            entry.set(f"{{{RELATIONSHIPS}}}id", identifier)
            faces[family].append(entry)
    return {**parts, "word/_rels/fontTable.xml.rels": serialise(relationships)} if parts else {}


@cache
def embedded_fonts(family: str) -> tuple[EmbeddedFont, ...]:
    """Return the fonts of a family in the order of the font table. Raises RenderRefused if one is missing."""
    return tuple(_embed(element, file) for element, file in _EMBEDDED[family])


def deobfuscated(data: bytes, key: str) -> bytes:
    """Return a font as it was, or obfuscate it: the operation is its own inverse."""
    mask = bytes(reversed(uuid.UUID(key).bytes)) * 2
    head = bytes(one ^ other for one, other in zip(data[:OBFUSCATED_BYTES], mask, strict=True))
    return head + data[OBFUSCATED_BYTES:]


def _embed(element: str, file: str) -> EmbeddedFont:
    """Obfuscate a font with a GUID made from its bytes, so that the same font always gives the same part."""
    data = fonts.file(file).read_bytes()
    key = f"{{{str(uuid.UUID(bytes=hashlib.sha256(data).digest()[:16])).upper()}}}"
    return EmbeddedFont(element, key, deobfuscated(data, key))


def _styles(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(qn("rStyle"), qn("pStyle"))
