"""The parts of a DOCX that hold no text: faces and what to take instead, languages, who and when, how Word behaves."""

import datetime as dt
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from workers.render.content.prepared_text import UNKNOWN, Galley, time_of
from workers.render.docx.reference_document import sheet_of
from workers.render.docx.styles import language
from workers.render.docx.xml import W, each, make, parse, put, serialise, w

WORD_2013 = 15
"""The compatibility mode of Word since 2013; without it Word opens a file as one of 2007."""


def around(parts: Mapping[str, bytes], galley: Galley) -> dict[str, bytes]:
    """The parts that stand round the text, written anew."""
    return {
        "word/styles.xml": _styles(parse(parts["word/styles.xml"]), galley),
        "word/settings.xml": _settings(parse(parts["word/settings.xml"]), galley),
        "word/fontTable.xml": _font_table(galley),
        "docProps/core.xml": _core(galley),
        "docProps/app.xml": _APPLICATION,
        "docProps/custom.xml": _NO_CUSTOM,
    }


def _styles(root: etree._Element, galley: Galley) -> bytes:
    """The writer shortens ar-SY to ar."""
    for defaults in each(root, "rPrDefault"):
        for properties in each(defaults, "rPr"):
            put(properties, language(sheet_of(galley)))
    return serialise(root)


def _settings(root: etree._Element, galley: Galley) -> bytes:
    compatibility = make("compat")
    compatibility.append(
        make("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=WORD_2013)
    )
    for preview in root.findall(w("savePreviewPicture")):
        root.remove(preview)
    for identifiers in root.findall(w("rsids")):
        identifiers.addprevious(compatibility)
        root.remove(identifiers)
    for theme in each(root, "themeFontLang"):
        theme.attrib.update({key: value for key, value in language(sheet_of(galley)).attrib.items()})
    return serialise(root)


def _font_table(galley: Galley) -> bytes:
    """The two faces, each with the one to take where it is not installed."""
    fonts = galley.wording.strings["fonts"]
    assert isinstance(fonts, Mapping)
    root = etree.Element(w("fonts"), nsmap={"w": W})
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
_APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Mithaq</Application></Properties>"
)
