"""The styles of a DOCX from templates/docx/styles.json.

Each style has fonts and sizes for both scripts, so that a Latin run in an Arabic line, and the reverse, gets its own
font and size.
"""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from workers.render.docx.style_sheet import LINE_SPACING_UNITS, TWIPS_PER_POINT, StyleSheet, language_element
from workers.render.docx.xml import W, make_element, put_child, qn


def build_styles(sheet: StyleSheet) -> etree._Element:
    """Build `w:styles`: the styles of the sheet, those that they need, and no others.

    Every other style that Word knows is hidden until it is used (`w:latentStyles`), so that the pane of styles lists
    what the document is made of.
    """
    root = etree.Element(qn("styles"), nsmap={"w": W})
    root.append(_default_properties(sheet))
    root.append(make_element("latentStyles", **_HIDDEN_UNTIL_USED))
    for name in sheet.definitions["styles"]:
        root.append(_build_style("paragraph", name, sheet.paragraph_rules(name), sheet))
    root.append(_default_style("character", "Default Paragraph Font"))
    for name, rules in sheet.definitions["characters"].items():
        root.append(_build_style("character", name, rules, sheet))
    root.append(_default_style("table", "Normal Table"))
    root[-1].append(_zero_cell_margins())
    root.append(_table_style(sheet))
    root.append(_default_style("numbering", "No List"))
    return root


def style_id(name: str) -> str:
    """Return the id of a style: its name without spaces."""
    return _IDS.get(name, name.replace(" ", ""))


def add_character_style(root: etree._Element, name: str) -> None:
    """Add a character style without properties, such as the one that names the language of a run."""
    style = make_element("style", type="character", customStyle=1, styleId=style_id(name))
    for child in (make_element("name", val=name), make_element("basedOn", val="DefaultParagraphFont")):
        style.append(child)
    root.append(style)


_HIDDEN_UNTIL_USED = {
    "defLockedState": 0,
    "defUIPriority": 99,
    "defSemiHidden": 1,
    "defUnhideWhenUsed": 1,
    "defQFormat": 0,
    "count": 376,
}
_IDS = {"Normal Table": "TableNormal", "Default Paragraph Font": "DefaultParagraphFont", "No List": "NoList"}
_WORDS_OWN = re.compile(
    r"Normal|Body Text|Title|Quote|Hyperlink|TOC Heading|(?:Heading|TOC) [1-9]|Footnote (?:Text|Reference)"
    r"|List (?:Number|Bullet|Continue)(?: [2-5])?"
)
"""Styles that Word has itself, with names of its own in every language; all others are custom styles."""

_LOWER_CASE = re.compile(r"(?:Heading|TOC) [1-9]|Footnote (?:Text|Reference)")


def _stored_name(name: str) -> str:
    return name.lower() if _LOWER_CASE.fullmatch(name) else name


def _build_style(kind: str, name: str, rules: Mapping[str, Any], sheet: StyleSheet) -> etree._Element:
    attributes: dict[str, str | int] = {"type": kind}
    if name == "Normal":
        attributes["default"] = 1
    if not _WORDS_OWN.fullmatch(name):
        attributes["customStyle"] = 1
    style = make_element("style", **attributes, styleId=style_id(name))
    style.append(make_element("name", val=_stored_name(name)))
    if name != "Normal":
        style.append(make_element("basedOn", val="Normal" if kind == "paragraph" else "DefaultParagraphFont"))
    if "next" in rules:
        style.append(make_element("next", val=style_id(rules["next"])))
    style.append(make_element("uiPriority", val=1 if rules.get("gallery") else 50))
    if rules.get("gallery"):
        style.append(make_element("qFormat"))
    if kind == "paragraph":
        style.append(_paragraph_properties(rules, sheet))
    style.append(_run_properties(rules, sheet))
    return style


def _default_style(kind: str, name: str) -> etree._Element:
    style = make_element("style", type=kind, default=1, styleId=style_id(name))
    for child in (
        make_element("name", val=name),
        make_element("uiPriority", val=99),
        make_element("semiHidden"),
        make_element("unhideWhenUsed"),
    ):
        style.append(child)
    return style


def _default_properties(sheet: StyleSheet) -> etree._Element:
    defaults = make_element("docDefaults")
    run, paragraph = make_element("rPr"), make_element("pPr")
    for child in (
        sheet.font_element(),
        *sheet.size_elements(1),
        make_element("color", val=sheet.colour("ink")),
        language_element(sheet),
    ):
        put_child(run, child)
    line = sheet.definitions["line"]["rtl" if sheet.rtl else "ltr"]
    put_child(
        paragraph, make_element("spacing", before=0, after=0, line=round(line * LINE_SPACING_UNITS), lineRule="auto")
    )
    put_child(paragraph, make_element("widowControl"))
    for name, content in (("rPrDefault", run), ("pPrDefault", paragraph)):
        defaults.append(make_element(name))
        defaults[-1].append(content)
    return defaults


