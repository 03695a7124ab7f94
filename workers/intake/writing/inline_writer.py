"""The writer from styled pieces to Mithaq markup: nests markup by its extent, escapes what was typed."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from service.domain.text.markup.dialect import is_allowed_link
from service.domain.text.markup.inlines import CITATION_PREFIX
from workers.intake.model import CallPiece, Losses, NotePiece, Piece, PieceStyle, TextPiece
from workers.intake.writing.directional_runs import LRM, RLM, restore_runs
from workers.intake.writing.escaping import code_span, escape_all, escape_line_starts, escape_text, link_target
from workers.intake.writing.reading_check import reads_as
from workers.render.content.pandoc_json import ID_PREFIX

_BLANKS = re.compile(r"[ \t]+")
_ORDERS = (("strong", "emphasis", "href", "run"), ("href", "run", "strong", "emphasis"))
"""Which markup is written outermost of those that reach equally far; the second where the first cannot be read back."""


@dataclass(slots=True)
class InlineWriter:
    """Writes the pieces of paragraphs.

    `add_note` stores a footnote and returns its label; `label_particle` takes (heading id, link text) and returns the
    particle typed before a link text that only repeats the heading's label, None for other links; `own`: see
    BlockWriter.
    """

    add_note: Callable[[NotePiece], str]
    label_particle: Callable[[str, str], str | None]
    losses: Losses
    own: bool = False
    _calls: dict[int, str] = field(default_factory=dict)
    _references: list[str] = field(default_factory=list)
    _order: tuple[str, ...] = _ORDERS[0]

    def write(self, pieces: Iterable[Piece], *, line_starts: bool = True) -> str:
        """Write one paragraph, which can have several lines; `line_starts`: it stands at the beginning of a line."""
        tidy = _merge(self._allowed_links(restore_runs(_trim(list(pieces)))))
        self._calls = {}
        for self._order in _ORDERS:
            self._references = []
            text = self._finish(self._nested(tidy, (), "", ""), line_starts=line_starts)
            if reads_as(text, tidy, references=self._references):
                return text
        self.losses.add("formatting")
        return self._finish("".join(self._plain(one) for one in tidy), line_starts=line_starts)

    def _finish(self, text: str, *, line_starts: bool) -> str:
        text = "\n".join(line.strip(" \t") for line in text.split("\n")).strip("\n")
        return escape_line_starts(text, markers=self.own) if line_starts else text

    def _plain(self, piece: Piece) -> str:
        return escape_all(piece.text) if isinstance(piece, TextPiece) else self._call(piece)

    def _nested(self, pieces: Sequence[Piece], opened: tuple[str, ...], before: str, after: str) -> str:
        """Write pieces inside of the markup `opened`; the markup that reaches farthest is written outermost."""
        out, index = "", 0
        while index < len(pieces):
            best, end = max(
                ((name, _extent(pieces, index, name)) for name in self._order if name not in opened),
                key=lambda one: one[1],
                default=("", index),
            )
            end = end if end > index else index + 1
            left = _text_before(pieces, index) or before
            right = _text_after(pieces, end) or after
            if end > index and best and _extent(pieces, index, best) > index:
                inner = pieces[index:end]
                out += self._marked(best, inner, self._nested(inner, (*opened, best), left, right), left, right)
            else:
                out += self._leaf(pieces[index], opened, left, right)
            index = end
        return out

    def _leaf(self, piece: Piece, opened: tuple[str, ...], before: str, after: str) -> str:
        if not isinstance(piece, TextPiece):
            return self._call(piece)
        if piece.style.code and piece.text.strip():
            return code_span(piece.text)
        enclosed = "href" in opened or "run" in opened
        return escape_text(piece.text, before=before, after=after, enclosed=enclosed)

    def _call(self, piece: NotePiece | CallPiece) -> str:
        if isinstance(piece, CallPiece):
            return f"[]({piece.label})" if piece.label.startswith(CITATION_PREFIX) else f"[^{piece.label}]"
        key = id(piece)
        if key not in self._calls:
            self._calls[key] = self.add_note(piece)
        return f"[^{self._calls[key]}]"

    def _marked(self, name: str, pieces: Sequence[Piece], inner: str, before: str, after: str) -> str:
        style = next(one.style for one in pieces if isinstance(one, TextPiece))
        if name in ("strong", "emphasis"):
            return _emphasised("**" if name == "strong" else "*", inner, before=before[-1:], after=after[:1])
        if name == "run":
            pairs = (("dir", style.direction), ("lang", style.lang))
            attributes = " ".join(f"{key}={written}" for key, written in pairs if written)
            return f"[{inner}]{{{attributes}}}"
        return self._link(style.href, "".join(one.text for one in pieces if isinstance(one, TextPiece)), inner)

    def _link(self, href: str, words: str, inner: str) -> str:
        if href.startswith("#"):
            particle = self.label_particle(href[1:], words.replace(LRM, "").replace(RLM, ""))
            if particle is not None:
                self._references.append(f"{particle}[]({href})")
                return self._references[-1]
        return f"[{inner}]({link_target(href)})"

    def _allowed_links(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Return the pieces without the links that the dialect does not have, which are counted."""
        found: list[Piece] = []
        last = ""
        for piece in pieces:
            if not isinstance(piece, TextPiece) or not piece.style.href:
                found.append(piece)
                last = ""
                continue
            target = _target(piece.style.href)
            if not target and piece.style.href != last and piece.text.strip():
                self.losses.add("links", piece.text)
            last = piece.style.href
            found.append(replace(piece, style=replace(piece.style, href=target)))
        return found


