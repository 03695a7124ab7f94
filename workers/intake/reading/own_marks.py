"""Marks of exported files for what Word does not know (templates/README.md, What a DOCX says about the text)."""

from dataclasses import dataclass, replace

from lxml import etree

from service.domain.text.structure.provisions import label_of
from workers.intake.model import Piece, Pieces, TextPiece
from workers.intake.package.styles import WordStyles
from workers.intake.package.word_package import child_value, value, whole_number
from workers.render.docx.xml import qn

_NOTE_MARK_STYLES = {"footnote reference", "endnote reference", "footnote anchor", "footnote characters"}
_NUMBER_STYLE = "paragraph number"


def is_own_addition(run: etree._Element, style: str) -> bool:
    """Return whether a run was added for the eye: brackets around the mark of a note, or the number of a paragraph."""
    if style == _NUMBER_STYLE:
        return True
    text = "".join(one.text or "" for one in run.iter(qn("t")))
    raised = child_value(run, "rPr", "vertAlign") == "superscript"
    return (raised or style in _NOTE_MARK_STYLES) and text in ("(", ")", "()")


def breakable_label(pieces: Pieces) -> Pieces:
    """Return a heading with ordinary spaces in the name and number it begins with, which print keeps on one line."""
    left = len(label_of("".join(one.text if isinstance(one, TextPiece) else "\ufffc" for one in pieces)) or "")
    found: list[Piece] = []
    for one in pieces:
        if isinstance(one, TextPiece) and left > 0:
            found.append(replace(one, text=one.text[:left].replace("\u00a0", " ") + one.text[left:]))
            left -= len(one.text)
        else:
            found.append(one)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OwnIndents:
    """The steps by which the styles of an exported file indent lists and quotations, in twentieths of a point."""

    styles: WordStyles
    list_step: int
    quote_step: int

    @classmethod
    def of(cls, styles: WordStyles) -> "OwnIndents | None":
        """Read the steps from the styles; None for a file that was not exported."""
        if not styles.is_own:
            return None
        list_step = _side(styles.find(styles.id_of("list continue"), "pPr", "ind"), "start", "left")
        quote_step = _side(styles.find(styles.id_of("quote"), "pPr", "ind"), "end", "right")
        return cls(styles, list_step, quote_step) if list_step and quote_step else None

    def place_of(self, properties: etree._Element | None, style_id: str) -> tuple[int, int]:
        """Return how many lists and quotations are around a paragraph, from its indentation at both sides."""
        direct = None if properties is None else properties.find(qn("ind"))
        styled = self.styles.find(style_id, "pPr", "ind")
        left, right = (_first(direct, styled, names) for names in (("start", "left"), ("end", "right")))
        return max(round((left - right) / self.list_step), 0), max(round(right / self.quote_step), 0)


def _first(direct: etree._Element | None, styled: etree._Element | None, names: tuple[str, str]) -> int:
    found = _side(direct, *names)
    return (_side(styled, *names) or 0) if found is None else found


def _side(indentation: etree._Element | None, *names: str) -> int | None:
    written = (whole_number(value(indentation, name)) for name in names)
    return next((one for one in written if one is not None), None)