def _paragraph_properties(rules: Mapping[str, Any], sheet: StyleSheet) -> etree._Element:
    found = make_element("pPr")
    put_child(
        found, make_element("spacing", **{side: rules.get(side, 0) * TWIPS_PER_POINT for side in ("before", "after")})
    )
    if sheet.rtl:
        put_child(found, make_element("bidi"))
    for rule, name in (("keep", "keepNext"), ("lines", "keepLines"), ("page_break", "pageBreakBefore")):
        if rules.get(rule):
            put_child(found, make_element(name))
    if "rule_below" in rules:
        put_child(found, make_element("pBdr")).extend(
            _border_element(side, rules["rule_size"], sheet, rules["rule_below"]) for side in ("bottom", "between")
        )
    if "list" in rules:
        put_child(found, _style_numbering(rules))
    if indent := sheet.indent(rules):
        put_child(found, make_element("ind", **indent))
    if rules.get("tabs") or rules.get("edge"):
        leader = "dot" if rules.get("tabs") else "none"
        put_child(found, make_element("tabs")).append(
            make_element("tab", val="right", leader=leader, pos=sheet.text_width())
        )
    if rules.get("together"):
        put_child(found, make_element("contextualSpacing"))
    if "align" in rules:
        put_child(found, make_element("jc", val=_ALIGNMENTS.get(rules["align"], rules["align"])))
    if "outline" in rules:
        put_child(found, make_element("outlineLvl", val=rules["outline"]))
    return found


def _style_numbering(rules: Mapping[str, Any]) -> etree._Element:
    numbering = make_element("numPr")
    if rules["level"] > 1:
        numbering.append(make_element("ilvl", val=rules["level"] - 1))
    numbering.append(make_element("numId", val=STYLE_LISTS[rules["list"]]))
    return numbering


STYLE_LISTS = {"number": 1, "bullet": 2}
"""Numbering instances of the list styles, for lists that are written in Word: pandoc's begin with 1000."""

_ALIGNMENTS = {"start": "left", "end": "right"}
"""Word turns `left` and `right` round in a paragraph from right to left (ECMA-376 part 4 §14.11.2)."""


def _border_element(side: str, size: int, sheet: StyleSheet, colour: str) -> etree._Element:
    return make_element(side, val="single", sz=size, space=4, color=sheet.colour(colour))


def _run_properties(rules: Mapping[str, Any], sheet: StyleSheet) -> etree._Element:
    found = make_element("rPr")
    if rules.get("code"):
        put_child(found, sheet.font_element(code=True))
    if rules.get("bold"):
        put_child(found, make_element("b"))
        put_child(found, make_element("bCs"))
    if "colour" in rules:
        put_child(found, make_element("color", val=sheet.colour(rules["colour"])))
    for size in sheet.size_elements(rules["scale"]) if "scale" in rules else []:
        put_child(found, size)
    if rules.get("superscript"):
        put_child(found, make_element("vertAlign", val="superscript"))
    return found


def _table_style(sheet: StyleSheet) -> etree._Element:
    """Build the style of tables: hairlines between rows, a stronger line below the head, no vertical lines."""
    style = make_element("style", type="table", customStyle=1, styleId="Table")
    for child in (
        make_element("name", val="Table"),
        make_element("basedOn", val="TableNormal"),
        make_element("uiPriority", val=50),
    ):
        style.append(child)
    lines, margins = make_element("tblBorders"), make_element("tblCellMar")
    for side in ("top", "bottom", "insideH"):
        lines.append(_border_element(side, sheet.definitions["table"]["line"], sheet, "hair"))
    for side, points in sheet.definitions["table"]["inside"].items():
        margins.append(make_element(side, w=points * TWIPS_PER_POINT, type="dxa"))
    properties, head = make_element("tblPr"), make_element("tblStylePr", type="firstRow")
    put_child(properties, lines)
    put_child(properties, margins)
    cell = make_element("tcPr")
    cell.append(make_element("tcBorders"))
    cell[0].append(_border_element("bottom", sheet.definitions["table"]["head"], sheet, "ink"))
    head.append(cell)
    style.extend([properties, head])
    return style


def _zero_cell_margins() -> etree._Element:
    properties, margins = make_element("tblPr"), make_element("tblCellMar")
    properties.append(make_element("tblInd", w=0, type="dxa"))
    for side in ("top", "left", "bottom", "right"):
        margins.append(make_element(side, w=0, type="dxa"))
    properties.append(margins)
    return properties
