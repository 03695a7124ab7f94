"""The definitions of templates/docx/styles.json with the fonts and the locale of one language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from workers.render.content.prepared_text import PreparedManuscript
from workers.render.docx.xml import make_element, qn

TWIPS_PER_POINT = 20
"""Spacing is measured in twentieths of a point, font sizes in half points."""

TWIPS_PER_MILLIMETRE = 1440 / 25.4

WIDE_COLUMNS = 2
"""Columns of signatories in the type of the text; more have a smaller one."""

LINE_SPACING_UNITS = 240
"""Units of one line, where line spacing is a multiple."""


@dataclass(frozen=True)
class StyleSheet:
    """The style definitions with the fonts of one language and its locale.

    `fonts` are the `fonts.word` of its print strings; `kind` is that of the document.
    """

    definitions: Mapping[str, Any]
    fonts: Mapping[str, Any]
    locale: str
    rtl: bool
    kind: str = "statement"
    is_long_title: bool = False
    has_narrow_columns: bool = False

    def font_element(self, *, code: bool = False) -> etree._Element:
        """Build `w:rFonts` for text, or for code."""
        latin = self.definitions["code_font"] if code else self.fonts["latin"]
        return make_element("rFonts", ascii=latin, hAnsi=latin, eastAsia=latin, cs=self.fonts["script"])

    def size_elements(self, scale: float) -> list[etree._Element]:
        """Build `w:sz` and `w:szCs` for text that is `scale` times the size of the body."""
        latin, script = (round(2 * scale * self.fonts[size]) for size in ("latin_size", "script_size"))
        return [make_element("sz", val=latin), make_element("szCs", val=script)]

    def text_size(self) -> float:
        """Return the size of the text in points."""
        return float(self.fonts["script_size" if self.rtl else "latin_size"])

    def table_sizes(self, points: float) -> list[etree._Element]:
        """Build the sizes of a table whose type has `points`, none where that is the size of its style."""
        ordinary = self.size_elements(self.definitions["styles"]["Table Text"]["scale"])
        found = self.size_elements(points / self.text_size())
        return [] if [one.get(qn("val")) for one in ordinary] == [one.get(qn("val")) for one in found] else found

    def paragraph_rules(self, name: str) -> Mapping[str, Any]:
        """Return the rules of a paragraph style, with those of the kind of the document."""
        of_kind = self.definitions["kinds"].get(self.kind, {})
        rules = {**self.definitions["styles"][name], **of_kind.get(name, {})}
        if name == "Title" and self.is_long_title:
            rules["scale"] *= self.definitions["long_title"]
        if self.has_narrow_columns:
            rules.update(self.definitions["narrow_columns"].get(name, {}))
        return rules

    def list_step(self) -> int:
        """Return the indentation of one level of a list, in twentieths of a point."""
        return int(self.definitions["list_step"]) * TWIPS_PER_POINT

    def quote_step(self) -> int:
        """Return the indentation of a quotation at both sides, in twentieths of a point."""
        return int(self.definitions["quote_step"]) * TWIPS_PER_POINT

    def text_width(self) -> int:
        """Return the width between the margins, in twentieths of a point."""
        page: Mapping[str, int] = self.definitions["page"]
        return round((page["width"] - 2 * page["side"]) * TWIPS_PER_MILLIMETRE)

    def landscape_width(self) -> int:
        """Return the width between the margins of a page on its side, in twentieths of a point."""
        page: Mapping[str, int] = self.definitions["page"]
        return round((page["height"] - page["top"] - page["bottom"]) * TWIPS_PER_MILLIMETRE)

    def indent(self, rules: Mapping[str, Any]) -> dict[str, int]:
        """Return the attributes of `w:ind` for the list level, quotation and hanging label of a style, or none."""
        quoted = rules.get("quote", 0) * self.quote_step()
        hanging = rules.get("hanging", 0) * TWIPS_PER_POINT
        left = rules.get("level", 0) * self.list_step() + quoted + hanging
        hanging = self.list_step() if "list" in rules else hanging
        found = {"left": left, "right": quoted, "hanging": hanging}
        return {name: value for name, value in found.items() if value}

    def colour(self, name: str) -> str:
        """Return a colour by name, in hexadecimal."""
        return str(self.definitions["colours"][name])


def load_style_sheet(prepared: PreparedManuscript) -> StyleSheet:
    """Load templates/docx/styles.json with the fonts and locale of the manuscript's language."""
    styles: dict[str, Any] = json.loads(
        (prepared.templates_directory / "docx" / "styles.json").read_text(encoding="utf-8")
    )
    fonts = prepared.formatter.strings["fonts"]
    assert isinstance(fonts, dict)
    locale = str(prepared.formatter.strings["locale"])
    content = prepared.content
    return StyleSheet(
        styles,
        fonts["word"],
        locale,
        prepared.rtl,
        prepared.manuscript.kind,
        is_long_title=content.is_long_title,
        has_narrow_columns=content.signatory_columns > WIDE_COLUMNS,
    )


def language_element(sheet: StyleSheet) -> etree._Element:
    """Build `w:lang`: the language in which Word checks the spelling of each script."""
    latin, script = ("en-GB", sheet.locale) if sheet.rtl else (sheet.locale, "ar-SY")
    return make_element("lang", val=latin, eastAsia=latin, bidi=script)
