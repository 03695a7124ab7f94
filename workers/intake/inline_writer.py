"""Pandoc's inline nodes as words of the dialect: runs of one style merged, signs that would mean something escaped."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from service.domain.text.markup.dialect import may_link
from workers.render.content.pandoc_json import BY_WEIGHT, ID_PREFIX, IN_LANGUAGE

Node = dict[str, Any]

LRM, RLM = "\u200e", "\u200f"

_UNWRAPPED = {"Quoted": 1, "Cite": 1}
_DROPPED = {"Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"}
_SIGNS = re.compile(r"[\\*`]|(?<!\w)_|_(?!\w)|\[(?=\^|[^\[\]]*\][({])|<(?=[A-Za-z][A-Za-z0-9+.-]*:)")
_START = re.compile(r"(?m)^(#{1,6}(?=\s|$)|>|[-=]{2,}(?=\s*$)|~{3,})")
_LTR_RUN = re.compile(f"{RLM}{LRM}(?P<words>[^{LRM}{RLM}]+){LRM}{RLM}")
_RTL_RUN = re.compile(f"{LRM}{RLM}(?P<words>[^{LRM}{RLM}]+){RLM}{LRM}")
_TWICE = re.compile(r"\[\[(?P<words>[^\[\]]*)\]\{lang=(?P<lang>[A-Za-z0-9-]+)\}\]\{dir=(?P<dir>ltr|rtl)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words already escaped, and how they are set."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(slots=True)
class Inlines:
    """Writes inline nodes. `note` keeps the blocks of a footnote and gives its label; `refer` says whether a link to a
    heading only repeats its label; `counts` is told what was left out."""

    note: Callable[[list[Node]], str]
    refer: Callable[[str, str], bool]
    counts: Counter[str] = field(default_factory=Counter)

    def write(self, nodes: Iterable[Node]) -> str:
        """One paragraph's words."""
        pieces = self._pieces(nodes, Piece(""))
        runs = [_merged(run) for _, run in groupby(pieces, key=lambda one: (one.strong, one.emphasis))]
        ends = zip([Piece(""), *runs], runs, [*runs[1:], Piece("")], strict=False)
        text = "".join(_set(one, before=before.text[-1:], after=after.text[:1]) for before, one, after in ends)
        text = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
        return _START.sub(lambda found: "\\" + found.group(), _runs(text))

    def _words(self, nodes: Iterable[Node]) -> str:
        return "".join(one.text for one in self._pieces(nodes, Piece("")))

    def _pieces(self, nodes: Iterable[Node], style: Piece) -> Iterator[Piece]:
        for each in nodes:
            yield from self._piece(each["t"], each.get("c"), style)

    def _piece(self, kind: str, content: Any, style: Piece) -> Iterable[Piece]:
        if kind == "Str":
            return [replace(style, text=_SIGNS.sub(lambda found: "\\" + found.group(), content))]
        if kind in ("Space", "SoftBreak"):
            return [replace(style, text=" ")]
        if kind == "LineBreak":
            return [replace(style, text="\n")]
        if kind == "Strong":
            return self._pieces(content, replace(style, strong=True))
        if kind == "Emph":
            return self._pieces(content, replace(style, emphasis=True))
        if kind == "Span":
            return self._span(dict(content[0][2]).get("custom-style", ""), content[1], style)
        if kind in _UNWRAPPED:
            return self._pieces(content[1], style)
        if kind in _DROPPED:
            self.counts["formatting"] += 1
            return self._pieces(content, style)
        return self._other(kind, content, style)

    def _other(self, kind: str, content: Any, style: Piece) -> Iterable[Piece]:
        if kind == "Link":
            return self._link(content, style)
        if kind == "Note":
            return [Piece(f"[^{self.note(content)}]")]
        if kind in ("Code", "Math"):
            return [replace(style, text=_SIGNS.sub(lambda found: "\\" + found.group(), content[1]))]
        if kind == "Image":
            self.counts["images"] += 1
        return []

    def _span(self, name: str, children: list[Node], style: Piece) -> Iterable[Piece]:
        """A run of one of the styles of our own files, as it was written; of any other style, its words."""
        pieces = list(self._pieces(children, style))
        if name == BY_WEIGHT:
            return [replace(one, strong=False, emphasis=True) for one in pieces]
        if not name.startswith(IN_LANGUAGE) or not pieces:
            return pieces
        words = "".join(one.text for one in pieces)
        return [replace(pieces[0], text=f"[{words}]{{lang={name.removeprefix(IN_LANGUAGE)}}}")]

    def _link(self, content: Any, style: Piece) -> Iterable[Piece]:
        _, children, (href, _) = content
        words = self._words(children).replace(LRM, "").replace(RLM, "")
        target = href.replace(f"#{ID_PREFIX}", "#", 1)
        if target.startswith("#") and self.refer(target[1:], words):
            return [replace(style, text=f"[]({target})")]
        if (
            not words.strip()
            or not may_link(target)
            or (target.startswith("#") and not href.startswith(f"#{ID_PREFIX}"))
        ):
            self.counts["links"] += bool(words.strip())
            return self._pieces(children, style)
        return [replace(style, text=f"[{words}]({_address(target)})")]


def plain(nodes: Iterable[Node]) -> str:
    """The characters of inline nodes, without notes and marks of direction."""
    return "".join(_plain(each["t"], each.get("c")) for each in nodes)


def _plain(kind: str, content: Any) -> str:
    if kind == "Str":
        return str(content).replace(LRM, "").replace(RLM, "")
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Strong", "Emph", *_DROPPED):
        return plain(content)
    return plain(content[1]) if kind in (*_UNWRAPPED, "Span", "Link") else ""


def _merged(run: Iterable[Piece]) -> Piece:
    pieces = list(run)
    return replace(pieces[0], text="".join(one.text for one in pieces))


def _set(run: Piece, *, before: str, after: str) -> str:
    """A run between its marks, blanks outside of them. Signs at its ends stay outside as well where a letter stands
    next to them: there the marks would not be read (CommonMark 0.31 §6.2)."""
    mark = "**" * run.strong + "*" * run.emphasis
    start, end = 0, len(run.text)
    while start < end and _stays_out(run.text[start], run.text[start - 1] if start else before):
        start += 1
    while start < end and _stays_out(run.text[end - 1], run.text[end] if end < len(run.text) else after):
        end -= 1
    words = run.text[start:end]
    return f"{run.text[:start]}{mark}{words}{mark}{run.text[end:]}" if words else run.text


def _stays_out(sign: str, neighbour: str) -> bool:
    return sign.isspace() or (not _is_letter(sign) and _is_letter(neighbour))


def _is_letter(sign: str) -> bool:
    return sign != "" and unicodedata.category(sign)[0] in "LNM"


def _runs(text: str) -> str:
    """The marks our own Word files put round a run that turns its line, as the run they stand for."""
    text = _LTR_RUN.sub(r"[\g<words>]{dir=ltr}", text)
    text = _RTL_RUN.sub(r"[\g<words>]{dir=rtl}", text)
    return _TWICE.sub(r"[\g<words>]{dir=\g<dir> lang=\g<lang>}", text)


def _address(href: str) -> str:
    return f"<{href}>" if "(" in href or ")" in href else href
