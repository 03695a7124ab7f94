"""Formatting of runs: bold and italics of every script, hidden text, and what a text of ours cannot have."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from workers.intake.model import Losses, PieceStyle
from workers.intake.package.styles import WordStyles
from workers.intake.package.symbols import lowered, raised
from workers.intake.package.word_package import child_value, is_on
from workers.render.content.pandoc_json import LANGUAGE_STYLE_PREFIX, WEIGHT_EMPHASIS_STYLE
from workers.render.docx.xml import qn

_CODE_STYLES = {"verbatim char"}
_REMOVED = ("u", "smallCaps", "outline", "shadow", "emboss", "imprint")


@dataclass(frozen=True, slots=True)
class RunFormat:
    """The formatting of one run; `bold` counts the paragraph's style, `strong` does not."""

    strong: bool = False
    emphasis: bool = False
    bold: bool = False
    hidden: bool = False
    struck: bool = False
    removed: bool = False
    code: bool = False
    lang: str = ""
    position: str = ""
    font: str = ""
    style: str = ""

    def placed(self, text: str) -> str:
        """Return a text with the characters that Unicode has for raised and lowered ones, if it has them all."""
        changed = {"superscript": raised, "subscript": lowered}.get(self.position, str)(text)
        return text if changed is None else changed


@dataclass(slots=True)
class RunReader:
    """Reads the formatting of runs, from their own properties and their styles, and counts what is given up.

    Exported files (`is_own`) show emphasis in Arabic by weight: there `w:bCs` alone is not strong text.
    """

    styles: WordStyles
    losses: Losses
    is_own: bool = False
    _cache: dict[bytes, RunFormat] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)

    def read(self, run: etree._Element, paragraph_style: str) -> RunFormat:
        """Return the formatting of a run in a paragraph of a style."""
        properties = run.find(qn("rPr"))
        key = paragraph_style.encode() + (b"" if properties is None else etree.tostring(properties))
        if key not in self._cache:
            self._cache[key] = self._read(properties, paragraph_style)
        return self._cache[key]

    def _read(self, properties: etree._Element | None, paragraph_style: str) -> RunFormat:
        style = child_value(properties, "rStyle")

        def on(name: str, *, of_paragraph: bool = False) -> bool:
            direct = is_on(None if properties is None else properties.find(qn(name)))
            if direct is None and style:
                direct = self.styles.is_on(style, "rPr", name)
            if direct is None and of_paragraph:
                direct = self.styles.is_on(paragraph_style, "rPr", name)
            return bool(direct)

        written = self.styles.written_name(style) if style else ""
        by_weight = written == WEIGHT_EMPHASIS_STYLE
        strong = (on("b") or (on("bCs") and not self.is_own)) and not by_weight
        return RunFormat(
            strong=strong,
            emphasis=by_weight or on("i") or on("iCs"),
            style=self.styles.name(style) if style else "",
            bold=strong or on("b", of_paragraph=True) or on("bCs", of_paragraph=True),
            hidden=on("vanish", of_paragraph=True),
            struck=on("strike") or on("dstrike"),
            removed=any(_is_set(properties, name) for name in _REMOVED),
            code=bool(style) and self.styles.name(style) in _CODE_STYLES,
            lang=written.removeprefix(LANGUAGE_STYLE_PREFIX) if written.startswith(LANGUAGE_STYLE_PREFIX) else "",
            position=self._position(properties, style),
            font=child_value(properties, "rFonts", attribute="ascii"),
        )

    def _position(self, properties: etree._Element | None, style: str) -> str:
        direct = child_value(properties, "vertAlign")
        found = self.styles.find(style, "rPr", "vertAlign") if style and not direct else None
        return direct or ("" if found is None else str(found.get(qn("val"), "")))

    def styled(self, style: PieceStyle, formatting: RunFormat) -> PieceStyle:
        """Return the style of pieces of a run inside of links and the like."""
        return replace(
            style,
            strong=formatting.strong,
            emphasis=formatting.emphasis,
            code=formatting.code,
            lang=formatting.lang or style.lang,
        )

    def begin_paragraph(self) -> None:
        """Count what follows as new passages."""
        self._open = {}

    def count_losses(self, text: str, formatting: RunFormat) -> None:
        """Count the formatting of a run that is given up; runs next to each other are one passage."""
        codes = {"hidden"} if formatting.hidden else _lost_formatting(text, formatting)
        self._open = {code: self.losses.count_passage(code, text, self._open.get(code)) for code in codes}


def _lost_formatting(text: str, formatting: RunFormat) -> Iterator[str]:
    if formatting.struck:
        yield "struck"
    if formatting.removed:
        yield "formatting"
    if formatting.position and formatting.placed(text) == text:
        yield "raised"


def _is_set(properties: etree._Element | None, name: str) -> bool:
    found = None if properties is None else properties.find(qn(name))
    return found is not None and str(found.get(qn("val"), "1")).lower() not in ("0", "false", "off", "none")
