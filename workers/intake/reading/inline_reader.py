"""The reader of a paragraph's runs: what Word shows of them, as styled pieces, notes and text boxes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from workers.intake.model import (
    CallPiece,
    Losses,
    NotePiece,
    ParagraphContent,
    PieceStyle,
    TextPiece,
    WordBlock,
    WordParagraph,
)
from workers.intake.package.fields import FieldState, called_label, field_target, lacks_result, repeated_call
from workers.intake.package.styles import is_on_attribute
from workers.intake.package.symbols import is_symbol_font, symbol
from workers.intake.package.word_package import value
from workers.intake.reading import drawings
from workers.intake.reading.own_marks import is_own_addition
from workers.intake.reading.run_styles import RunReader
from workers.render.content.pandoc_json import CITATION_PREFIX, NOTE_PREFIX
from workers.render.docx.xml import local_name, qn

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REMOVED = {"del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "rubyPr", "footnoteRef",
            "endnoteRef", "annotationRef", "separator", "continuationSeparator", "fldData", "ffData"}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\u202d\u202e]")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,6}")
_CHANGES = {"ins", "del", "moveTo", "moveFrom"}


@dataclass(slots=True)
class InlineReader:
    """Reads the runs of one story.

    `read_note` returns the blocks of a footnote or endnote, `read_box` those of a text box; `addresses` are the link
    targets of the story by relationship id.
    """

    runs: RunReader
    losses: Losses
    addresses: Mapping[str, str]
    read_note: Callable[[str, str], tuple[WordBlock, ...]]
    read_box: Callable[[etree._Element], tuple[WordBlock, ...]]
    fields: FieldState = field(default_factory=FieldState)
    content: ParagraphContent = field(default_factory=ParagraphContent)
    paragraph_style: str = ""
    _note_bookmark: str = ""

    def read(self, paragraph: etree._Element, *, style_id: str) -> ParagraphContent:
        """Read one paragraph."""
        self.content, self.paragraph_style = ParagraphContent(), style_id
        self.runs.begin_paragraph()
        self._children(paragraph, PieceStyle())
        self.fields.end_paragraph()
        return self.content

    def _children(self, element: etree._Element, style: PieceStyle) -> None:
        for child in element.iterchildren("*"):
            self._element(child, local_name(child), style)

    def _element(self, element: etree._Element, name: str, style: PieceStyle) -> None:
        if name in _CHANGES:
            self.losses.add("changes")
        if name in _REMOVED:
            return
        if name == "r":
            self._run(element, style)
        elif name == "hyperlink":
            anchor = value(element, "anchor")
            href = self.addresses.get(str(element.get(f"{_R}id")), "")
            self._children(element, replace(style, href=href or (f"#{anchor}" if anchor else style.href)))
        elif name == "fldSimple":
            self._simple_field(element, style)
        elif name == "bookmarkStart":
            self._bookmark(value(element, "name"))
        elif name in ("oMath", "oMathPara"):
            self._equation(element, style)
        elif name == "AlternateContent":
            branch = drawings.shown_branch(element)
            if branch is not None:
                self._children(branch, style)
        elif name in ("txbxContent", "drawing", "pict", "object"):
            self._graphic(element, name)
        elif name == "altChunk" or name == "subDoc":
            self.losses.add("embedded")
        elif name == "commentReference":
            self.losses.add("comments")
        else:
            self._children(element, style)

    def _simple_field(self, element: etree._Element, style: PieceStyle) -> None:
        code = value(element, "instr")
        if call := repeated_call(code):
            self.content.pieces.append(CallPiece(call))
            return
        target = field_target(code)
        if lacks_result(code) and not drawings.text_below(element).strip():
            self.losses.add("fields")
        self._children(element, replace(style, href=target) if target else style)

    def _run(self, run: etree._Element, style: PieceStyle) -> None:
        formatting = self.runs.read(run, self.paragraph_style)
        if self.runs.is_own and is_own_addition(run, formatting.style):
            return
        if formatting.hidden:
            words = "".join(one.text or "" for one in run.iter(qn("t")))
            if words and not self.fields.hides_text:
                self.runs.count_losses(words, formatting)
            self._field_parts(run)
            return
        before = len(self.content.pieces)
        for child in run.iterchildren("*"):
            self._run_child(child, local_name(child), self.runs.styled(style, formatting), formatting.font)
        for index in range(before, len(self.content.pieces)):
            piece = self.content.pieces[index]
            if isinstance(piece, TextPiece) and piece.text.strip():
                self.content.bold &= formatting.bold
                self.runs.count_losses(piece.text, formatting)
                self.content.pieces[index] = replace(piece, text=formatting.placed(piece.text))

    def _field_parts(self, run: etree._Element) -> None:
        """Read the boundaries and codes of fields in a hidden run."""
        for child in run:
            if child.tag == qn("fldChar"):
                self.fields.read_character(child)
            elif child.tag == qn("instrText"):
                self.fields.add_code(child.text or "")

    def _run_child(self, child: etree._Element, name: str, style: PieceStyle, font: str) -> None:
        if name == "fldChar":
            self._field_character(child, style)
        elif name == "instrText":
            self.fields.add_code(child.text or "")
        elif self.fields.hides_text and name not in ("footnoteReference", "endnoteReference"):
            return
        elif name == "t":
            self._text(child.text or "", style, font)
        elif name in _CHARACTERS:
            self._add(_CHARACTERS[name], style)
        elif name == "br":
            self._add("\n", style)
        elif name == "sym":
            self._symbol(value(child, "font"), value(child, "char"), style)
        elif name in ("footnoteReference", "endnoteReference"):
            self._note(name.removesuffix("Reference"), value(child, "id"))
            self._skip_custom_mark(child)
        elif name == "ruby":
            self._ruby(child, style)
        else:
            self._element(child, name, style)

    def _field_character(self, child: etree._Element, style: PieceStyle) -> None:
        if value(child, "fldCharType") == "end" and self.fields.stack:
            ended = self.fields.stack[-1]
            if ended.in_code and lacks_result("".join(ended.code)):
                self.losses.add("fields")
            if call := repeated_call("".join(ended.code)):
                self.content.pieces.append(CallPiece(call))
        shown = self.fields.read_character(child)
        if shown:
            self._add(shown, style)

    def _text(self, text: str, style: PieceStyle, font: str) -> None:
        if is_symbol_font(font):
            known = [symbol(font, ord(one)) if 0xF000 <= ord(one) <= 0xF0FF else one for one in text]
            self.losses.add("symbols", count=known.count(None))
            text = "".join(filter(None, known))
        text, removed = _CONTROL.subn("", text)
        if removed:
            self.losses.add("controls", text, count=removed)
        self._add(text.replace("\u00ad", ""), style)

    def _symbol(self, font: str, code: str, style: PieceStyle) -> None:
        found = symbol(font, int(code, 16)) if _HEXADECIMAL.fullmatch(code) else None
        if found is None:
            self.losses.add("symbols")
        else:
            self._add(found, style)

    def _add(self, text: str, style: PieceStyle) -> None:
        if text:
            href = style.href or self.fields.href
            self.content.pieces.append(TextPiece(text, replace(style, href=href)))

    def _note(self, kind: str, id: str) -> None:
        label, self._note_bookmark = self._note_bookmark, ""
        if label.startswith(CITATION_PREFIX):
            self.content.pieces.append(CallPiece(called_label(label)))
        else:
            self.content.pieces.append(NotePiece(called_label(label), self.read_note(kind, id)))

    def _skip_custom_mark(self, reference: etree._Element) -> None:
        """Leave out the sign that a person chose as mark of a note: notes are numbered."""
        if is_on_attribute(reference, "customMarkFollows"):
            for sibling in reference.itersiblings(qn("t")):
                sibling.text = ""

    def _bookmark(self, name: str) -> None:
        """Read the label of a footnote, which an exported file has as a bookmark around or right behind its mark."""
        if not name.startswith((NOTE_PREFIX, CITATION_PREFIX)):
            return
        last = self.content.pieces[-1] if self.content.pieces else None
        if name.startswith(NOTE_PREFIX) and isinstance(last, NotePiece) and not last.label and self.runs.is_own:
            self.content.pieces[-1] = replace(last, label=name.removeprefix(NOTE_PREFIX))
        else:
            self._note_bookmark = name

    def _ruby(self, element: etree._Element, style: PieceStyle) -> None:
        for part in element.iterchildren("*"):
            name = local_name(part)
            if name == "rt" and drawings.text_below(part).strip():
                self._add(" (", style)
                self._children(part, style)
                self._add(")", style)
            elif name == "rubyBase":
                self._children(part, style)

    def _equation(self, element: etree._Element, style: PieceStyle) -> None:
        words = " ".join(drawings.text_below(one) for one in element.iter("{*}r") if one.tag != qn("r"))
        self.losses.add("equations", words)
        self._add(f" {words} ", style)

    def _graphic(self, element: etree._Element, name: str) -> None:
        boxes = [element] if name == "txbxContent" else list(drawings.outermost_boxes(element))
        for box in boxes:
            blocks = self.read_box(box)
            if blocks:
                self.content.boxes.append(blocks)
        words = list(drawings.drawn_words(element))
        if words:
            self.content.boxes.append(tuple(WordParagraph((TextPiece(text),)) for text in words))
        self.losses.add("text_boxes", count=len(boxes) + bool(words))
        if drawings.is_rule(element):
            self.content.rule = True
        elif not boxes and not words and drawings.is_picture(element):
            self.losses.add("images")


_CHARACTERS = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "\u2011"}
