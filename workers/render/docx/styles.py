"""The styles of a DOCX from templates/docx/styles.json.

Each style has fonts and sizes for both scripts, so that a Latin run in an Arabic line, and the reverse, gets its own
font and size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from workers.render.docx.xml import ensure_properties, iter_elements, make_element, put_child, qn

TWIPS_PER_POINT = 20
"""Spacing is measured in twentieths of a point, font sizes in half points."""

LINE_SPACING_UNITS = 240
"""Units of one line, where line spacing is a multiple."""


@dataclass(frozen=True)
class StyleSheet:
    """The style definitions with the fonts of one language and its locale.

    `fonts` are the `fonts.word` of its print strings.
    """

    definitions: Mapping[str, Any]
    fonts: Mapping[str, Any]
    locale: str
    rtl: bool

    def font_element(self, *, code: bool = False) -> etree._Element:
        """Build `w:rFonts` for text, or for code."""
        latin = self.definitions["code_font"] if code else self.fonts["latin"]
        return make_element("rFonts", ascii=latin, hAnsi=latin, eastAsia=latin, cs=self.fonts["script"])

    def colour(self, name: str) -> str:
        """Return a colour by name, in hexadecimal."""
        return str(self.definitions["colours"][name])


def apply_styles(root: etree._Element, sheet: StyleSheet) -> None:
    """Write every style of the sheet into `root` (`w:styles`) and remove themed fonts from all others."""
    _set_defaults(root, sheet)
    for style in iter_elements(root, "style"):
        _remove_theme_formatting(style)
    for kind, names in (("paragraph", sheet.definitions["styles"]), ("character", sheet.definitions["characters"])):
        for name, rules in names.items():
            _apply_rules(_find_or_add_style(root, name, kind), rules, sheet)
    _style_table(_find_or_add_style(root, "Table", "table"), sheet)


def _set_defaults(root: etree._Element, sheet: StyleSheet) -> None:
    defaults = ensure_properties(root, "docDefaults")
    defaults.clear()
    run, paragraph = make_element("rPr"), make_element("pPr")
    for child in (
        sheet.font_element(),
        *_size_elements(sheet, 1),
        make_element("color", val=sheet.colour("ink")),
        language_element(sheet),
    ):
        put_child(run, child)
    line = sheet.definitions["line"]["rtl" if sheet.rtl else "ltr"]
    put_child(
        paragraph, make_element("spacing", before=0, after=0, line=round(line * LINE_SPACING_UNITS), lineRule="auto")
    )
    for name, content in (("rPrDefault", run), ("pPrDefault", paragraph)):
        defaults.append(make_element(name))
        defaults[-1].append(content)


def language_element(sheet: StyleSheet) -> etree._Element:
    """Build `w:lang`: the language in which Word checks the spelling of each script."""
    latin, script = ("en-GB", sheet.locale) if sheet.rtl else (sheet.locale, "ar-SY")
    return make_element("lang", val=latin, eastAsia=latin, bidi=script)


def _size_elements(sheet: StyleSheet, scale: float) -> list[etree._Element]:
    latin, script = (round(2 * scale * sheet.fonts[size]) for size in ("latin_size", "script_size"))
    return [make_element("sz", val=latin), make_element("szCs", val=script)]


def _remove_theme_formatting(style: etree._Element) -> None:
    """Remove letter-spacing, which breaks Arabic joining, and themed fonts, which have no Arabic."""
    run = style.find(qn("rPr"))
    if run is None:
        return
    for name in ("spacing", "kern", "rFonts", "color", "i", "iCs"):
        for child in run.findall(qn(name)):
            run.remove(child)


def _find_or_add_style(root: etree._Element, name: str, kind: str) -> etree._Element:
    identifier = name.replace(" ", "")
    for style in iter_elements(root, "style"):
        if style.get(qn("styleId")) == identifier:
            return style
    style = make_element("style", type=kind, customStyle=1, styleId=identifier)
    style.append(make_element("name", val=name))
    style.append(make_element("basedOn", val="Normal" if kind == "paragraph" else "DefaultParagraphFont"))
    style.append(make_element("qFormat"))
    root.append(style)
    return style


def _apply_rules(style: etree._Element, rules: Mapping[str, Any], sheet: StyleSheet) -> None:
    for name in ("pPr", "rPr"):
        for old in style.findall(qn(name)):
            style.remove(old)
    if style.get(qn("type")) == "paragraph":
        style.append(_paragraph_properties(rules, sheet))
    style.append(_run_properties(rules, sheet))


def _paragraph_properties(rules: Mapping[str, Any], sheet: StyleSheet) -> etree._Element:
    found = make_element("pPr")
    put_child(
        found, make_element("spacing", **{side: rules.get(side, 0) * TWIPS_PER_POINT for side in ("before", "after")})
    )
    if sheet.rtl:
        put_child(found, make_element("bidi"))
    if rules.get("keep"):
        put_child(found, make_element("keepNext"))
    if "rule_below" in rules:
        put_child(found, make_element("pBdr")).extend(
            _border_element(side, rules["rule_size"], sheet, rules) for side in ("bottom", "between")
        )
    if "indent" in rules:
        put_child(
            found, make_element("ind", left=rules["indent"] * TWIPS_PER_POINT, right=rules["indent"] * TWIPS_PER_POINT)
        )
    if rules.get("together"):
        put_child(found, make_element("contextualSpacing"))
    if "align" in rules:
        put_child(found, make_element("jc", val=rules["align"]))
    if "outline" in rules:
        put_child(found, make_element("outlineLvl", val=rules["outline"]))
    return found


def _border_element(side: str, size: int, sheet: StyleSheet, rules: Mapping[str, Any]) -> etree._Element:
    colour = sheet.colour(rules.get("rule_below", "hair"))
    return make_element(side, val="single", sz=size, space=4, color=colour)


def _run_properties(rules: Mapping[str, Any], sheet: StyleSheet) -> etree._Element:
    found = make_element("rPr")
    if rules.get("code"):
        put_child(found, sheet.font_element(code=True))
    if rules.get("bold"):
        put_child(found, make_element("b"))
        put_child(found, make_element("bCs"))
    if "colour" in rules:
        put_child(found, make_element("color", val=sheet.colour(rules["colour"])))
    for size in _size_elements(sheet, rules["scale"]) if "scale" in rules else []:
        put_child(found, size)
    return found


def _style_table(style: etree._Element, sheet: StyleSheet) -> None:
    """Style tables: hairlines between rows, a stronger line and bold text for the header, no vertical lines."""
    for name in ("pPr", "rPr", "tblPr", "tblStylePr"):
        for old in style.findall(qn(name)):
            style.remove(old)
    lines, rules = make_element("tblBorders"), {"rule_below": "hair"}
    for side in ("top", "bottom", "insideH"):
        lines.append(_border_element(side, sheet.definitions["table"]["line"], sheet, rules))
    table, head, bold, cell = (
        make_element("tblPr"),
        make_element("tblStylePr", type="firstRow"),
        make_element("rPr"),
        make_element("tcPr"),
    )
    put_child(table, lines)
    put_child(table, _cell_margins(sheet))
    put_child(bold, make_element("b"))
    put_child(bold, make_element("bCs"))
    cell.append(make_element("tcBorders"))
    cell[0].append(_border_element("bottom", sheet.definitions["table"]["head"], sheet, {"rule_below": "ink"}))
    head.extend([bold, cell])
    style.extend([table, head])


def _cell_margins(sheet: StyleSheet) -> etree._Element:
    margins = make_element("tblCellMar")
    for side, points in sheet.definitions["table"]["inside"].items():
        margins.append(make_element(side, w=points * TWIPS_PER_POINT, type="dxa"))
    return margins
