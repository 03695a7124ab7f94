"""The parts of a DOCX without text: styles, settings, font table and document properties."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from lxml import etree

from workers.render.content.pandoc_json import LANGUAGE_STYLE_PREFIX
from workers.render.content.prepared_text import UNKNOWN_TIMESTAMP, PreparedManuscript, file_timestamp
from workers.render.docx.embedded_fonts import RELATIONSHIPS, font_parts, used_families
from workers.render.docx.other_scripts import used_scripts
from workers.render.docx.style_sheet import language_element, load_style_sheet
from workers.render.docx.styles import add_character_style, build_styles, style_id
from workers.render.docx.xml import W, iter_elements, make_element, parse, qn, serialise

STORY_PARTS = re.compile(r"word/(?:document|footnotes|header[0-9]+|footer[0-9]+)\.xml")
"""Names of the parts with text."""

COMPATIBILITY_MODE = 15
"""Word's mode since 2013; without it Word opens the file in the mode of 2007."""


def rebuild_metadata(parts: Mapping[str, bytes], prepared: PreparedManuscript) -> dict[str, bytes]:
    """Build the parts around the text, by name."""
    stories = [parse(part) for name, part in parts.items() if STORY_PARTS.fullmatch(name)]
    return {
        "word/styles.xml": _styles(prepared, _character_styles(stories)),
        "word/settings.xml": _settings(parse(parts["word/settings.xml"]), prepared),
        **_fonts(prepared, stories),
        "docProps/core.xml": _core(prepared),
        "docProps/app.xml": _APP_PROPERTIES,
        "docProps/custom.xml": _CUSTOM_PROPERTIES,
    }


def without_comments(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts without that for comments, which pandoc always writes, and what names it."""
    kept = {name: part for name, part in parts.items() if name != _COMMENTS}
    for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        root = parse(kept[name])
        for entry in root:
            if _COMMENTS.endswith(str(entry.get("PartName") or entry.get("Target")).lstrip("/")):
                root.remove(entry)
        kept[name] = serialise(root)
    return kept


_COMMENTS = "word/comments.xml"


def _styles(prepared: PreparedManuscript, used: Iterable[str]) -> bytes:
    """Build the styles again, without those that pandoc adds; languages of runs in `used` have a style each."""
    root = build_styles(load_style_sheet(prepared))
    prefix = style_id(LANGUAGE_STYLE_PREFIX)
    for identifier in sorted(used):
        if identifier.startswith(prefix):
            add_character_style(root, LANGUAGE_STYLE_PREFIX + identifier.removeprefix(prefix))
    return serialise(root)


def _character_styles(stories: Iterable[etree._Element]) -> set[str]:
    return {style.get(qn("val"), "") for root in stories for style in iter_elements(root, "rStyle")}


def _settings(root: etree._Element, prepared: PreparedManuscript) -> bytes:
    """Set compatibility, languages and embedded fonts, and drop what pandoc's own document left behind."""
    compatibility = make_element("compat")
    compatibility.append(
        make_element(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val=COMPATIBILITY_MODE,
        )
    )
    for identifiers in root.findall(qn("rsids")):
        identifiers.addprevious(compatibility)
    for zoom in root.findall(qn("zoom")):
        zoom.addnext(make_element("embedTrueTypeFonts"))
    for name in _LEFT_BEHIND:
        for old in root.findall(qn(name)):
            root.remove(old)
    for theme in iter_elements(root, "themeFontLang"):
        theme.attrib.update({key: value for key, value in language_element(load_style_sheet(prepared)).attrib.items()})
    return serialise(root)


_LEFT_BEHIND = (
    "savePreviewPicture",
    "rsids",
    "embedSystemFonts",
    "proofState",
    "doNotTrackMoves",
    "drawingGridHorizontalSpacing",
    "drawingGridVerticalSpacing",
    "displayHorizontalDrawingGridEvery",
    "displayVerticalDrawingGridEvery",
)


def _fonts(prepared: PreparedManuscript, stories: Sequence[etree._Element]) -> dict[str, bytes]:
    """Build the font table and the fonts that it embeds: each font with its fallback."""
    sheet = load_style_sheet(prepared)
    root = etree.Element(qn("fonts"), nsmap={"w": W, "r": RELATIONSHIPS})
    for name, charset in (("latin", "00"), ("script", "B2")):
        root.append(_face(sheet.fonts[name], charset, family="roman", pitch="variable"))
        root[-1].insert(0, make_element("altName", val=sheet.fonts[f"{name}_fallback"]))
    code = sheet.definitions["code_font"]
    root.append(_face(code, "00", family="modern", pitch="fixed"))
    for script in used_scripts(text.text or "" for story in stories for text in iter_elements(story, "t")):
        root.append(_face(script.font, "00", family="swiss", pitch="variable"))
        root[-1].insert(0, make_element("altName", val=script.fallback))
    families = used_families(stories, script=sheet.fonts["script"], code=code, rtl=prepared.rtl)
    embedded = font_parts(families, root)
    return {"word/fontTable.xml": serialise(root), **embedded}


def _face(name: str, charset: str, *, family: str, pitch: str) -> etree._Element:
    face = make_element("font", name=name)
    for property_, value in (("charset", charset), ("family", family), ("pitch", pitch)):
        face.append(make_element(property_, val=value))
    return face


def _core(prepared: PreparedManuscript) -> bytes:
    """Build the core properties: title, creator, language and, where a seal or date gives it, the time."""
    manuscript = prepared.manuscript
    title = prepared.content.draft_label or manuscript.title
    properties = {"dc:title": title, "dc:creator": manuscript.coalition.name, "dc:language": manuscript.lang}
    fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in properties.items() if value)
    return f"{_CORE_PREAMBLE}{fields}{_timestamps(file_timestamp(manuscript))}</cp:coreProperties>".encode()


def _timestamps(seconds: int) -> str:
    if seconds == UNKNOWN_TIMESTAMP:
        return ""
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = ("created", "modified")
    return "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>' for name in names)


_CORE_PREAMBLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_CUSTOM_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_APP_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Mithaq</Application></Properties>"
)
