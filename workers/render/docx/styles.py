"""Styles of a DOCX out of templates/docx/styles.json: sizes and faces for both scripts, so that each run of Latin in an
Arabic line, and the other way round, comes out in its own face and size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from workers.render.docx.xml import each, make, properties, put, w

TWENTIETHS = 20
"""Spacing is counted in twentieths of a point, sizes in half points."""

AUTO_LINE = 240
"""Of a line, where line spacing is a multiple."""


@dataclass(frozen=True)
class Sheet:
    """The sheet of styles with the faces of one language (`fonts`: its strings' `fonts.word`) and its locale."""

    sheet: Mapping[str, Any]
    fonts: Mapping[str, Any]
    locale: str
    rtl: bool

    def faces(self, *, code: bool = False) -> etree._Element:
        latin = self.sheet["code_font"] if code else self.fonts["latin"]
        return make("rFonts", ascii=latin, hAnsi=latin, eastAsia=latin, cs=self.fonts["script"])

    def colour(self, name: str) -> str:
        return str(self.sheet["colours"][name])


def restyle(root: etree._Element, sheet: Sheet) -> None:
    """`root` (w:styles) with every style of the sheet written anew and the rest freed of themed faces."""
    _default(root, sheet)
    for style in each(root, "style"):
        _clean(style)
    for kind, names in (("paragraph", sheet.sheet["styles"]), ("character", sheet.sheet["characters"])):
        for name, rules in names.items():
            _apply(_style(root, name, kind), rules, sheet)
    _table(_style(root, "Table", "table"), sheet)


def _default(root: etree._Element, sheet: Sheet) -> None:
    defaults = properties(root, "docDefaults")
    defaults.clear()
    run, paragraph = make("rPr"), make("pPr")
    for child in (sheet.faces(), *_sizes(sheet, 1), make("color", val=sheet.colour("ink")), language(sheet)):
        put(run, child)
    line = sheet.sheet["line"]["rtl" if sheet.rtl else "ltr"]
    put(paragraph, make("spacing", before=0, after=0, line=round(line * AUTO_LINE), lineRule="auto"))
    for name, content in (("rPrDefault", run), ("pPrDefault", paragraph)):
        defaults.append(make(name))
        defaults[-1].append(content)


def language(sheet: Sheet) -> etree._Element:
    """What Word spells each script by."""
    latin, script = ("en-GB", sheet.locale) if sheet.rtl else (sheet.locale, "ar-SY")
    return make("lang", val=latin, eastAsia=latin, bidi=script)


def _sizes(sheet: Sheet, scale: float) -> list[etree._Element]:
    latin, script = (round(2 * scale * sheet.fonts[size]) for size in ("latin_size", "script_size"))
    return [make("sz", val=latin), make("szCs", val=script)]


def _clean(style: etree._Element) -> None:
    """Letter-spacing tears Arabic apart; themed faces know no Arabic."""
    run = style.find(w("rPr"))
    if run is None:
        return
    for name in ("spacing", "kern", "rFonts", "color", "i", "iCs"):
        for child in run.findall(w(name)):
            run.remove(child)


def _style(root: etree._Element, name: str, kind: str) -> etree._Element:
    identifier = name.replace(" ", "")
    for style in each(root, "style"):
        if style.get(w("styleId")) == identifier:
            return style
    style = make("style", type=kind, customStyle=1, styleId=identifier)
    style.append(make("name", val=name))
    style.append(make("basedOn", val="Normal" if kind == "paragraph" else "DefaultParagraphFont"))
    style.append(make("qFormat"))
    root.append(style)
    return style


def _apply(style: etree._Element, rules: Mapping[str, Any], sheet: Sheet) -> None:
    for name in ("pPr", "rPr"):
        for old in style.findall(w(name)):
            style.remove(old)
    if style.get(w("type")) == "paragraph":
        style.append(_paragraph(rules, sheet))
    style.append(_run(rules, sheet))


def _paragraph(rules: Mapping[str, Any], sheet: Sheet) -> etree._Element:
    found = make("pPr")
    put(found, make("spacing", **{side: rules.get(side, 0) * TWENTIETHS for side in ("before", "after")}))
    if sheet.rtl:
        put(found, make("bidi"))
    if rules.get("keep"):
        put(found, make("keepNext"))
    if "rule_below" in rules:
        put(found, make("pBdr")).extend(
            _border(side, rules["rule_size"], sheet, rules) for side in ("bottom", "between")
        )
    if "indent" in rules:
        put(found, make("ind", left=rules["indent"] * TWENTIETHS, right=rules["indent"] * TWENTIETHS))
    if rules.get("together"):
        put(found, make("contextualSpacing"))
    if "align" in rules:
        put(found, make("jc", val=rules["align"]))
    if "outline" in rules:
        put(found, make("outlineLvl", val=rules["outline"]))
    return found


def _border(side: str, size: int, sheet: Sheet, rules: Mapping[str, Any]) -> etree._Element:
    colour = sheet.colour(rules.get("rule_below", "hair"))
    return make(side, val="single", sz=size, space=4, color=colour)


def _run(rules: Mapping[str, Any], sheet: Sheet) -> etree._Element:
    found = make("rPr")
    if rules.get("code"):
        put(found, sheet.faces(code=True))
    if rules.get("bold"):
        put(found, make("b"))
        put(found, make("bCs"))
    if "colour" in rules:
        put(found, make("color", val=sheet.colour(rules["colour"])))
    for size in _sizes(sheet, rules["scale"]) if "scale" in rules else []:
        put(found, size)
    return found


def _table(style: etree._Element, sheet: Sheet) -> None:
    """Hairlines between rows, a stronger line and bold words for the head; no boxes."""
    for name in ("pPr", "rPr", "tblPr", "tblStylePr"):
        for old in style.findall(w(name)):
            style.remove(old)
    lines, rules = make("tblBorders"), {"rule_below": "hair"}
    for side in ("top", "bottom", "insideH"):
        lines.append(_border(side, sheet.sheet["table"]["line"], sheet, rules))
    table, head, bold, cell = make("tblPr"), make("tblStylePr", type="firstRow"), make("rPr"), make("tcPr")
    put(table, lines)
    put(table, _cell_margins(sheet))
    put(bold, make("b"))
    put(bold, make("bCs"))
    cell.append(make("tcBorders"))
    cell[0].append(_border("bottom", sheet.sheet["table"]["head"], sheet, {"rule_below": "ink"}))
    head.extend([bold, cell])
    style.extend([table, head])


def _cell_margins(sheet: Sheet) -> etree._Element:
    margins = make("tblCellMar")
    for side, points in sheet.sheet["table"]["inside"].items():
        margins.append(make(side, w=points * TWENTIETHS, type="dxa"))
    return margins