def _target(href: str) -> str:
    """Return the address as a link of ours has it; "" if it can have none."""
    if href.startswith("#"):
        return f"#{href[1:].removeprefix(ID_PREFIX)}" if href.startswith(f"#{ID_PREFIX}") else ""
    return href if is_allowed_link(href) else ""


def plain_text(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces, without notes and direction marks, on one line."""
    text = "".join(one.text for one in pieces if isinstance(one, TextPiece))
    return " ".join(text.replace(LRM, "").replace(RLM, "").split())


def _trim(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with single blanks, none of them at the beginning or end of a line or next to a break."""
    found: list[Piece] = []
    blank = True
    for piece in pieces:
        if not isinstance(piece, TextPiece):
            found.append(piece)
            blank = False
            continue
        text = _BLANKS.sub(" ", piece.text)
        if blank:
            text = text.lstrip(" ")
        text = re.sub(r" *\n *", "\n", text)
        if text:
            blank = text[-1] in " \n"
            found.append(replace(piece, text=text))
    return found


def _merge(pieces: Iterable[Piece]) -> list[Piece]:
    """Merge neighbours of one style; a blank between two pieces has the style that both have."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, TextPiece) and isinstance(last, TextPiece) and last.style == piece.style:
            found[-1] = replace(last, text=last.text + piece.text)
        else:
            found.append(piece)
    return found


def _has(style: PieceStyle, name: str, like: PieceStyle) -> bool:
    if name == "href":
        return bool(style.href) and style.href == like.href
    if name == "run":
        return bool(style.lang or style.direction) and (style.lang, style.direction) == (like.lang, like.direction)
    return style.strong if name == "strong" else style.emphasis


def _extent(pieces: Sequence[Piece], start: int, name: str) -> int:
    """Return where the markup `name` of the piece at `start` ends; notes belong to it only between pieces of it."""
    first = pieces[start]
    end = start
    for index in range(start, len(pieces)):
        piece = pieces[index]
        if not isinstance(piece, TextPiece):
            if index == start:
                return start
            continue
        assert isinstance(first, TextPiece)
        if not _has(piece.style, name, first.style):
            break
        end = index + 1
    return end


def _text_before(pieces: Sequence[Piece], index: int) -> str:
    last = pieces[index - 1] if index else None
    return "" if last is None else last.text[-1:] if isinstance(last, TextPiece) else "]"


def _text_after(pieces: Sequence[Piece], index: int) -> str:
    following = pieces[index] if index < len(pieces) else None
    return "" if following is None else following.text[:1] if isinstance(following, TextPiece) else "["


def _emphasised(mark: str, text: str, *, before: str, after: str) -> str:
    """Put the emphasis marks around a text, with blanks outside of them.

    Punctuation at its ends stays outside as well if it adjoins a letter: there the marks would not be parsed as
    emphasis (CommonMark 0.31 §6.2).
    """
    start, end = 0, len(text)
    while start < end and _stays_outside(text[start], text[start - 1] if start else before):
        start += 1
    while start < end and _stays_outside(text[end - 1], text[end] if end < len(text) else after):
        end -= 1
    inner = text[start:end]
    return f"{text[:start]}{mark}{inner}{mark}{text[end:]}" if inner else text


def _stays_outside(character: str, neighbour: str) -> bool:
    return character.isspace() or (not _is_letter(character) and _is_letter(neighbour))


def _is_letter(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LNM"
